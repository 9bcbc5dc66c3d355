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
