// What was kept for moments without a network (keep.js) belongs to whoever was signed in.
if ("serviceWorker" in navigator) {
  for (const worker of await navigator.serviceWorker.getRegistrations()) {
    const scope = new URL(worker.scope).pathname;
    if (!location.pathname.startsWith(scope)) continue;
    for (const name of await caches.keys()) if (name.startsWith(`${scope} `)) await caches.delete(name);
    await worker.unregister();
  }
}
