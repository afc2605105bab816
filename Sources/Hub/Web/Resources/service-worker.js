// Keeps the shell of the app: style sheet, scripts, drawings, and the page for when the hub cannot be reached. Never a page with names, a picture,
// footage or an answer of the API: what cameras saw stays with the hub. The hub writes VERSION and SHELL, the addresses to keep, above this.

const NAME = `vigilar-shell-${VERSION}`;
const OFFLINE = "/offline";
// Where a page can not be: what is saved rather than looked at, and streams.
const NO_PAGE = /^\/api\/|^\/events\/stream$|\./;
// Of a proxy that does not reach the hub. The hub's own pages never answer with these.
const AWAY = new Set([502, 504]);

async function fill() {
  const cache = await caches.open(NAME);
  await cache.addAll([...SHELL, OFFLINE]);
}

async function empty() {
  for (const name of await caches.keys()) if (name !== NAME) await caches.delete(name);
}

// By name: to open a cache that somebody who signed out has deleted would make it again.
const kept = (request) => caches.match(request, { cacheName: NAME });

async function asset(request) {
  return (await kept(request)) ?? fetch(request);
}

async function page(request) {
  let answer = Response.error();
  try {
    answer = await fetch(request);
    if (!AWAY.has(answer.status)) return answer;
  } catch {
    // The hub cannot be reached.
  }
  return (await kept(OFFLINE)) ?? answer;
}

addEventListener("install", (event) => event.waitUntil(fill().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(empty()));
addEventListener("message", (event) => { if (event.data === "keep") event.waitUntil(fill()); });

// What is not answered here is the browser's, as if there were no worker: changes, the API, streams, video.
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || request.headers.has("range")) return;
  if (SHELL.includes(pathname)) event.respondWith(asset(request));
  else if (request.mode === "navigate" && !NO_PAGE.test(pathname)) event.respondWith(page(request));
});
