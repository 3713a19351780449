"use strict";
// Tables of rows: adds buttons to add, remove and move rows. Without this file the page has spare
// rows, a box to remove a row and a number for its place.
for (const table of document.querySelectorAll("[data-rows]")) {
  const prefix = table.dataset.rows;
  const body = table.querySelector("tbody");
  const template = table.querySelector("template");
  const total = document.getElementById(`id_${prefix}-TOTAL_FORMS`);
  const status = table.querySelector("[role=status]");
  const words = table.dataset;
  // Rows whose order says nothing have no number for it.
  const isOrdered = Boolean(template.content.querySelector("[name$='-ORDER']"));

  const rows = () => [...body.children].filter((row) => !row.hidden);
  const input = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const say = (text) => { status.textContent = text; };

  const button = (text, label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.title = label;
    made.addEventListener("click", act);
    return made;
  };

  const number = () => {
    if (isOrdered) rows().forEach((row, index, all) => {
      input(row, "ORDER").value = index + 1;
      const [up, down] = row.querySelectorAll(".rows-buttons button");
      up.disabled = index === 0;
      down.disabled = index === all.length - 1;
    });
    add.disabled = Number(total.value) >= Number(words.most);
  };

  const move = (row, step, which) => {
    const all = rows();
    const other = all[all.indexOf(row) + step];
    if (!other) return;
    if (step < 0) other.before(row); else other.after(row);
    number();
    const buttons = row.querySelectorAll(".rows-buttons button");
    (buttons[which].disabled ? buttons[1 - which] : buttons[which]).focus();
    say(words.moved);
  };

  const remove = (row) => {
    const all = rows();
    const next = all[all.indexOf(row) + 1] || all[all.indexOf(row) - 1];
    input(row, "DELETE").checked = true;
    row.hidden = true;
    number();
    (next ? next.querySelector("input, select, textarea") : add).focus();
    say(words.removed);
  };

  const equip = (row) => {
    const cell = row.querySelector(".rows-buttons");
    if (isOrdered) cell.append(
      button("↑", words.up, () => move(row, -1, 0)),
      button("↓", words.down, () => move(row, 1, 1)),
    );
    cell.append(button("✕", words.remove, () => remove(row)));
  };

  const show = (row) => {
    for (const cell of row.querySelectorAll(".rows-plain")) cell.hidden = true;
    for (const cell of row.querySelectorAll(".rows-buttons")) cell.hidden = false;
  };

  const add = button(words.add, words.add, () => {
    const made = document.createElement("tbody");
    made.append(template.content.cloneNode(true));
    const index = Number(total.value);
    for (const element of made.querySelectorAll("[name], [id], [for]")) {
      for (const name of ["name", "id", "for", "aria-describedby"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace("__prefix__", index));
      }
    }
    total.value = index + 1;
    const row = made.querySelector("tr");
    row.classList.remove("rows-spare");
    equip(row);
    show(row);
    body.append(row);
    number();
    row.querySelector("input, select, textarea").focus();
    say(words.added);
  });
  add.classList.add("rows-add");

  show(table.querySelector("thead"));
  for (const row of [...body.children]) {
    equip(row);
    show(row);
    if (input(row, "DELETE").checked) row.hidden = true;
  }
  // Spare rows are for those without this file; one stays where nothing else is.
  const spare = rows().filter((row) => row.classList.contains("rows-spare"));
  for (const row of spare.slice(rows().length === spare.length ? 1 : 0)) row.hidden = true;
  table.append(add);
  number();
}
