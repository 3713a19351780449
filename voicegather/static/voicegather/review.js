// The review queue by keyboard: each key does what the control that names it does.
const TYPING = "input:not([type=hidden]):not([type=submit]), textarea, select";
const value = document.querySelector(".review-value");
const note = document.querySelector(".review-note");

const controls = new Map();
for (const control of document.querySelectorAll("[data-key]")) {
  for (const key of control.dataset.key.split(" ")) controls.set(key, control);
}

const into = (field) => {
  field.focus();
  field.select();
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
  if (event.target.matches?.(TYPING)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "c" && value) into(value);
  else if (event.key === "n" && note) into(note);
  else if (event.key === "p") play();
  else if (controls.has(event.key)) controls.get(event.key).click();
  else return;
  event.preventDefault();
});

const play = () => {
  const sound = document.querySelector(".review audio");
  if (sound) sound.paused ? sound.play() : sound.pause();
};

// What was typed and refused is where the reviewer goes on.
const refused = document.querySelector(".review-error");
if (refused) refused.closest(".review-row").querySelector("input").focus();
