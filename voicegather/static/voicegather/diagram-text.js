"use strict";
// Text in lines that fit: SVG has no wrapping of its own.
{
  const FONTS = { title: "600 14px", words: "12px", note: "12px" };
  const brush = document.createElement("canvas").getContext("2d");
  const FAMILY = getComputedStyle(document.body).fontFamily || "sans-serif";

  const shortened = (text, width) => {
    if (brush.measureText(text).width <= width) return text;
    const letters = [...text];
    let [low, high] = [0, letters.length];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const tried = `${letters.slice(0, middle).join("")}…`;
      if (brush.measureText(tried).width <= width) low = middle; else high = middle - 1;
    }
    return `${letters.slice(0, low).join("")}…`;
  };

  // `text` on at most `most` lines of `width` pixels; what is left over ends in an ellipsis.
  const lines = (text, width, kind, most) => {
    brush.font = `${FONTS[kind]} ${FAMILY}`;
    const made = [];
    let words = text.split(/\s+/).filter(Boolean);
    while (words.length && made.length < most - 1) {
      let count = 1;
      while (count < words.length && brush.measureText(words.slice(0, count + 1).join(" ")).width <= width) count += 1;
      made.push(shortened(words.slice(0, count).join(" "), width));
      words = words.slice(count);
    }
    if (words.length) made.push(shortened(words.join(" "), width));
    return made;
  };

  window.voicegatherDiagram = { FAMILY, lines };
}
