"use strict";
// Opening hours: buttons to add and remove windows of a day and to copy a day to the weekdays.
// Without this file every day has spare windows, and an emptied one is gone.
for (const form of document.querySelectorAll(".calendar-form")) {
  const words = form.dataset;
  const status = form.querySelector("[role=status]");
  const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"];
  const days = new Map();
  const most = 12;

  const inputs = (window) => [...window.querySelectorAll("input")];
  const filled = (window) => inputs(window).some((input) => input.value.trim());
  const button = (text, label, name, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.className = name;
    made.setAttribute("aria-label", label);
    made.title = label;
    made.addEventListener("click", act);
    return made;
  };
  const labelOf = (day) => {
    const found = document.querySelector(`label[for="id_${day}_0_start"]`);
    return found ? found.textContent.replace(/:\s*$/, "").trim() : day;
  };

  for (const box of form.querySelectorAll("[data-windows]")) {
    const day = box.dataset.windows;
    const label = labelOf(day);
    const all = () => [...box.querySelectorAll(".window")];
    const shown = () => all().filter((window) => !window.hidden);

    const remove = (window) => {
      for (const input of inputs(window)) input.value = "";
      window.hidden = true;
      add.disabled = false;
      add.focus();
      status.textContent = words.removed;
    };
    const equip = (window) => {
      window.append(button("✕", `${words.remove}: ${label}`, "window-remove", () => remove(window)));
    };
    const made = () => {
      const copy = all()[0].cloneNode(true);
      const index = all().length;
      copy.querySelectorAll("button").forEach((each) => each.remove());
      for (const input of inputs(copy)) {
        for (const name of ["id", "name"]) {
          input.setAttribute(name, input.getAttribute(name).replace(/_\d+_(start|end)$/, `_${index}_$1`));
        }
        input.setAttribute("aria-label", input.getAttribute("aria-label").replace("1", index + 1));
        input.value = "";
      }
      equip(copy);
      add.before(copy);
      return copy;
    };
    const show = () => {
      const window = all().find((each) => each.hidden) || made();
      window.hidden = false;
      add.disabled = shown().length >= most;
      return window;
    };
    const add = button("+", `${words.add}: ${label}`, "window-add", () => {
      inputs(show())[0].focus();
      status.textContent = words.added;
    });

    for (const window of all()) {
      equip(window);
      window.hidden = !filled(window);
    }
    box.append(add);
    days.set(day, {
      values: () => shown().filter(filled).map((window) => inputs(window).map((input) => input.value)),
      take: (rows) => {
        for (const window of all()) {
          for (const input of inputs(window)) input.value = "";
          window.hidden = true;
        }
        for (const row of rows) inputs(show()).forEach((input, index) => { input.value = row[index]; });
      },
    });
    if (weekdays.includes(day)) {
      box.append(button(words.copy, `${words.copy}: ${label}`, "window-copy", () => {
        const rows = days.get(day).values();
        for (const other of weekdays) if (other !== day) days.get(other).take(rows);
        status.textContent = words.copied;
      }));
    }
  }
}
