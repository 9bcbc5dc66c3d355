// Has the worker keep the membership card, and the schedule, for moments without a network; for this session alone.

const card = document.querySelector("[data-keep]");
const { keep, owner, worker, scope } = card.dataset;

document.querySelector("[data-offline]").hidden = navigator.onLine;

if ("serviceWorker" in navigator && navigator.onLine) {
  const parts = document.querySelectorAll("link[rel~=stylesheet], link[rel~=icon], script[src], img[src], use");
  const files = [...parts].map((part) => (part.href?.baseVal ?? part.href ?? part.src).split("#")[0]);
  navigator.serviceWorker.addEventListener("message", () => { card.dataset.kept = "yes"; });
  navigator.serviceWorker.startMessages();
  await navigator.serviceWorker.register(worker, { scope });
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ scope, owner, addresses: [...new Set([...keep.split(" "), ...files])] });
}
