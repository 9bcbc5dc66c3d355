// Finds while one types: the list is asked for alone, and takes the place of the one that is there.
const PAUSE_MS = 250;

const form = document.querySelector("[data-search]");
const field = form.elements.namedItem("q");
let waiting = 0;
let asking = new AbortController();

const show = (found) => {
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = found.querySelector(`[data-live="${part.dataset.live}"]`);
    if (fresh) part.replaceChildren(...fresh.childNodes);
  }
};

const look = async () => {
  asking.abort();
  asking = new AbortController();
  const address = `${form.action}?${new URLSearchParams({ q: field.value })}`;
  try {
    const answer = await fetch(`${address}&part=hits`, { signal: asking.signal });
    if (!answer.ok || answer.redirected) return; // Signed out meanwhile: the button leads on.
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    history.replaceState(null, "", address);
  } catch {
    // Overtaken by the next letter, or no network: the button still works.
  }
};

field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(look, PAUSE_MS);
});
