// Masks a page again that shows what is sensitive: after its time, and when it is left.
const shown = document.getElementById("reveal");
const masked = document.getElementById("reveal-mask").href;
const left = shown.querySelector(".reveal-left");
const until = Date.now() + Number(shown.dataset.seconds) * 1000;
const EVERY = 500;
let isMasked = false;

const mask = () => {
  // Asked for again, the masked page would begin to load anew: a slow server would never show it.
  if (isMasked) return;
  isMasked = true;
  // In place of this page: going back does not lead to it again.
  document.body.replaceChildren();
  location.replace(masked);
};

const look = () => {
  const seconds = Math.ceil((until - Date.now()) / 1000);
  if (seconds <= 0) mask();
  else left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
};

document.getElementById("reveal-mask").addEventListener("click", (event) => {
  event.preventDefault();
  mask();
});
// A page that the browser keeps for going back is kept empty.
addEventListener("pagehide", () => document.body.replaceChildren());
addEventListener("pageshow", (event) => {
  isMasked = false;
  if (event.persisted) mask();
});
document.addEventListener("visibilitychange", look);
setInterval(look, EVERY);
look();
