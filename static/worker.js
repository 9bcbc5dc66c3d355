// Keeps what a page asks it to (keep.js), and shows it when there is no network. It keeps nothing else.

const HOUR_MS = 3_600_000;
const LOOSE = { ignoreVary: true };

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keep(event)));

self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});

// For one session at a time: what another one kept goes.
async function keep({ data: { scope, owner, addresses }, source }) {
  const name = `${scope} ${owner}`;
  for (const other of await caches.keys()) {
    if (other.startsWith(`${scope} `) && other !== name) await caches.delete(other);
  }
  const cache = await caches.open(name);
  await Promise.allSettled(addresses.map((address) => add(cache, address)));
  source.postMessage("kept");
}

async function add(cache, address) {
  const before = await cache.match(address, LOOSE);
  if (Date.now() - Date.parse(before?.headers.get("date") ?? "") < HOUR_MS) return;
  const response = await fetch(address);
  if (response.ok && !response.redirected) await cache.put(address, response);
}

async function answer(request) {
  try {
    const response = await fetch(request);
    if (request.mode === "navigate") await renew(request, response);
    return response;
  } catch (unreachable) {
    const kept = await caches.match(request, LOOSE);
    if (kept) return kept;
    throw unreachable;
  }
}

// A kept page stays as it was seen last; one that leads elsewhere by now belongs to nobody who is signed in here.
async function renew(request, response) {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    if (!(await cache.match(request, LOOSE))) continue;
    if (response.ok) await cache.put(request, response.clone());
    else if (response.status < 500) await caches.delete(name);
  }
}
