// Follows a background job: its bar and words each second, the whole page once it has ended.
const job = document.getElementById("job");
const EVERY = 1000;
const SLOWEST = 30000;
const PATIENCE = 10000;

const bar = job.querySelector(".job-bar");
const words = job.querySelector(".job-words");
let failures = 0;

const show = (news) => {
  if (words.textContent !== news.words) words.textContent = news.words;
  if (news.percent === null) {
    bar.removeAttribute("value");
  } else {
    bar.max = 100;
    bar.value = news.percent;
  }
};

const follow = async () => {
  try {
    const response = await fetch(job.dataset.url, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      signal: AbortSignal.timeout(PATIENCE),
    });
    // Signed out, or the job is deleted: the page itself says so.
    if (response.redirected || response.status === 403 || response.status === 404) {
      location.reload();
      return;
    }
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const news = await response.json();
    failures = 0;
    show(news);
    if (news.is_finished) {
      location.reload();
      return;
    }
  } catch {
    failures += 1;
    words.textContent = job.dataset.lost;
  }
  setTimeout(follow, Math.min(EVERY * 2 ** failures, SLOWEST));
};

if (job.dataset.url) setTimeout(follow, EVERY);
