// Garnish: every page works without this module.

const SECOND_SUBMIT_MS = 5000;
const sentAt = new WeakMap();

// One press, one request. The button stays enabled so that its own name and value are sent.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const now = Date.now();
  if (now - (sentAt.get(form) ?? -Infinity) < SECOND_SUBMIT_MS) {
    event.preventDefault();
    return;
  }
  sentAt.set(form, now);
  form.setAttribute("aria-busy", "true");
  setTimeout(() => form.removeAttribute("aria-busy"), SECOND_SUBMIT_MS);
});

// A page brought back by the Back button is fresh again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) {
    sentAt.delete(form);
    form.removeAttribute("aria-busy");
  }
});

// Menus close as people expect: a press elsewhere, or Escape.
const openMenus = () => document.querySelectorAll(".menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) menu.open = menu.contains(event.target);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.firstElementChild.focus();
  }
});

// Where one is, is in view, also in a bar that scrolls sideways.
for (const bar of document.querySelectorAll(".nav, .tabs")) {
  const here = bar.querySelector("[aria-current]")?.getBoundingClientRect();
  const box = bar.getBoundingClientRect();
  if (here) bar.scrollBy(here.left + here.width / 2 - box.left - box.width / 2, 0);
}

// What went wrong is read out first.
document.querySelector(".error-summary")?.focus();
