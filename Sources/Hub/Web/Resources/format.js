// The words of the timeline for what arrives live. EventLabels.swift has the same ones; a test holds the two together.

export const types = {
  motion: ["Motion", "motion", true],
  person: ["Person", "person", true],
  face: ["Face", "face", true],
  pet: ["Pet", "pet", true],
  wildlife: ["Wildlife", "wildlife", true],
  vehicle: ["Vehicle", "vehicle", true],
  pet_alert: ["Pet alert", "pet", true],
  sound: ["Sound", "sound", true],
  sensor: ["Sensor", "sensor", false],
  camera_offline: ["Camera offline", "camera-off", false],
  camera_online: ["Camera back online", "camera", false],
  camera_tampered: ["Camera tampered with", "camera-off", false],
  recording_gap: ["Gap in the recording", "gap", false],
  node_offline: ["Node offline", "node", true],
  node_online: ["Node back online", "node", false],
  power: ["Power", "power", false],
  arm_state: ["Arming changed", "shield", false],
  system: ["System", "system", false],
};

/** Keys of `why` that nodes and the hub write. */
export const reasons = {
  area: "Part of the picture that moved",
  close_ups: "Looks from close by",
  gate: "Looked at because of",
  gate_delay_s: "Seconds until it was looked at",
  interrupted: "Broken off",
  sightings: "Times it was found",
  text: "Reason",
  trigger: "Told by",
};

const capitalized = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const words = (text) => capitalized(text.replaceAll("_", " "));

export const title = (type) => (Object.hasOwn(types, type) ? types[type][0] : words(type));
/** What an event shows, as narrow as it is known: a name, a kind of animal, what moved, or else its type. */
export function subject(event) {
  const known = Array.isArray(event.identities) ? event.identities : [];
  const named = known.filter((identity) => typeof identity?.name === "string");
  const who = named.find((identity) => identity.state === "known") ?? named[0];
  if (event.type === "pet_alert") return `${who?.name ?? "A pet"} ${event.payload?.condition === "unseen" ? "has not been seen" : "is outside"}`;
  if (who !== undefined) {
    if (who.state !== "known") return `Probably ${who.name}`;
    return who.kind === "species" ? capitalized(who.name) : who.name;
  }
  const seen = ["pet", "wildlife", "vehicle"].includes(event.type) ? event.payload?.objects?.[0] : undefined;
  const species = seen?.species;
  if (typeof species?.name === "string" && species.level !== "animal") return capitalized(species.name);
  if (typeof seen?.label === "string" && seen.label !== "") {
    return event.type === "pet" && known.some((identity) => identity?.state === "unknown") ? `Unknown ${seen.label}` : capitalized(seen.label);
  }
  return title(event.type);
}

export const icon = (type) => (Object.hasOwn(types, type) ? types[type][1] : "event");
export const lasts = (type) => Object.hasOwn(types, type) && types[type][2];

/** The label of a severity that deserves one. */
export const severity = (name) => (name === "info" || name === "notice" ? "" : capitalized(name));

/** `21 s`, `3 min 5 s`, `2 h 4 min`. */
export function duration(seconds) {
  const whole = Math.round(Math.max(1, Math.min(seconds, 1e9)));
  const minutes = Math.floor(whole / 60);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  return minutes % 60 === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", second: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

export const time = (date) => clock.format(date);
export const fullTime = (date) => full.format(date);

/** A key that is the same for all moments of one day of the reader, and sorts like the days do. */
export function dayKey(date) {
  const pad = (number, length) => String(number).padStart(length, "0");
  return `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1, 2)}-${pad(date.getDate(), 2)}`;
}

/** When a day begins for the reader, in milliseconds since 1970; `days` later than the one that a moment is of. */
export const midnight = (date, days = 0) => new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();

/** `Today, Monday, 23 November 2026`. */
export function dayTitle(date) {
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (dayKey(date) === dayKey(today)) return `Today, ${weekday.format(date)}`;
  if (dayKey(date) === dayKey(yesterday)) return `Yesterday, ${weekday.format(date)}`;
  return weekday.format(date);
}

const number = (value) => String(Math.round(value * 1000) / 1000);

/** Why an event is one, as pairs of a name and a value. */
export function facts(payload) {
  const out = [];
  if (typeof payload?.score === "number") out.push(["Score", number(payload.score)]);
  const why = payload?.why;
  if (typeof why === "string") out.push(["Why", why]);
  if (why === null || typeof why !== "object" || Array.isArray(why)) return out;
  for (const key of Object.keys(why).sort().slice(0, 12)) {
    const value = why[key];
    const name = Object.hasOwn(reasons, key) ? reasons[key] : words(key);
    if (typeof value === "string") out.push([name, value]);
    else if (typeof value === "number") out.push([name, number(value)]);
    else if (typeof value === "boolean") out.push([name, value ? "yes" : "no"]);
  }
  return out;
}

export const zones = (payload) =>
  Array.isArray(payload?.zones) ? payload.zones.filter((zone) => typeof zone === "string").join(", ") : "";

/** Up to when recordings are whole, in milliseconds since 1970: a file that goes on from there would be another one with each request. */
export const recordedUntil = () => Date.now() - 2_000;

/** Whether a node may still tell of what it has recorded at a time: it does so some seconds later, and longer on a thin line. */
export const mayStillCome = (time) => Date.now() - time < 30_000;

/** Milliseconds until it is asked for once more. */
export const ASKED_AGAIN = 2_000;

export const NOT_YET = "The camera’s node has not told of this recording yet…";
