// Copies codes, and shows new messages as they come. The page works without it.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  });
}

// A reload would throw away what somebody is typing, so it waits until the field is left alone.
const typing = () => document.activeElement?.matches("input, textarea");

setInterval(async () => {
  if (document.hidden || typing()) return;
  try {
    const answer = await fetch("/messages.json" + location.search);
    const { messages } = await answer.json();
    if ((messages[0]?.id ?? "") !== document.body.dataset.newest) location.reload();
  } catch {
    // The portal was stopped; the next try may find it again.
  }
}, 1500);
