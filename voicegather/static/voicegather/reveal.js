// Masks a page again that shows what is sensitive: after its time, and when it is left.
const shown = document.getElementById("reveal");
const masked = document.getElementById("reveal-mask").href;
const left = shown.querySelector(".reveal-left");
const failed = document.getElementById("reveal-failed").content;
// A form in which somebody may be typing stays where it is; the page around it is masked.
const typing = "form.review-form";
const until = Date.now() + Number(shown.dataset.seconds) * 1000;
const EVERY = 500;
let isMasked = false;

const mask = () => {
  // Asked for again, the masked page would begin to load anew: a slow server would never show it.
  if (isMasked) return;
  isMasked = true;
  clearInterval(ticking);
  const form = document.querySelector(typing);
  if (form) return maskAround(form);
  // In place of this page: going back does not lead to it again.
  document.body.replaceChildren();
  location.replace(masked);
};

const maskAround = async (form) => {
  for (const field of form.querySelectorAll("[data-revealed]")) {
    if (field.value === field.defaultValue) field.value = "";
    field.defaultValue = "";
    field.removeAttribute("data-revealed");
  }
  const content = document.getElementById("content");
  surround(form, content, null);
  // Loaded again, or come back to, this page is the masked one.
  history.replaceState(null, "", masked);
  const same = await maskedForm();
  if (same) surround(form, content, same);
  else form.before(document.importNode(failed, true));
};

// The form on the masked page; null where there is none, or no answer.
const maskedForm = async () => {
  try {
    const answer = await fetch(masked, { cache: "no-store" });
    if (!answer.ok) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(typing);
  } catch {
    return null;
  }
};

// Puts around `kept`, as far as `limit`, what stands around `same`: nothing around null.
const surround = (kept, limit, same) => {
  for (; kept !== limit; kept = kept.parentElement, same = same?.parentElement) {
    const [before, after] = same ? besides(same) : [[], []];
    for (const node of besides(kept).flat()) node.remove();
    kept.before(...before);
    kept.after(...after);
  }
};

const besides = (node) => {
  const all = [...node.parentElement.childNodes];
  const at = all.indexOf(node);
  return [all.slice(0, at), all.slice(at + 1)];
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
  if (event.persisted) location.replace(masked);
});
document.addEventListener("visibilitychange", look);
const ticking = setInterval(look, EVERY);
look();
