"use strict";
// Draws a menu: its steps as links, laid out by dagre, to be moved, zoomed, printed and saved.
// Whatever the menu says is put into the picture as text, never as markup.
{
  const { FAMILY, lines, fitted, framed } = window.voicegatherDiagram;

  const SVG = "http://www.w3.org/2000/svg";
  const WIDTH = 216;
  const PAD = 10;
  const LINE = 16;
  const MARGIN = 24;
  const MOST_NOTES = 4;
  //: Steps above which the quicker way of ranking is good enough.
  const MANY = 150;
  //: A picture so much wider than high is drawn from left to right instead.
  const WIDEST = 2.5;

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  // ---- what stands in a step ----------------------------------------------------------------

  const rows_of = (node) => {
    const rows = lines(node.title, WIDTH - 2 * PAD - 18, "title", 2).map((text) => [text, "title"]);
    if (node.kind_label) rows.push([node.kind_label, "kind"]);
    for (const text of lines(node.words, WIDTH - 2 * PAD, "words", 2)) rows.push([text, "words"]);
    const notes = node.notes.slice(0, MOST_NOTES);
    for (const note of notes) rows.push([lines(note, WIDTH - 2 * PAD, "note", 1)[0] || "", "note"]);
    if (node.notes.length > notes.length) rows.push(["…", "note"]);
    return rows;
  };

  const draw_node = (node, place) => {
    const { x, y, width, height } = place;
    const box = element("rect", { width, height, rx: 6, class: "box" });
    const bar = element("rect", { width: 5, height: height - 12, x: 0, y: 6, rx: 2, class: "bar" });
    const holder = element(node.url ? "a" : "g", {
      class: `node node-${node.role}${node.trouble ? ` node-${node.trouble}` : ""}`,
      transform: `translate(${x - width / 2} ${y - height / 2})`,
      "data-node": node.id,
    });
    if (node.url) {
      holder.setAttribute("href", node.url);
      holder.setAttribute("aria-label", node.label);
    }
    const title = element("title");
    title.textContent = [node.title, node.words, ...node.notes, ...node.problems].filter(Boolean).join("\n");
    holder.append(title, box, bar);
    if (node.lost) {
      const long = Math.max(3, (width - 12) * node.lost);
      holder.append(element("rect", { x: 6, y: height - 6, width: long, height: 4, rx: 2, class: "lost" }));
    }
    place.rows.forEach(([text, kind], index) => {
      const line = element("text", { x: PAD + 4, y: PAD + LINE * (index + 0.8), class: kind });
      line.textContent = text;
      holder.append(line);
    });
    if (node.is_entry) {
      holder.append(element("path", { d: `M ${width / 2 - 8} -16 h 16 l -8 12 z`, class: "entry" }));
    }
    if (node.is_success && !node.trouble) {
      const mark = element("text", { x: width - 14, y: 19, class: "mark-text", "text-anchor": "middle" });
      mark.textContent = "✓";
      holder.append(element("circle", { cx: width - 14, cy: 14, r: 9, class: "mark-success" }), mark);
    }
    if (node.trouble) {
      const mark = element("text", { x: width - 14, y: 19, class: "mark-text", "text-anchor": "middle" });
      mark.textContent = "!";
      holder.append(element("circle", { cx: width - 14, cy: 14, r: 9, class: "mark" }), mark);
    }
    return holder;
  };

  const draw_plus = (node, place) => {
    const holder = element("a", {
      class: "node-add",
      href: node.add_url,
      "aria-label": node.add_label,
      transform: `translate(${place.x + place.width / 2 - 16} ${place.y + place.height / 2})`,
    });
    const title = element("title");
    title.textContent = node.add_label;
    const mark = element("text", { "text-anchor": "middle", y: 5 });
    mark.textContent = "+";
    holder.append(title, element("circle", { r: 10 }), mark);
    return holder;
  };

  // ---- the ways between steps ---------------------------------------------------------------

  const rounded = (points) => {
    const [first, ...rest] = points;
    let path = `M ${first.x} ${first.y}`;
    rest.slice(0, -1).forEach((point, index) => {
      const next = rest[index + 1];
      const last = index === rest.length - 2;
      const [x, y] = last ? [next.x, next.y] : [(point.x + next.x) / 2, (point.y + next.y) / 2];
      path += ` Q ${point.x} ${point.y} ${x} ${y}`;
    });
    return rest.length === 1 ? `${path} L ${rest[0].x} ${rest[0].y}` : path;
  };

  const draw_edge = (edge, place) => {
    const group = element("g", { class: `edge edge-${edge.role}` });
    const title = element("title");
    title.textContent = edge.label;
    const path = element("path", { d: rounded(place.points), "marker-end": "url(#diagram-arrow)" });
    if (edge.weight !== undefined) path.style.strokeWidth = `${1.5 + 8 * edge.weight}px`;
    group.append(title, path);
    if (edge.label) {
      const label = element("text", { x: place.x, y: place.y + 4, "text-anchor": "middle" });
      label.textContent = place.label;
      group.append(label);
    }
    return group;
  };

  // ---- the whole ----------------------------------------------------------------------------

  const laid_out = (data, rankdir) => {
    const graph = new dagre.graphlib.Graph();
    graph.setGraph({
      rankdir,
      nodesep: 36,
      ranksep: 42,
      edgesep: 18,
      marginx: MARGIN,
      marginy: MARGIN,
      ranker: data.nodes.length > MANY ? "longest-path" : "network-simplex",
    });
    for (const node of data.nodes) {
      const rows = rows_of(node);
      graph.setNode(String(node.id), { width: WIDTH, height: 2 * PAD + LINE * rows.length, rows });
    }
    for (const edge of data.edges) {
      const [label] = lines(edge.label, 220, "note", 1);
      graph.setEdge(String(edge.from), String(edge.to), {
        label,
        width: label ? 8 + 6.2 * label.length : 0,
        height: label ? LINE : 0,
        labelpos: "c",
      });
    }
    dagre.layout(graph);
    return graph;
  };

  const draw = (data, canvas) => {
    const downwards = laid_out(data, "TB");
    const { width: breadth, height: depth } = downwards.graph();
    const across = breadth > WIDEST * depth;
    const graph = across ? laid_out(data, "LR") : downwards;
    const { width, height } = graph.graph();
    const arrow = element(
      "marker",
      { id: "diagram-arrow", viewBox: "0 0 8 8", refX: 7.5, refY: 4, markerWidth: 12, markerHeight: 12, markerUnits: "userSpaceOnUse", orient: "auto" },
      element("path", { d: "M 0 0 L 8 4 L 0 8 z" }),
    );
    const ways = element("g", { class: "edges" });
    for (const edge of data.edges) {
      ways.append(draw_edge(edge, graph.edge(String(edge.from), String(edge.to))));
    }
    const steps = element("g", { class: "nodes" });
    for (const node of data.nodes) {
      const place = graph.node(String(node.id));
      steps.append(draw_node(node, place));
      if (node.add_url) steps.append(draw_plus(node, place));
    }
    const drawing = element("g", { class: "drawing" }, ways, steps);
    const svg = element("svg", { xmlns: SVG, class: "diagram-svg", role: "group", tabindex: "0" });
    svg.setAttribute("aria-labelledby", "diagram-title");
    svg.setAttribute("aria-describedby", "diagram-help");
    svg.append(element("defs", {}, arrow), drawing);
    canvas.replaceChildren(svg);
    return { svg, drawing, across, size: { width, height } };
  };

  // ---- saved as a file ----------------------------------------------------------------------

  // In colours of paper, whatever the page looks like; style sheets do not go with a file.
  const PAPER = `
  text { fill: #333; font: 12px ${FAMILY}; }
  .title { font-size: 14px; font-weight: 600; }
  .kind, .note { fill: #666; }
  .box { fill: #fff; stroke: #bbb; stroke-width: 1.5; }
  .bar, marker path { fill: #666; }
  .node-asks .bar { fill: #2f7fc1; }
  .node-says .bar { fill: #2e9e4f; }
  .node-ends .bar { fill: #b9722b; }
  .node-shared .box, .edge-shared path { stroke-dasharray: 5 4; }
  .node-error .box { stroke: #ba2121; stroke-width: 2; }
  .node-warning .box { stroke: #c48a00; stroke-width: 2; }
  .mark { fill: #ba2121; }
  .node-warning .mark { fill: #c48a00; }
  .mark-success { fill: #2e7d46; }
  .lost { fill: #ba2121; }
  .edge-unused path { stroke-dasharray: 2 5; }
  .mark-text { fill: #fff; font-weight: 700; }
  .edge path { fill: none; stroke: #666; stroke-width: 1.5; }
  .edge text { paint-order: stroke; stroke: #fff; stroke-width: 5px; }`;

  const save = (picture, name) => {
    const copy = picture.svg.cloneNode(true);
    const { width, height } = picture.size;
    copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    for (const key of ["tabindex", "role", "aria-labelledby", "aria-describedby"]) copy.removeAttribute(key);
    copy.querySelector(".drawing").removeAttribute("transform");
    for (const plus of copy.querySelectorAll(".node-add")) plus.remove();
    for (const link of copy.querySelectorAll("a[href]")) {
      link.setAttribute("href", new URL(link.getAttribute("href"), document.baseURI).href);
    }
    const rules = element("style");
    rules.textContent = PAPER;
    copy.prepend(rules, element("rect", { width, height, fill: "#ffffff" }));
    const file = new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  const root = document.getElementById("diagram");
  if (root) {
    const data = JSON.parse(document.getElementById("diagram-data").textContent);
    const canvas = root.querySelector(".diagram-canvas");
    root.hidden = false;
    const picture = draw(data, canvas);
    const view = fitted(picture, canvas, { start: data.nodes.findIndex((node) => node.is_entry) });
    framed(picture);
    const on = (act, run) => root.querySelector(`[data-act=${act}]`).addEventListener("click", run);
    on("in", () => view.zoom(1.25));
    on("out", () => view.zoom(0.8));
    on("fit", () => view.fit());
    on("save", () => save(picture, `${root.dataset.name}.svg`));
  }
}
