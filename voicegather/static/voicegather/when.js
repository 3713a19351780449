"use strict";
// Who writes a time means it: the choice beside it follows.
for (const fieldset of document.querySelectorAll("[data-when]")) {
  const later = fieldset.querySelector('[name="when"][value="later"]');
  fieldset.querySelector('[name="publish_at"]').addEventListener("input", (event) => {
    if (event.target.value) later.checked = true;
  });
}
