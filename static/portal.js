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

// What went wrong is read out first.
document.querySelector(".error-summary")?.focus();

// WebOTP: the phone offers the code from the text message; the person still presses the button.
const code = document.querySelector('[autocomplete="one-time-code"]');
if (code && "OTPCredential" in window) {
  const waiting = new AbortController();
  code.form.addEventListener("submit", () => waiting.abort());
  navigator.credentials
    .get({ otp: { transport: ["sms"] }, signal: waiting.signal })
    .then((message) => { code.value = message?.code ?? code.value; })
    .catch(() => {}); // Refused or timed out: the person types the code.
}

// Copy buttons appear only where copying works, and say when it is done.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.nextElementSibling.textContent = button.dataset.copied;
  });
}

// Calendars show the reader's own clock beside the organisation's; a zone chosen on a page is not overwritten.
const zoned = document.querySelector("[data-zone]");
if (zoned) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  document.cookie = `${zoned.dataset.zone}=${timeZone}; Path=/; Max-Age=31536000; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
}
