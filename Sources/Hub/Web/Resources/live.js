// The page of all cameras: their live pictures over one request, and which of them have something going on.

import { ask, part, showConnection, signedOut } from "./page.js";
import { EventFeed } from "./stream.js";
import { LiveStream } from "./live-stream.js";
import { LiveVideo } from "./live-video.js";

/** Milliseconds from one look for cameras that were added to the next. */
const EVERY = 10_000;
const tiles = [...part("cameras").querySelectorAll(".live-tile")];
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

// Whoever may see more cameras than they may watch has no tile for some: what the first answer says is what there is.
let known = "whole" in part("cameras").dataset ? new Set(tiles.map((tile) => tile.dataset.camera)) : null;

/** Cameras that come or go while the page is open: it is made anew. */
async function compare() {
  try {
    const { items } = await ask("/api/v1/nodes");
    const cameras = new Set(items.flatMap((node) => node.cameras.map((camera) => camera.id)));
    known ??= cameras;
    if (cameras.symmetricDifference(known).size > 0) location.reload();
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
