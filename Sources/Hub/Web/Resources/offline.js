// In place of a page that cannot be had now: says since when the hub is silent, and comes back to that page when it answers.

import { heard, lastHeard } from "./heard.js";

/** Milliseconds before the first try, and at most between two. */
const FIRST = 2000;
const LONGEST = 60_000;
/** Milliseconds that an answer may take. */
const PATIENCE = 10_000;
const part = (name) => document.querySelector(`[data-part="${name}"]`);
// At its own address it stands in for no other page.
const isStandIn = location.pathname !== "/offline";

let wait = FIRST;
let due = 0;
let isTrying = false;

/** Somebody else's page, as that of a hotel's network, is no answer of the hub. */
async function answers() {
  try {
    const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    return answer.ok && (await answer.text()).trim() === "ok";
  } catch {
    return false;
  }
}

function comeBack() {
  heard();
  if (isStandIn) {
    location.reload();
    return;
  }
  part("title").textContent = "The hub answers";
  part("away").hidden = true;
  part("there").hidden = false;
}

function schedule() {
  due = Date.now() + wait * (0.75 + Math.random() / 4);
  wait = Math.min(wait * 2, LONGEST);
}

async function tryNow() {
  if (isTrying) return;
  isTrying = true;
  part("next").textContent = "Asking the hub…";
  if (await answers()) {
    comeBack();
  } else {
    part("state").textContent = "It does not answer yet.";
    schedule();
    isTrying = false;
    tick();
  }
}

function tick() {
  if (isTrying) return;
  const seconds = Math.ceil((due - Date.now()) / 1000);
  if (seconds > 0) part("next").textContent = `The next try by itself is in ${seconds} s.`;
  else tryNow();
}

const time = lastHeard();
if (time !== null) {
  const words = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(time);
  part("heard-at").textContent = words;
  part("heard-at").dateTime = time.toISOString();
  part("heard").hidden = false;
}
part("try").addEventListener("click", () => {
  wait = FIRST;
  tryNow();
});
addEventListener("online", tryNow);
document.addEventListener("visibilitychange", () => { if (!document.hidden) tryNow(); });
if (isStandIn) schedule();
// A due time of long ago: at its own address the first try is now.
tick();
setInterval(tick, 1000);
