// The page of all cameras or of a site's: their live pictures over one request, and which of them have something going on.

import { ask, part, showConnection, signedOut } from "./page.js";
import { Arranging } from "./arranging.js";
import { EventFeed } from "./stream.js";
import { FullScreen } from "./full-screen.js";
import { IdleCameras } from "./idle-cameras.js";
import { LiveCamera } from "./live-camera.js";
import { LiveStream } from "./live-stream.js";
import { LiveTile } from "./live-tile.js";

/** Milliseconds from one look for cameras that were added to the next. */
const EVERY = 10_000;
const wall = part("cameras");
const arranging = new Arranging();
const tiles = [...wall.querySelectorAll(".live-tile")];
const ongoing = new Map();

const cameras = tiles.map((tile) => tile.dataset.camera);
const pictures = tiles.map((tile) => new LiveTile(tile));
const stream = new LiveStream(cameras, "sub", {
  record: (camera, kind, time, content) => pictures[camera]?.take(kind, time, content),
  lost: (words) => { for (const picture of pictures) picture.lost(words); },
  signedOut,
});
if (tiles.length > 0) stream.open();

// MARK: Stills while nothing happens

const STILLS = "vigilar.stills";

/** What was chosen here; else stills on phones and where data are to be saved: a wall is there to be looked at. */
function wantsStills() {
  let kept = null;
  try {
    kept = localStorage.getItem(STILLS);
  } catch {
    // A browser that keeps nothing.
  }
  if (kept !== null) return kept === "true";
  return navigator.connection?.saveData === true || matchMedia("(max-width: 40rem)").matches;
}

const idle = new IdleCameras(cameras, (resting) => {
  stream.rest(cameras.filter((camera) => resting.has(camera)));
  pictures.forEach((picture, number) => picture.rest(resting.has(cameras[number])));
});

function setStills(isOn) {
  idle.isOn = isOn;
  part("stills").setAttribute("aria-pressed", isOn);
}

part("stills").addEventListener("click", () => {
  setStills(!idle.isOn);
  try {
    localStorage.setItem(STILLS, idle.isOn);
  } catch {
    // Until the page is left.
  }
});
for (const tile of tiles) {
  const { camera } = tile.dataset;
  tile.addEventListener("pointerenter", () => idle.set(camera, "pointer", true));
  for (const over of ["pointerleave", "pointercancel"]) tile.addEventListener(over, () => idle.set(camera, "pointer", false));
  tile.addEventListener("focusin", () => idle.set(camera, "focus", true));
  tile.addEventListener("focusout", (event) => { if (!tile.contains(event.relatedTarget)) idle.set(camera, "focus", false); });
}
document.addEventListener("visibilitychange", () => { if (!document.hidden) idle.wake(); });
setStills(wantsStills());
setInterval(() => { for (const picture of pictures) picture.showAge(); }, 1_000);

// MARK: Full screen

/** Main streams over the small ones, by tile. */
const mains = new Map();

/** The main stream in a second element, over the small one. Of a camera that has one stream only, that is what the tile shows already. */
function main(tile) {
  if (!mains.has(tile) && "subStream" in tile.dataset) {
    const video = document.createElement("video");
    video.playsInline = true;
    video.disablePictureInPicture = true;
    video.hidden = true;
    part("name", tile).parentElement.before(video);
    mains.set(tile, { video, live: new LiveCamera(video, tile.dataset.camera, "main", false) });
  }
  return mains.get(tile);
}

/** The small picture stays until the main one is there, and where the browser cannot play that. */
function turn(tile, isFull) {
  const icon = tile.querySelector("[data-part=fill] use");
  icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, isFull ? "#close" : "#expand"));
  part("fill", tile).title = isFull ? "Leave full screen" : "Full screen";
  part("fill-text", tile).textContent = part("fill", tile).title;
  const large = main(tile);
  if (large === undefined) return;
  if (isFull) {
    large.live.open((_, isShowing) => { large.video.hidden = !isShowing; });
  } else {
    large.live.close();
    large.video.hidden = true;
  }
}

const fullScreen = new FullScreen((now, before) => {
  if (tiles.includes(before)) turn(before, false);
  if (tiles.includes(now)) turn(now, true);
  for (const tile of tiles) idle.set(tile.dataset.camera, "full", tile === now);
  const isWall = now === wall;
  part("leave-wall").hidden = !isWall;
  // The button that was pressed cannot be reached any more.
  if (isWall && before === null) part("leave-wall").focus({ preventScroll: true });
  if (now === null && before === wall) part("fill-wall").focus({ preventScroll: true });
});

for (const tile of tiles) {
  part("fill", tile).addEventListener("click", () => (fullScreen.current === tile ? fullScreen.leave() : fullScreen.enter(tile)));
}
part("fill-wall").addEventListener("click", () => fullScreen.enter(wall));
part("leave-wall").addEventListener("click", () => fullScreen.leave());

// MARK: What changes

// Whoever may see more cameras than they may watch has no tile for some: what the first answer says is what there is.
let known = "whole" in wall.dataset ? new Set(tiles.map((tile) => tile.dataset.camera)) : null;

/** Cameras that come or go while the page is open: it is made anew, but not while somebody arranges it or has something on the whole screen. */
async function compare() {
  try {
    const { items } = await ask("/api/v1/nodes");
    const { site } = wall.dataset;
    const shown = items.filter((node) => site === undefined || node.site === site);
    const present = new Set(shown.flatMap((node) => node.cameras.map((camera) => camera.id)));
    known ??= present;
    if (present.symmetricDifference(known).size > 0 && !arranging.isOn && fullScreen.current === null) location.reload();
  } catch {
    // The bar says that the hub does not answer.
  }
}

/** A camera is highlighted for as long as one of its events goes on. */
function take(event) {
  const { source_id: camera, id, end_ts: end, type } = event;
  const open = ongoing.get(camera) ?? new Set();
  if (end === null && type !== "camera_offline" && type !== "recording_gap") open.add(id);
  else open.delete(id);
  ongoing.set(camera, open);
  const tile = tiles.find((one) => one.dataset.camera === camera);
  tile?.toggleAttribute("data-active", open.size > 0);
  idle.set(camera, "event", open.size > 0);
}

/** What went on may have ended meanwhile. */
function forget() {
  ongoing.clear();
  for (const tile of tiles) {
    tile.removeAttribute("data-active");
    idle.set(tile.dataset.camera, "event", false);
  }
}

new EventFeed("", new URLSearchParams(), { event: take, reset: forget, signedOut, state: showConnection }).open();
setInterval(compare, EVERY);
if (known === null) compare();
