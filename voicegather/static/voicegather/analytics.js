"use strict";
// Draws the charts of a menu's analytics with uPlot. Their numbers stand in the tables beneath.
{
  const holder = document.getElementById("an-charts");
  const HEIGHT = 210;

  const color = (name, usual) => getComputedStyle(holder).getPropertyValue(name).trim() || usual;

  const strokes = () => [color("--link-fg", "#417893"), "#c4602a"];

  const shown = (chart, value) => {
    if (value === null || value === undefined) return "–";
    const digits = chart.is_share ? 1 : 0;
    const text = value.toLocaleString(document.documentElement.lang || undefined, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    return chart.is_share ? `${text} %` : text;
  };

  const axis = (chart, more) => ({
    stroke: color("--body-quiet-color", "#666"),
    grid: { stroke: color("--hairline-color", "#e8e8e8"), width: 1 },
    ticks: { stroke: color("--hairline-color", "#e8e8e8"), width: 1 },
    ...more,
  });

  const options = (chart, width) => ({
    width,
    height: HEIGHT,
    padding: [8, 34, 0, 0],
    scales: {
      x: { time: false },
      y: { range: (plot, low, high) => [0, Math.max(chart.is_share ? 10 : 4, (high || 0) * 1.1)] },
    },
    axes: [
      axis(chart, {
        space: 70,
        incrs: [1, 2, 3, 4, 7, 14, 30, 60, 90],
        values: (plot, marks) => marks.map((mark) => chart.labels[mark] ?? ""),
      }),
      axis(chart, { size: 58, values: (plot, marks) => marks.map((mark) => shown({ ...chart, is_share: false }, mark) + (chart.is_share ? " %" : "")) }),
    ],
    series: [
      { label: chart.of, value: (plot, mark) => chart.labels[mark] ?? "–" },
      ...chart.series.map((series, index) => ({
        label: series.label,
        stroke: strokes()[index],
        width: 2,
        dash: index ? [6, 4] : undefined,
        points: { show: chart.labels.length < 40, size: 6 },
        value: (plot, value) => shown(chart, value),
      })),
    ],
    cursor: { y: false },
  });

  const draw = (chart) => {
    const figure = document.createElement("figure");
    figure.className = "an-chart";
    const caption = document.createElement("figcaption");
    caption.textContent = chart.title;
    figure.append(caption);
    holder.append(figure);
    const numbers = chart.labels.map((label, index) => index);
    const data = [numbers, ...chart.series.map((series) => series.values)];
    const room = () => figure.clientWidth - 26;
    const plotted = () => {
      const made = new uPlot(options(chart, room()), data, figure);
      // Readers of screens have the table beneath.
      made.root.setAttribute("aria-hidden", "true");
      return made;
    };
    let plot = plotted();
    const again = () => {
      plot.destroy();
      plot = plotted();
    };
    new ResizeObserver(() => {
      if (Math.abs(plot.width - room()) > 1) plot.setSize({ width: room(), height: HEIGHT });
    }).observe(figure);
    // The theme is an attribute of the document, or the system's wish.
    new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  };

  if (holder) {
    holder.hidden = false;
    for (const chart of JSON.parse(document.getElementById("analytics-data").textContent)) draw(chart);
  }
}
