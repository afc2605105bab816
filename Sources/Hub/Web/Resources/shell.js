// The shell of the app, which the service worker keeps: from the first page of somebody who is signed in on, and no longer than their session.

// Over plain HTTP browsers have none of it, but on the hub's own machine.
const isPossible = window.isSecureContext && "serviceWorker" in navigator;

export async function keepShell() {
  if (!isPossible) return;
  try {
    const { active } = await navigator.serviceWorker.register("/service-worker.js");
    // A worker that other tabs held on to when somebody signed out is still there, and has nothing.
    if (active !== null && (await caches.keys()).length === 0) active.postMessage("keep");
  } catch {
    // Where the browser does not trust the certificate, or keeps nothing, the pages do without.
  }
}

export async function forgetShell() {
  if (!isPossible) return;
  try {
    for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
    for (const name of await caches.keys()) await caches.delete(name);
  } catch {
    // Nothing was kept.
  }
}
