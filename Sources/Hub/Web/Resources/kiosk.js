// A screen that nobody touches: its cameras, a clock, and what happens before them. It mends itself, and lets go of all that it no longer shows.

import { severity, subject, zones } from "./format.js";
import { Front } from "./kiosk-front.js";
import { KioskTile } from "./kiosk-tile.js";
import { LiveStream } from "./live-stream.js";
import { EventFeed } from "./stream.js";

/** Milliseconds from one look for another build of the page to the next, and at most until it is loaded: not all screens at once. */
const EVERY = 60_000;
const SPREAD = 30_000;
/** Milliseconds after which the page is loaded again in any case: its cookie is renewed by that, and browsers are better for it. */
const LONGEST = 30 * 86_400_000;
const PATIENCE = 20_000;
/** Milliseconds from one time at which the pictures begin anew, for a tile that shows none of them, to the next. */
const MENDING = 60_000;
/** Milliseconds without a movement after which there is no pointer. */
const IDLE = 3_000;
/** Pixels by which all of it stands elsewhere, minute by minute, so that nothing burns in. The style keeps as much free around it. */
const SHIFTS = [[0, 0], [4, 0], [4, 4], [0, 4], [-4, 4], [-4, 0], [-4, -4], [0, -4], [4, -4]];

const states = { live: "Live", reconnecting: "Reconnecting…", stale: "Not live" };

const screen = document.querySelector("[data-part=kiosk]");
const part = (name) => screen.querySelector(`[data-part="${name}"]`);
const tiles = [...screen.querySelectorAll(".kiosk-tile")].map((element) => new KioskTile(element));
const front = new Front();

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// MARK: Mending itself

/** Milliseconds by which the hub's clock is ahead: that of a small computer without a battery may be anything. */
let skew = 0;
let checking = 0;
let isChecking = false;
let isDue = false;
let isLoading = false;

/** Only for what the hub has just answered, so that it can be loaded: where the hub is away a browser's own error page would stay for ever. */
function loadAgain() {
  if (isLoading) return;
  isLoading = true;
  location.reload();
}

/** Looks whether this is a screen still, of what its page is made by now, and what time it is. */
async function check() {
  if (isChecking) return;
  isChecking = true;
  try {
    const answer = await fetch("/api/v1/kiosk", { headers: { accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status === 401 || answer.status === 404) return loadAgain();
    if (answer.ok) {
      const { build, now } = await answer.json();
      skew = Date.parse(now) - Date.now();
      const isOther = build !== screen.dataset.build || performance.now() > LONGEST;
      if (isOther && isDue) return loadAgain();
      isDue = isOther;
    }
  } catch {
    // The connection says that the hub does not answer.
  }
  isChecking = false;
  clearTimeout(checking);
  checking = setTimeout(check, isDue ? Math.random() * SPREAD : EVERY);
}

// MARK: Clock, and what is in front

function format(options) {
  try {
    return new Intl.DateTimeFormat(undefined, { ...options, timeZone: screen.dataset.zone || undefined });
  } catch {
    // A zone that this browser does not know.
    return new Intl.DateTimeFormat(undefined, options);
  }
}

const clock = format({ hour: "numeric", minute: "2-digit" });
const date = format({ weekday: "long", day: "numeric", month: "long" });
let shown = null;

function show(event) {
  if (event === shown) return;
  shown = event;
  const camera = tiles.find((tile) => tile.camera === event?.source_id);
  for (const tile of tiles) tile.bringForward(tile === camera ? event.severity : null);
  const words = event === null ? [] : [severity(event.severity), subject(event), camera?.name, zones(event.payload)];
  write(part("event"), words.filter(Boolean).join(" · "));
  if (event === null) delete part("event").dataset.severity;
  else part("event").dataset.severity = event.severity;
}

function tick() {
  const now = new Date(Date.now() + skew);
  write(part("clock"), clock.format(now));
  write(part("date"), date.format(now));
  for (const tile of tiles) tile.tick();
  show(front.present);
  if (tiles.some((tile) => tile.isStuck) && performance.now() - mended > MENDING) {
    mended = performance.now();
    live.open();
  }
}

// MARK: What comes

const live = new LiveStream(tiles.map((tile) => tile.camera), "sub", {
  record: (camera, kind, time, content) => tiles[camera]?.take(kind, time, content),
  lost: (words) => { for (const tile of tiles) tile.lost(words); },
  signedOut: loadAgain,
});
/** When the pictures began anew for a tile, by the page's own clock. */
let mended = 0;
live.open();

new EventFeed("", new URLSearchParams(tiles.map((tile) => ["camera", tile.camera])), {
  event: (event) => {
    front.offer(event, Date.now() + skew);
    tick();
  },
  reset: () => {},
  signedOut: loadAgain,
  state: (state) => {
    part("connection").dataset.state = state;
    write(part("connection-text"), states[state]);
    // The hub may be another one since it was away.
    if (state === "live") check();
  },
}, "/api/v1/kiosk").open();

// MARK: The screen itself

let minute = 0;
setInterval(() => {
  minute += 1;
  const [x, y] = SHIFTS[minute % SHIFTS.length];
  screen.style.transform = `translate(${x}px, ${y}px)`;
}, 60_000);

let idling = 0;
function hidePointer() {
  clearTimeout(idling);
  delete document.documentElement.dataset.idle;
  idling = setTimeout(() => { document.documentElement.dataset.idle = ""; }, IDLE);
}
document.addEventListener("pointermove", hidePointer);
hidePointer();

/** Only over HTTPS; elsewhere whoever sets the screen up tells it not to sleep. */
function stayAwake() {
  if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
}
document.addEventListener("visibilitychange", stayAwake);
stayAwake();

setInterval(tick, 1_000);
tick();
check();
