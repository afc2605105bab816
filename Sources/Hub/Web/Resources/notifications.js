// Notifications of this browser, and of one's others: turning them on and off, and looking whether they come.

import { browserName } from "./account-words.js";
import { when } from "./journal.js";
import { ask, part } from "./page.js";

const JSON_HEADERS = { accept: "application/json", "content-type": "application/json" };
const OUTCOMES = {
  sent: "the push service has taken it, and it is shown in a moment.",
  gone: "the push service does not know it any more. It is off the list: turn notifications on again there.",
};
const section = part("notifications");
const status = part("push-status");

function showState(state) {
  for (const words of section.querySelectorAll("[data-push]")) words.hidden = !words.dataset.push.split(" ").includes(state);
}

function tell(text) {
  status.textContent = text;
}

/** Runs what a button asks for; what goes wrong is said below it. */
function onClick(button, work) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    tell("");
    try {
      await work();
    } catch (error) {
      tell(error.message);
    }
    button.disabled = false;
  });
}

/** Why there can be none here; nothing where there can. */
function obstacle() {
  if (!isSecureContext) return "http";
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return "unsupported";
  return Notification.permission === "denied" ? "denied" : null;
}

/** @returns {Promise<ServiceWorkerRegistration?>} nothing where the browser does not trust the hub's certificate */
async function worker() {
  try {
    await navigator.serviceWorker.register("/service-worker.js");
  } catch {
    return null;
  }
  return navigator.serviceWorker.ready;
}

async function unsubscribe() {
  const registration = await navigator.serviceWorker?.getRegistration();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}

function line(item) {
  const made = part("device-line").content.firstElementChild.cloneNode(true);
  const name = browserName(item.label);
  const facts = [
    item.is_this ? "this browser" : item.service, `since ${when(new Date(item.created_at))}`,
    item.sent_at === null ? "nothing sent yet" : `last sent ${when(new Date(item.sent_at))}`,
    item.failures > 0 ? `${item.failures} not delivered since` : "",
  ];
  part("name", made).textContent = name;
  part("facts", made).textContent = facts.filter((fact) => fact !== "").join(" · ");
  part("off", made).setAttribute("aria-label", `Turn off notifications of ${name}`);
  // This browser's has a button of its own, which ends the browser's part as well.
  part("off", made).hidden = item.is_this;
  onClick(part("off", made), async () => {
    await ask(`/api/v1/push/subscriptions/${item.id}`, { method: "DELETE" });
    await refresh();
    part(part("push-test").hidden ? "push-on" : "push-test").focus();
  });
  return made;
}

async function refresh() {
  const { items } = await ask("/api/v1/push");
  const own = items.find((item) => item.is_this);
  part("push-devices").replaceChildren(...items.map(line));
  part("push-test").hidden = items.length === 0;
  showState(own === undefined ? obstacle() ?? "off" : "on");
  return { items, own };
}

onClick(part("push-on"), async () => {
  // Asked at once: a browser grants it to a click, and not to what comes long after one.
  const permission = await Notification.requestPermission();
  if (permission !== "granted") {
    if (permission === "denied") showState("denied");
    else tell("The browser was not allowed to show notifications: turn them on again, and allow it.");
    return;
  }
  const registration = await worker();
  if (registration === null) {
    showState("untrusted");
    return;
  }
  const { public_key: applicationServerKey } = await ask("/api/v1/push");
  // One of another installation's key, or of another account, is of no use.
  await (await registration.pushManager.getSubscription())?.unsubscribe();
  let subscription;
  try {
    subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  } catch {
    throw new Error("The browser's push service cannot be reached: look whether this device has internet, and try again.");
  }
  try {
    await ask("/api/v1/push/subscriptions", { method: "POST", headers: JSON_HEADERS, body: JSON.stringify(subscription) });
  } catch (error) {
    await subscription.unsubscribe();
    throw error;
  }
  await refresh();
  tell("Notifications are on.");
  part("push-test").focus();
});

onClick(part("push-off"), async () => {
  const { own } = await refresh();
  if (own !== undefined) await ask(`/api/v1/push/subscriptions/${own.id}`, { method: "DELETE" });
  await unsubscribe();
  await refresh();
  tell("Notifications are off in this browser.");
  part("push-on").focus();
});

onClick(part("push-test"), async () => {
  const before = await ask("/api/v1/push");
  const { items } = await ask("/api/v1/push/test", { method: "POST" });
  const names = new Map(before.items.map((item) => [item.id, item.is_this ? "This browser" : browserName(item.label)]));
  const words = items.map((item) => `${names.get(item.id) ?? "A browser"}: ${OUTCOMES[item.outcome] ?? item.detail}`);
  await refresh();
  tell(words.length > 0 ? words.join(" ") : "There is no browser with notifications on.");
});

showState(obstacle() ?? "off");
refresh().catch((error) => tell(error.message));
