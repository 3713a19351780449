// The telephone of a test call: forms are sent without leaving the page, and prompts are heard.
// Without this script each form leads to the page as it then stands.

const page = document.getElementById("test-call");
const part = document.getElementById("tc-part");
const live = document.getElementById("tc-live");
const trouble = document.getElementById("tc-trouble");
const mute = document.getElementById("tc-mute");
const words = page.dataset;
const PATIENCE = 20_000;
const KEPT = "voicegather-test-call-silent";

const call = () => part.firstElementChild;
const newest = () => Number(part.querySelector(".tc-entry:last-child")?.dataset.index ?? -1);

// ---- what is heard ------------------------------------------------------------------------

const voice = window.speechSynthesis;
let silent = localStorage.getItem(KEPT) === "1";
let playing = null;
let turn = 0;

const hush = () => {
  turn += 1;
  voice?.cancel();
  playing?.pause();
  playing = null;
};

const speak = (text, language) =>
  new Promise((done) => {
    if (!voice || !text.trim()) return done();
    const said = new SpeechSynthesisUtterance(text);
    if (language) said.lang = language;
    said.onend = said.onerror = done;
    voice.speak(said);
  });

const play = (url) =>
  new Promise((done) => {
    playing = new Audio(url);
    playing.onended = playing.onerror = done;
    playing.play().catch(done);
  });

const hear = async (entries) => {
  hush();
  const mine = turn;
  for (const entry of entries) {
    if (silent || mine !== turn) return;
    const audio = entry.querySelector("audio");
    if (audio) await play(audio.src);
    else await speak(entry.querySelector(".tc-title").textContent, entry.lang);
  }
};

const show_mute = () => {
  mute.setAttribute("aria-pressed", String(silent));
  mute.textContent = silent ? words.silent : words.speaks;
};

mute.hidden = false;
show_mute();
mute.addEventListener("click", () => {
  silent = !silent;
  localStorage.setItem(KEPT, silent ? "1" : "0");
  if (silent) hush();
  show_mute();
});
window.addEventListener("pagehide", hush);

// ---- what is sent -------------------------------------------------------------------------

let sending = false;
let waiting = "";

const complain = (text) => {
  trouble.textContent = text;
  trouble.hidden = !text;
};

/** Puts the call as it stands now on the page, says what is new, and leaves the focus in place. */
const show = (html, begins) => {
  const before = begins ? -1 : newest();
  const focus = document.activeElement;
  const name = focus?.name && part.contains(focus) ? [focus.name, focus.value] : null;
  part.innerHTML = html;
  const fresh = [...part.querySelectorAll(".tc-entry")].filter(
    (entry) => Number(entry.dataset.index) > before,
  );
  const heard = fresh.filter((entry) => entry.dataset.kind === "said");
  live.textContent = fresh
    .filter((entry) => ["said", "attempt", "end", "note", "refusal"].includes(entry.dataset.kind))
    .map((entry) => entry.querySelector(".tc-title").textContent)
    .join(" ");
  for (const entry of before >= 0 ? fresh : []) entry.classList.add("tc-fresh");
  const log = part.querySelector(".tc-log");
  if (log) log.scrollTop = log.scrollHeight;
  keep_focus(name);
  mark_step();
  hear(heard);
};

const keep_focus = (name) => {
  const error = part.querySelector("[role=alert]");
  if (error) return;
  const stand_in = part.querySelector(".tc-stand-in input:not([type=hidden]), .tc-stand-in select");
  const same = name
    ? [...part.querySelectorAll("button, input, select")].find(
        (each) => each.name === name[0] && (each.type !== "submit" || each.value === name[1]),
      )
    : null;
  (same ?? stand_in ?? part.querySelector(".tc-call, .tc-quiet"))?.focus({ preventScroll: true });
};

const send = async (url, body) => {
  if (sending) return;
  sending = true;
  call().classList.add("tc-sending");
  hush();
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: { "X-Requested-With": "fetch" },
      credentials: "same-origin",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const html = await response.text();
    const is_gone = response.redirected || [403, 404].includes(response.status);
    if (!html.includes('class="tc"')) throw new Error(is_gone ? "stale" : "again");
    const begins = url !== call().dataset.url;
    complain("");
    show(html, begins);
    if (begins && call().dataset.url) history.replaceState(null, "", call().dataset.url);
  } catch (problem) {
    waiting = "";
    complain(problem.message === "stale" ? words.stale : words.again);
  } finally {
    sending = false;
    call().classList.remove("tc-sending");
  }
  if (waiting) press("");
};

/** Presses keys; those that come while the server answers are pressed together afterwards. */
const press = (keys) => {
  waiting += keys;
  const form = part.querySelector(".tc-keys");
  if (!form || form.querySelector("button:disabled")) waiting = "";
  if (sending || !waiting) return;
  const body = new FormData(form);
  body.set("keys", waiting);
  waiting = "";
  send(form.action, body);
};

part.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.matches(".tc-keys")) press(event.submitter.value);
  else send(form.action, new FormData(form, event.submitter));
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea, [contenteditable]");
  if (typing || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!/^[0-9*#]$/.test(event.key) || !part.querySelector(".tc-keys")) return;
  event.preventDefault();
  const key = part.querySelector(`.tc-keys button[value="${CSS.escape(event.key)}"]`);
  key?.classList.add("tc-down");
  setTimeout(() => key?.classList.remove("tc-down"), 150);
  press(event.key);
});

// ---- where the call stands ----------------------------------------------------------------

/** Shows in the menu's diagram, where there is one, which steps the call has visited. */
const mark_step = () => {
  const visited = (call().dataset.nodes ?? "").split(" ").filter(Boolean);
  const here = call().dataset.over ? "" : visited.at(-1);
  for (const node of document.querySelectorAll(".diagram-svg [data-node]")) {
    const id = node.dataset.node;
    node.classList.toggle("tc-been", visited.includes(id) && id !== here);
    node.classList.toggle("tc-here", id === here);
    // The diagram moves to what gets the focus: so it does without the focus being taken away.
    if (id === here) node.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
  }
};

const log = part.querySelector(".tc-log");
if (log) log.scrollTop = log.scrollHeight;
mark_step();
