"use strict";
// The words of a prompt while they are typed: their length, what they can name, how they are heard.
// Without this file the page says the same of what is stored, and the server of what is sent.

const PLACEHOLDER = /\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:\|\s*([A-Za-z_]+)\s*)?\}\}/g;
const voice = window.speechSynthesis;
let speaking = null;

const digit_by_digit = (value) => [...value].filter((each) => /[\p{L}\p{N}*#]/u.test(each)).join(", ");

// The field of the same form, whatever the rows before are numbered.
const beside = (area, name) => document.getElementById(area.id.replace(/text$/, name));

const heard = (text, examples, is_ssml) => {
  const plain = (part) => {
    if (!is_ssml) return part;
    const read = new DOMParser().parseFromString(part.replace(/<[^>]*>/g, " "), "text/html");
    return read.documentElement.textContent;
  };
  const pieces = [];
  let at = 0;
  for (const found of text.matchAll(PLACEHOLDER)) {
    pieces.push([plain(text.slice(at, found.index)), false]);
    const value = examples.get(found[1]) ?? "1234";
    pieces.push([found[2] === "digits" ? digit_by_digit(value) : value, true]);
    at = found.index + found[0].length;
  }
  pieces.push([plain(text.slice(at)), false]);
  return pieces;
};

const hush = () => {
  voice?.cancel();
  if (speaking) {
    speaking.textContent = speaking.dataset.speak;
    speaking.setAttribute("aria-pressed", "false");
  }
  speaking = null;
};

const listen = (button, words, preview) => {
  const was = speaking;
  hush();
  if (was === button || !preview.textContent.trim()) return;
  const said = new SpeechSynthesisUtterance(preview.textContent);
  if (preview.lang) said.lang = preview.lang;
  said.onend = said.onerror = () => { if (speaking === button) hush(); };
  speaking = button;
  button.textContent = words.hush;
  button.setAttribute("aria-pressed", "true");
  voice.speak(said);
};

const insert = (area, name) => {
  area.focus();
  const text = `{{ ${name} }}`;
  // As if it were typed, so that it can be undone.
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
};

const equip = (part) => {
  if (part.dataset.equipped) return;
  part.dataset.equipped = "1";
  const words = part.dataset;
  const area = part.querySelector("textarea");
  const count = part.querySelector(".pw-count");
  const length = part.querySelector(".pw-length");
  const unknown = part.querySelector(".pw-unknown");
  const preview = part.querySelector(".pw-preview");
  const examples = new Map();

  for (const code of part.querySelectorAll("code.pw-name")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "pw-name";
    button.textContent = code.textContent;
    button.title = code.title;
    button.setAttribute("aria-label", words.insert.replace("%s", code.dataset.name));
    button.addEventListener("click", () => insert(area, code.dataset.name));
    examples.set(code.dataset.name, code.dataset.example);
    code.replaceWith(button);
  }
  const kept = new Set((words.kept || "").split(" "));

  const show = () => {
    const text = area.value;
    const characters = [...text].length;
    length.textContent = characters;
    count.classList.toggle("pw-over", characters > Number(words.most));
    if (words.checks) {
      const names = [...text.matchAll(PLACEHOLDER)].map((found) => found[1]);
      const strange = [...new Set(names)].filter((name) => !examples.has(name) && !kept.has(name));
      unknown.textContent = strange.length ? words.unknown.replace("%s", strange.join(", ")) : "";
      unknown.hidden = !strange.length;
    }
    const language = beside(area, "language")?.value;
    if (language) preview.lang = language;
    preview.replaceChildren(
      ...heard(text, examples, beside(area, "kind")?.value === "ssml").map(([piece, is_example]) => {
        if (!is_example) return document.createTextNode(piece);
        const mark = document.createElement("mark");
        mark.textContent = piece;
        return mark;
      }),
    );
  };

  if (voice) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "pw-listen";
    button.textContent = words.speak;
    button.dataset.speak = words.speak;
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => listen(button, words, preview));
    preview.after(button);
  }
  for (const field of [area, beside(area, "kind"), beside(area, "language")]) {
    field?.addEventListener("input", show);
  }
  // Whose voice it is follows from how it begins.
  const named = beside(area, "voice");
  const owner = beside(area, "voice_provider");
  named?.addEventListener("input", () => {
    const prefix = named.value.split(".")[0].toLowerCase().replace(/^polly$/, "aws");
    const known = [...(owner?.options ?? [])].find((option) => option.value && option.value === prefix);
    if (known && named.value.includes(".")) owner.value = known.value;
  });
  // Of a provider that is chosen, its voices alone are suggested.
  const suggested = [...(named?.list?.options ?? [])];
  owner?.addEventListener("change", () => {
    const prefix = (option) => option.value.split(".")[0].toLowerCase();
    const fitting = suggested.filter((option) => !owner.value || prefix(option) === owner.value);
    named.list.replaceChildren(...(fitting.length ? fitting : suggested));
  });
  show();
};

const equip_all = () => {
  for (const part of document.querySelectorAll(".pw")) {
    if (!part.closest(".empty-form")) equip(part);
  }
};

equip_all();
document.addEventListener("formset:added", equip_all);
window.addEventListener("pagehide", hush);
