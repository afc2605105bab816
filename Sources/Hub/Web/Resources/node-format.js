// The words of the page of nodes for what arrives later. NodeLabels.swift has the same ones; a browser test holds the two together.

import { dayKey, duration, time } from "./format.js";

const known = (value) => value !== null && value !== undefined;

export const nodeState = { online: "Online", offline: "Offline", never: "Never heard of" };
export const stateOf = (node) => (known(node.revoked_at) ? "Revoked" : nodeState[node.state]);
export const cameraState = { online: "Online", offline: "Offline", unknown: "Unknown" };

const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** At most so many digits behind the point, as many as are there. */
function decimal(value, digits) {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e12) return "–";
  const factor = 10 ** digits;
  return String(Math.round(value * factor) / factor);
}

const percent = (share) => `${decimal(share * 100, 0)} %`;

function scaled(value, units) {
  let rest = Math.max(0, value);
  let unit = 0;
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  return `${decimal(rest, rest < 9.95 && unit > 0 ? 1 : 0)} ${units[unit]}`;
}

export const size = (bytes) => scaled(bytes, ["B", "kB", "MB", "GB", "TB"]);
const rate = (bits) => scaled(bits, ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"]);

function clock(offset) {
  if (Math.abs(offset) < 0.005) return "in step";
  const away = Math.abs(offset) < 60 ? `${decimal(Math.abs(offset), 2)} s` : duration(Math.abs(offset));
  return `${away} ${offset < 0 ? "ahead" : "behind"}`;
}

export const place = (node) => (known(node.version) ? `${node.site} · version ${node.version}` : node.site);

/** What a node has measured: name, value, and whether somebody should look after it. */
export function figures(node) {
  const out = [];
  if (known(node.outbox)) {
    const dead = node.outbox.dead_letters;
    const words = node.outbox.waiting === 0 ? "empty" : `${node.outbox.waiting} waiting`;
    out.push(["Outbox", dead > 0 ? `${words}, ${count(dead, "dead letter")}` : words, dead > 0]);
  }
  if (known(node.lag)) out.push(["Lag", node.lag === 0 ? "none" : count(node.lag, "event"), false]);
  if (node.missing > 0) out.push(["Missing", count(node.missing, "event"), true]);
  if (known(node.clock_offset_s)) out.push(["Clock", clock(node.clock_offset_s), Math.abs(node.clock_offset_s) >= 2]);
  if (known(node.motion_only)) out.push(["Sees", `motion only: ${node.motion_only}`, true]);
  for (const shortcoming of node.shortcomings ?? []) out.push(["Lacks", shortcoming, true]);
  if (known(node.cpu)) out.push(["CPU", `${percent(node.cpu)} of a core`, false]);
  if (known(node.memory)) out.push(["Memory", size(node.memory), false]);
  if (known(node.disk_free) && node.disk_total > 0) {
    out.push(["Disk", `${size(node.disk_free)} of ${size(node.disk_total)} free`, node.disk_free < node.disk_total * 0.05]);
  }
  if (known(node.temperature)) out.push(["Temperature", `${decimal(node.temperature, 0)} °C`, node.temperature >= 85]);
  return out;
}

/** What a camera brings. */
export function cameraFigures(camera) {
  if (known(camera.problem)) return [`Stays off: ${camera.problem}`];
  const recording = known(camera.unrecorded) ? [`Not recorded: ${camera.unrecorded}`] : [];
  if (!known(camera.fps)) return recording;
  const figures = [`${decimal(camera.fps, 1)} fps`, rate(camera.bitrate), `${percent(camera.decode_share)} decoded`, count(camera.gaps, "gap")];
  const late = known(camera.detector_latency) && camera.detector_latency >= 1 ? [`Looks come ${decimal(camera.detector_latency, 1)} s late`] : [];
  return figures.concat(recording, late);
}

const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });

/** `since 14:03:09`, with the day where it is not today. */
export function since(text) {
  if (!known(text)) return "";
  const date = new Date(text);
  return dayKey(date) === dayKey(new Date()) ? `since ${time(date)}` : `since ${day.format(date)}, ${time(date)}`;
}
