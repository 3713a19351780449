"use strict";
// A form that is sent once, however often its button is clicked.
for (const form of document.querySelectorAll("form[data-once]:not([data-guarded])")) {
  form.dataset.guarded = "1";
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
// Who comes back to the page may send it again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});
