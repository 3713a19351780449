// Follows a call on its page: asks for what is new each second, and sends the acts of staff.
// Whatever comes from the call is put into the page as text, never as HTML.
const page = document.getElementById("live-call");
const words = page.dataset;
const list = document.getElementById("timeline");
const scroller = document.getElementById("timeline-scroll");
const template = document.getElementById("entry-template");
const EVERY = 1000;
const SLOWEST = 30000;
const PATIENCE = 10000;
//: Looks for stragglers (last digits, a recording) after the call's end.
const LAST_LOOKS = 5;
const MOST_ANNOUNCED = 3;

let cursor = words.cursor;
let timer = 0;
let failures = 0;
// A page that shows what is sensitive stands still: what comes anew is masked.
let looks = words.over || words.still ? 0 : LAST_LOOKS;
let under_way = null;

const put = (element, text) => {
  if (element && element.textContent !== text) element.textContent = text;
};
const say = (text) => put(document.getElementById("live-status"), text);
const announce = (text) => put(document.getElementById("live-news"), text);

// ---- the timeline -------------------------------------------------------------------------

const pairs_into = (place, pairs) => {
  const made = pairs.map(([label, value]) => {
    const pair = document.createElement("div");
    const [term, said] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = label;
    said.textContent = value;
    pair.append(term, said);
    return pair;
  });
  place.replaceChildren(...made);
};

const fill = (item, entry) => {
  item.className = `entry entry-${entry.kind}${entry.is_trouble ? " entry-trouble" : ""}`;
  item.dataset.key = entry.key;
  item.id = entry.key;
  item.dataset.at = entry.at;
  const time = item.querySelector(".entry-since");
  put(time, entry.since);
  time.title = entry.clock;
  put(item.querySelector(".entry-words"), entry.title);
  const quote = item.querySelector(".entry-quote");
  put(quote, entry.quote);
  quote.hidden = !entry.quote;
  const link = item.querySelector(".entry-link");
  link.hidden = !entry.link;
  if (entry.link) link.href = entry.link;
  const sound = item.querySelector(".entry-sound");
  sound.hidden = !entry.sound;
  // What one listens to goes on.
  if (entry.sound && sound.getAttribute("src") !== entry.sound) sound.src = entry.sound;
  pairs_into(item.querySelector(".entry-details"), entry.details);
};

const known = new Map([...list.children].map((item) => [item.dataset.key, item]));

const place = (item) => {
  const at = Number(item.dataset.at);
  let before = list.lastElementChild;
  while (before && Number(before.dataset.at) > at) before = before.previousElementSibling;
  if (before) before.after(item); else list.prepend(item);
};

const is_at_end = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 8;

// What one reads stays where it is, wherever entries come in; at the end one stays at the end.
const keeping_place = (change) => {
  const at_end = is_at_end();
  const top = scroller.getBoundingClientRect().top;
  const read = [...list.children].find((item) => item.getBoundingClientRect().bottom > top);
  const was = read ? read.getBoundingClientRect().top : 0;
  change();
  if (at_end) scroller.scrollTop = scroller.scrollHeight;
  else if (read) scroller.scrollTop += read.getBoundingClientRect().top - was;
};

const take_in = (entries) => {
  const fresh = [];
  keeping_place(() => {
    for (const entry of entries) {
      let item = known.get(entry.key);
      if (!item) {
        item = template.content.firstElementChild.cloneNode(true);
        known.set(entry.key, item);
        fill(item, entry);
        place(item);
        fresh.push(entry.title);
      } else {
        fill(item, entry);
      }
    }
  });
  document.getElementById("timeline-empty").hidden = known.size > 0;
  if (fresh.length) {
    const told = fresh.slice(-MOST_ANNOUNCED).join(", ");
    announce(`${words.news} ${told}${fresh.length > MOST_ANNOUNCED ? `, ${words.more}` : ""}`);
  }
};

// ---- where the call stands ----------------------------------------------------------------

const show_pairs = (id, pairs) => {
  const section = document.getElementById(id);
  section.hidden = pairs.length === 0;
  const place = section.querySelector("dl");
  const shown = [...place.children].map((pair) => [...pair.children].map((e) => e.textContent));
  if (JSON.stringify(shown) !== JSON.stringify(pairs)) pairs_into(place, pairs);
};

const offer_steps = (select, steps) => {
  const shown = [...select.options].map((option) => [option.value, option.text]);
  if (select === document.activeElement || JSON.stringify(shown) === JSON.stringify(steps)) return;
  const chosen = select.value;
  select.replaceChildren(...steps.map(([key, name]) => new Option(name, key)));
  if (steps.some(([key]) => key === chosen)) select.value = chosen;
};

const show_state = (state) => {
  for (const place of page.querySelectorAll("[data-state]")) {
    put(place, state[place.dataset.state] || "–");
  }
  page.classList.toggle("call-runs", !state.is_over);
  show_pairs("live-partial", state.partial);
  show_pairs("live-variables", state.variables);
  for (const form of page.querySelectorAll("form[data-act]")) {
    const select = form.querySelector("select[name=target]");
    if (select) offer_steps(select, state.steps);
    // A form that has the focus keeps it: the server says when the act came too late.
    const enabled = state.acts.includes(form.dataset.act);
    if (enabled || !form.contains(document.activeElement)) {
      form.querySelector("fieldset").disabled = !enabled;
    }
  }
};

// ---- asking -------------------------------------------------------------------------------

class GoneError extends Error {}

const read_json = async (response) => {
  const is_json = (response.headers.get("content-type") || "").startsWith("application/json");
  if (response.redirected || response.status === 403 || response.status === 404) {
    throw new GoneError();
  }
  if (!is_json) throw new Error(`HTTP ${response.status}`);
  return response.json();
};

const ask = async () => {
  const address = new URL(words.url, location.href);
  address.searchParams.set("after", cursor);
  const response = await fetch(address, {
    headers: { Accept: "application/json" },
    credentials: "same-origin",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.status >= 400 && response.status !== 403 && response.status !== 404) {
    throw new Error(`HTTP ${response.status}`);
  }
  return read_json(response);
};

const follow = async () => {
  clearTimeout(timer);
  if (document.hidden) {
    say(words.paused);
    return;
  }
  try {
    under_way = under_way || ask();
    const news = await under_way;
    failures = 0;
    cursor = news.cursor;
    take_in(news.entries);
    show_state(news.state);
    say(news.state.is_over ? words.ended : words.following);
    if (news.state.is_over) looks -= 1; else looks = LAST_LOOKS;
  } catch (problem) {
    if (problem instanceof GoneError) {
      say(words.gone);
      return;
    }
    failures += 1;
    say(words.lost);
  } finally {
    under_way = null;
  }
  clearTimeout(timer);
  if (looks > 0) timer = setTimeout(follow, Math.min(EVERY * 2 ** failures, SLOWEST));
};

// ---- acting -------------------------------------------------------------------------------

const show_errors = (form, texts) => {
  const place = form.querySelector(".errorlist");
  place.replaceChildren(
    ...texts.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
  place.hidden = texts.length === 0;
};

const act = async (form) => {
  const body = new FormData(form);
  form.dataset.sending = "1";
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const answer = await read_json(response);
    form.elements.act_id.value = answer.act_id;
    const texts = Object.values(answer.errors).flat();
    show_errors(form, texts);
    if (!texts.length) {
      announce(answer.message);
      for (const field of form.querySelectorAll("textarea, input[type=text]")) field.value = "";
    }
    if (words.still) return;
    looks = Math.max(looks, 1);
    follow();
  } catch (problem) {
    show_errors(form, [problem instanceof GoneError ? words.gone : words.refused]);
  } finally {
    delete form.dataset.sending;
  }
};

for (const form of page.querySelectorAll("form[data-act]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!form.dataset.sending) act(form);
  });
}

// ---- from now on --------------------------------------------------------------------------

page.classList.add("call-follows");
document.addEventListener("visibilitychange", () => {
  if (looks > 0) follow();
});
if (words.still && !words.over) say(words.still);
if (looks > 0) {
  scroller.scrollTop = scroller.scrollHeight;
  say(words.following);
  timer = setTimeout(follow, EVERY);
}
