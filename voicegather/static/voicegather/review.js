// The review queue by keyboard: each key does what the control that names it does.
const TYPING = "input:not([type=hidden]):not([type=submit]), textarea, select";
const value = document.querySelector(".review-value");
const note = document.querySelector(".review-note");

// Looked for at each key: the page around the form is put anew where it is masked again.
const control = (key) => document.querySelector(`[data-key~="${CSS.escape(key)}"]`);

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
  else if (control(event.key)) control(event.key).click();
  else return;
  event.preventDefault();
});

const play = () => {
  const sound = document.querySelector(".review audio");
  if (sound) sound.paused ? sound.play() : sound.pause();
};

// What was typed and refused is where the reviewer goes on.
const refused = document.querySelector(".review-error");
refused?.closest(".review-row, .review-reveal").querySelector("input:not([type=hidden])").focus();
