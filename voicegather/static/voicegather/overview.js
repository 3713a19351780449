// Follows how the lines do: asks every few seconds, and not at all while nobody looks.
const page = document.querySelector(".vg-overview");
const status = document.getElementById("overview-status");
const parts = {
  figures: document.getElementById("overview-figures"),
  lists: document.getElementById("overview-lists"),
};
const EVERY = 10000;
const SLOWEST = 120000;
const PATIENCE = 15000;
// The token of a form is another one each time.
const TOKEN = /name="csrfmiddlewaretoken" value="[^"]*"/g;

let failures = 0;
let timer = 0;
const shown = {};

const put = (name, html) => {
  const bare = html.replace(TOKEN, "");
  const held = parts[name];
  // What somebody is about to press stays where it is.
  if (shown[name] === bare || held.contains(document.activeElement)) return;
  held.innerHTML = html;
  shown[name] = bare;
};

const later = () => {
  clearTimeout(timer);
  timer = setTimeout(look, Math.min(EVERY * 2 ** failures, SLOWEST));
};

const look = async () => {
  clearTimeout(timer);
  if (document.hidden) {
    status.textContent = page.dataset.paused;
    return;
  }
  try {
    const response = await fetch(page.dataset.url, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (response.redirected || response.status === 403) {
      location.reload();
      return;
    }
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const news = await response.json();
    failures = 0;
    put("figures", news.figures);
    put("lists", news.lists);
    status.textContent = `${page.dataset.fresh} ${new Date().toLocaleTimeString(document.documentElement.lang || undefined)}`;
  } catch {
    failures += 1;
    status.textContent = page.dataset.lost;
  }
  later();
};

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) look();
});
later();
