"use strict";
// A problem's link selects its line in the text.
for (const link of document.querySelectorAll("a[data-line]")) {
  link.addEventListener("click", (event) => {
    const area = document.querySelector(link.hash);
    if (!area) return;
    event.preventDefault();
    const lines = area.value.split("\n");
    const number = Math.min(Number(link.dataset.line), lines.length);
    const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
    area.focus();
    area.setSelectionRange(start, start + lines[number - 1].length);
    const height = area.scrollHeight / lines.length;
    area.scrollTop = Math.max(0, (number - 4) * height);
    area.scrollIntoView({ block: "nearest" });
  });
}
