// The button of Wagtail's older search boxes, which only a screen reader says, has an English name in the template.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll('input[type="submit"][value="Search"]')) button.value = gettext("Search");
});
