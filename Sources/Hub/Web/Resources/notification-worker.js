
// Notifications: shows what the hub sends, and leads to where it happened.

/** A path of this hub's, whatever a message says. */
function localPath(text) {
  if (typeof text !== "string") return "/";
  try {
    const { origin, pathname, search, hash } = new URL(text, location.origin);
    return origin === location.origin ? pathname + search + hash : "/";
  } catch {
    return "/";
  }
}

function messageOf(data) {
  try {
    return data?.json() ?? {};
  } catch {
    // Something was sent, and browsers insist on something being shown.
    return {};
  }
}

async function openPage(path) {
  const address = location.origin + path;
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find((page) => page.url === address);
  return open === undefined ? clients.openWindow(address) : open.focus();
}

addEventListener("push", (event) => {
  const { title, body, url, tag } = messageOf(event.data);
  event.waitUntil(registration.showNotification(String(title ?? "Vigilar"), {
    body: String(body ?? "Something has happened."), tag: String(tag ?? ""), data: { path: localPath(url) },
  }));
});
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPage(localPath(event.notification.data?.path)));
});
