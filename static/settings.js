// Garnish: the preview of a colour follows while it is chosen. Without this module a button shows it.
const WAIT_MS = 150;
const field = document.getElementById("field-brand-colour");
let waiting;
let asked = 0;

field?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const mine = ++asked;
    const answer = await fetch(`${location.pathname}?${new URLSearchParams({ colour: field.value, part: "look" })}`);
    const told = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-preview]");
    if (told && mine === asked) document.querySelector("[data-preview]").replaceChildren(...told.childNodes);
  }, WAIT_MS);
});
