// Questions that hang on an earlier answer show once it was given.
for (const form of document.querySelectorAll("form:has([data-when])")) {
  const given = ({ when, equals }) =>
    [...form.elements].some((field) => field.name === when && field.value === equals && field.checked && !field.closest("[hidden]"));
  const show = () => form.querySelectorAll("[data-when]").forEach((part) => { part.hidden = !given(part.dataset); });
  form.addEventListener("change", show);
  show();
}
