// What a reviewer has typed goes along with the form that reveals: the page that answers has it again.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form.reveal-form")) return;
  for (const field of document.querySelectorAll(".review-value, .review-note")) {
    event.formData.set(field.name, field.value);
  }
});
