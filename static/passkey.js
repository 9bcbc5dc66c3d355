// Has the browser ask a device for a passkey, and sends what it says. Without this module there are codes.
const waits = globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON ? "[data-passkey]" : "[data-never]";

const ask = (told) => "rp" in told
  ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(told) })
  : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(told) });

for (const part of document.querySelectorAll(waits)) {
  const form = part.querySelector("form");
  part.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation(); // Nothing is sent before the device has answered.
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    try {
      form.elements.answer.value = JSON.stringify(await ask(JSON.parse(part.dataset.passkey)));
      form.submit();
    } catch {
      form.removeAttribute("aria-busy");
      part.querySelector("[role=alert]").textContent = part.dataset.failed; // Put off, too late, or no such device.
    }
  });
}
