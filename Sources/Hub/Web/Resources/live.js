// The page of all cameras or of a site's: their live pictures over one request, and which of them have something going on.

import { ask, part, showConnection, signedOut } from "./page.js";
import { Arranging } from "./arranging.js";
import { EventFeed } from "./stream.js";
import { FullScreen } from "./full-screen.js";
import { LiveCamera } from "./live-camera.js";
import { LiveStream } from "./live-stream.js";
import { LiveVideo } from "./live-video.js";

/** Milliseconds from one look for cameras that were added to the next. */
const EVERY = 10_000;
const wall = part("cameras");
const arranging = new Arranging();
const tiles = [...wall.querySelectorAll(".live-tile")];
const ongoing = new Map();

const videos = tiles.map((tile) => new LiveVideo(tile.querySelector("video"), tile.dataset.camera, (words, isShowing) => {
  tile.dataset.state = isShowing ? "live" : "waiting";
  part("words", tile).textContent = words;
}));

if (tiles.length > 0) {
  new LiveStream(tiles.map((tile) => tile.dataset.camera), "sub", {
    record: (camera, kind, time, content) => videos[camera]?.take(kind, time, content),
    lost: (words) => { for (const video of videos) video.lost(words); },
    signedOut,
  }).open();
}

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
    const cameras = new Set(shown.flatMap((node) => node.cameras.map((camera) => camera.id)));
    known ??= cameras;
    if (cameras.symmetricDifference(known).size > 0 && !arranging.isOn && fullScreen.current === null) location.reload();
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
}

new EventFeed("", new URLSearchParams(), { event: take, reset: () => {}, signedOut, state: showConnection }).open();
setInterval(compare, EVERY);
if (known === null) compare();
