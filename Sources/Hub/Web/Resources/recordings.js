// What cameras have recorded, by day: a strip and a sum for each, the recordings one by one, and where they are kept.

import { deletionWords } from "./deleting.js";
import { dayKey, dayTitle, duration, midnight, time } from "./format.js";
import { figures, since, size } from "./node-format.js";
import { ask, part, say } from "./page.js";
import { RecordedVideo } from "./recorded-video.js";
import { RecordingList } from "./recording-list.js";
import { draw, isRecorded, labelHours, showBubble, sums, timeAt } from "./timeline.js";

const REFRESH = 30_000;
/** Milliseconds until it is looked whether the node has confirmed what was deleted. */
const WAITING = 3_000;
const PATIENCE = 60_000;
/** Of what was deleted on a day, as many lines are shown; the rest are counted. */
const DELETIONS = 6;
/** Seconds that a key moves the time on a strip. */
const STEPS = { ArrowLeft: -600, ArrowDown: -600, ArrowRight: 600, ArrowUp: 600, PageUp: 3600, PageDown: -3600 };
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const filters = part("filters");
const { day: dayInput, camera: cameraInput } = filters.elements;

/** The day that is shown: when it begins and ends, in milliseconds since 1970, in the reader's own time. */
let shown = { start: 0, end: 0 };
/** Counts the days that were asked for, so that answers that come too late are left. */
let number = 0;
/** Whether the address names a camera that is here, or none. */
let isCamera = true;

const count = (amount, noun) => `${amount === 0 ? "no" : amount} ${noun}${amount === 1 ? "" : "s"}`;

/** One camera's day. */
class RecordedDay {
  row;
  #list;
  #timeline = null;
  /** The time that the keys have chosen on the strip, in milliseconds since 1970; null for none yet. */
  #chosen = null;
  #timer = 0;

  constructor(row) {
    this.row = row;
    this.#list = new RecordingList(row, play, () => this.read());
    const strip = part("strip", row);
    strip.addEventListener("pointerdown", (event) => { if (event.button === 0) strip.setPointerCapture(event.pointerId); });
    // Where the finger is lifted counts: it may be moved on the way, with the time beside it.
    strip.addEventListener("pointerup", (event) => {
      if (strip.hasPointerCapture(event.pointerId)) this.#open(timeAt(strip, event, shown.start, this.#length));
    });
    strip.addEventListener("pointermove", (event) => {
      showBubble(strip, part("bubble", row), event, time(new Date(timeAt(strip, event, shown.start, this.#length))));
    });
    strip.addEventListener("pointerleave", () => { part("bubble", row).hidden = true; });
    strip.addEventListener("keydown", (event) => this.#key(event));
  }

  get hasRecordings() { return this.#timeline !== null && this.#timeline.recorded.length > 0; }

  get #isDeleted() { return this.#timeline.deleted.some(([, , state]) => state !== "refused"); }

  /** Seconds of the day: 23 or 25 hours where clocks are changed. */
  get #length() { return (shown.end - shown.start) / 1000; }

  /** Another day is shown. */
  begin() {
    this.#timeline = null;
    this.#chosen = null;
    delete this.row.dataset.state;
    part("sum", this.row).textContent = "Asking for what was recorded…";
    part("strip-drawing", this.row).replaceChildren();
    part("deletions", this.row).hidden = true;
    labelHours(part("hours", this.row), shown.start, this.#length);
    this.#list.use(shown.start, shown.end);
    this.#point();
  }

  /** Asks for the day, also anew. */
  async read() {
    const { start, end } = shown;
    const span = new URLSearchParams({ from: new Date(start).toISOString(), to: new Date(end).toISOString() });
    try {
      const timeline = await ask(`/api/v1/cameras/${this.row.dataset.camera}/timeline?${span}`);
      if (start !== shown.start) return;
      this.#timeline = timeline;
      this.row.dataset.state = this.hasRecordings ? "recorded" : this.#isDeleted ? "deleted" : "empty";
      part("sum", this.row).textContent = this.#sum();
      this.#showDeletions();
    } catch (error) {
      if (start !== shown.start) return;
      // What was known stays, and so does its sum: only a day of which nothing is known says why.
      if (this.#timeline === null) part("sum", this.row).textContent = `What was recorded is not known: ${error.message}`;
    }
    this.draw();
    this.#point();
  }

  draw() {
    if (this.#timeline !== null) draw(part("strip-drawing", this.row), this.#timeline, shown.start, this.#length, Date.now());
  }

  #sum() {
    if (!this.hasRecordings) return this.#isDeleted ? "All of it was deleted" : "Nothing recorded";
    const { seconds, holes } = sums(this.#timeline, shown.start, this.#length);
    return `${duration(seconds)} recorded, ${count(holes, "hole")}, ${size(this.#timeline.bytes)}`;
  }

  /** What somebody deleted of the day, the latest first. */
  #showDeletions() {
    const { deleted } = this.#timeline;
    const words = deleted.slice(-DELETIONS).reverse().map(deletionWords);
    if (deleted.length > DELETIONS) words.push(`${deleted.length - DELETIONS} earlier ones`);
    const list = part("deletions", this.row);
    list.replaceChildren(...words.map((text) => {
      const line = document.createElement("li");
      line.textContent = text;
      return line;
    }));
    list.hidden = words.length === 0;
    clearTimeout(this.#timer);
    // A node that has not answered by then is away.
    if (deleted.some(([, , state, , when]) => state === "waiting" && Date.now() - new Date(when).getTime() < PATIENCE)) {
      this.#timer = setTimeout(() => { if (!document.hidden && !this.row.hidden) this.read(); }, WAITING);
    }
  }

  #key(event) {
    const now = this.#time;
    if (event.key in STEPS) this.#chosen = now + STEPS[event.key] * 1000;
    else if (event.key === "Home") this.#chosen = shown.start;
    else if (event.key === "End") this.#chosen = shown.end;
    else if (event.key === "Enter" || event.key === " ") this.#open(now);
    else return;
    event.preventDefault();
    this.#point();
  }

  /** Where nobody has chosen, when the first recording of the day begins, or noon. */
  get #time() {
    const first = this.#timeline?.recorded[0]?.[0];
    const time = this.#chosen ?? (first === undefined ? shown.start + 12 * 3600_000 : new Date(first).getTime());
    return Math.min(Math.max(time, shown.start), shown.end - 1000);
  }

  /** Shows the chosen time on the strip. */
  #point() {
    const strip = part("strip", this.row);
    const chosen = this.#time;
    const second = Math.round((chosen - shown.start) / 1000);
    const known = this.#timeline === null ? "" : isRecorded(this.#timeline, chosen) ? ", recorded" : ", nothing recorded";
    strip.setAttribute("aria-valuemax", this.#length);
    strip.setAttribute("aria-valuenow", second);
    strip.setAttribute("aria-valuetext", `${time(new Date(chosen))}${known}`);
    part("cursor", this.row).style.insetInlineStart = `${(100 * second) / this.#length}%`;
  }

  #open(chosen) {
    location.assign(`/cameras/${this.row.dataset.camera}?${new URLSearchParams({ at: new Date(chosen).toISOString() })}`);
  }
}

// MARK: Playing

const viewer = part("viewer");
const video = new RecordedVideo(part("video"), (words) => {
  part("viewer-problem").textContent = words;
  part("viewer-problem").hidden = words === "";
});

function play(recording, address) {
  const name = part("name", days.find((day) => day.row.dataset.camera === recording.camera).row).textContent;
  part("viewer-title").textContent = name;
  part("viewer-where").textContent = `${moment.format(new Date(recording.start))} · ${duration(recording.duration)}`;
  viewer.showModal();
  video.play({ address, to: new Date(recording.end).getTime() });
}

viewer.addEventListener("click", (event) => {
  // A click beside the picture meets the dialog itself.
  if (event.target === viewer || event.target.closest('[data-part="viewer-close"]') !== null) viewer.close();
});
viewer.addEventListener("close", () => video.close());

// MARK: The day and the camera

const days = [...part("cameras").children].map((row) => new RecordedDay(row));
const isShown = (day) => !day.row.hidden;

/** The day of the address: today where it names none. */
function wantedDay() {
  const text = new URLSearchParams(location.search).get("day") ?? "";
  const [year, month, day] = text.split("-").map(Number);
  const date = new Date(year, month - 1, day);
  return /^\d{4}-\d\d-\d\d$/.test(text) && dayKey(date) === text ? date : new Date();
}

/** No day that is to come can be chosen. */
function bound() {
  dayInput.max = dayKey(new Date());
  // What is today is yesterday after midnight.
  part("day-title").textContent = dayTitle(new Date(shown.start));
  const hadFocus = document.activeElement === part("later");
  part("later").disabled = shown.end > Date.now();
  // What is disabled loses the focus.
  if (hadFocus && part("later").disabled) dayInput.focus();
}

/** Shows what the address names. */
async function show() {
  number += 1;
  const asked = number;
  const date = wantedDay();
  const camera = new URLSearchParams(location.search).get("camera") ?? "";
  shown = { start: midnight(date), end: midnight(date, 1) };
  // Whoever is just typing it is left alone.
  if (dayInput.value !== dayKey(date)) dayInput.value = dayKey(date);
  bound();
  const isNamed = camera === "" || days.some((day) => day.row.dataset.camera === camera);
  // What the hub said with the page stays where there is nothing to say.
  if (isNamed !== isCamera) say(isNamed ? "" : "There is no such camera here, or this account may not watch it. All others are shown.");
  isCamera = isNamed;
  cameraInput.value = isCamera ? camera : "";
  cameraInput.classList.toggle("chosen", cameraInput.value !== "");
  for (const day of days) day.row.hidden = isCamera && camera !== "" && day.row.dataset.camera !== camera;
  part("empty").hidden = true;
  for (const day of days) if (isShown(day)) day.begin();
  await Promise.all(days.filter(isShown).map((day) => day.read()));
  if (asked === number) await showEmpty(asked);
}

/** Says where to look instead, where nothing was recorded on the day. */
async function showEmpty(asked) {
  const inView = days.filter(isShown);
  const isEmpty = inView.length > 0 && inView.every((day) => day.row.dataset.state === "empty");
  const query = new URLSearchParams({ limit: 1, to: new Date(shown.start).toISOString() });
  if (cameraInput.value !== "") query.set("camera", cameraInput.value);
  let last;
  try {
    if (isEmpty) last = (await ask(`/api/v1/recordings?${query}`)).items[0];
  } catch {
    // Then nothing is offered; each camera says by itself that nothing is recorded.
  }
  if (asked !== number) return;
  part("empty").hidden = !isEmpty;
  part("empty-last").hidden = last === undefined;
  if (last !== undefined) {
    const day = new Date(last.start);
    part("last-day").textContent = dayTitle(day);
    part("last-day").href = address(dayKey(day), cameraInput.value);
  }
}

function address(day, camera) {
  const query = new URLSearchParams({ day });
  if (camera !== "") query.set("camera", camera);
  return `/recordings?${query}`;
}

/** Another day or camera, by an address of its own: back and forth lead through them. */
function go(day, camera) {
  const wanted = address(day, camera);
  if (wanted === location.pathname + location.search) return;
  history.pushState(null, "", wanted);
  show();
}

const step = (by) => go(dayKey(new Date(midnight(new Date(shown.start), by))), cameraInput.value);
part("earlier").addEventListener("click", () => step(-1));
part("later").addEventListener("click", () => step(1));
filters.addEventListener("submit", (submit) => submit.preventDefault());
// While somebody types a day the field is empty, or names a year of long ago.
dayInput.addEventListener("change", () => { if (dayInput.value > "2000") go(dayInput.value, cameraInput.value); });
cameraInput.addEventListener("change", () => go(dayKey(new Date(shown.start)), cameraInput.value));
part("last-day").addEventListener("click", (click) => {
  if (click.button !== 0 || click.ctrlKey || click.metaKey || click.shiftKey) return;
  click.preventDefault();
  history.pushState(null, "", part("last-day").href);
  show();
});
addEventListener("popstate", show);
addEventListener("resize", () => { for (const day of days) if (isShown(day)) day.draw(); });

// MARK: The nodes

const awayWords = (node) => ["away", since(node.since)].filter((words) => words !== "").join(" ");

/** Why something of a camera is missing, or does not play; empty where all is well. */
function trouble(node, camera) {
  if (node.state !== "online") {
    return `Its node ${node.name} is ${awayWords(node)}: what it records meanwhile is listed when it is back, and recordings may not play until then.`;
  }
  if (camera.problem !== null) return `Stays off: ${camera.problem}`;
  if (camera.unrecorded !== null) return `Not recorded: ${camera.unrecorded}`;
  return camera.state === "offline" ? "The camera is offline: nothing of it is recorded until it is back." : "";
}

/** How much a node records and how long it stays, by its settings; empty where it does not say. */
function useWords(node) {
  const { recording } = node;
  if (recording === null || recording === undefined) return "";
  const days = (number) => `${number} ${number === 1 ? "day" : "days"}`;
  const most = recording.maximum_bytes === null ? "" : `, at most ${size(recording.maximum_bytes)}`;
  const words = [
    `Recordings take ${size(recording.bytes)}${most}.`,
    `They stay for ${days(recording.continuous_days)}, those of events for ${days(recording.event_days)}.`,
  ];
  const cameras = node.cameras.filter(({ recorded }) => typeof recorded === "number");
  if (cameras.length > 1) words.push(`${cameras.map(({ name, recorded }) => `${name} ${size(recorded)}`).join(", ")}.`);
  return words.join(" ");
}

/** A node's disk, as the node last told of it, and how far back the recordings of its cameras go. */
function storeLine(node) {
  const line = part("store").content.firstElementChild.cloneNode(true);
  line.dataset.node = node.name;
  part("node", line).textContent = node.name;
  const disk = figures(node).find(([name]) => name === "Disk");
  part("meter", line).hidden = disk === undefined;
  part("disk", line).textContent = disk === undefined ? "has not told of its disk" : disk[1];
  if (disk !== undefined) {
    part("meter", line).value = 1 - node.disk_free / node.disk_total;
    part("meter", line).setAttribute("aria-label", `Disk of ${node.name}, used`);
    line.toggleAttribute("data-warning", disk[2]);
  }
  if (node.state !== "online") part("disk", line).textContent += `, when the node was last heard of; it is ${awayWords(node)}`;
  const own = days.map(({ row }) => row.dataset).filter((data) => data.node === node.name && data.oldest !== "");
  // Times of one form sort as texts.
  const first = own.map((data) => data.oldest).sort()[0];
  const use = useWords(node);
  part("use", line).textContent = use;
  part("use", line).hidden = use === "";
  part("oldest", line).textContent = first === undefined ? "No recordings yet" : `Recordings since ${moment.format(new Date(first))}`;
  return line;
}

async function showNodes() {
  try {
    const nodes = (await ask("/api/v1/nodes")).items;
    for (const { row } of days) {
      const node = nodes.find(({ cameras }) => cameras.some(({ id }) => id === row.dataset.camera));
      const words = node === undefined ? "" : trouble(node, node.cameras.find(({ id }) => id === row.dataset.camera));
      part("trouble", row).textContent = words;
      part("trouble", row).hidden = words === "";
    }
    const own = nodes.filter((node) => days.some(({ row }) => row.dataset.node === node.name));
    part("stores").replaceChildren(...own.map(storeLine));
    part("stores-words").hidden = true;
  } catch (error) {
    part("stores-words").textContent = `What nodes tell of their disks is not known: ${error.message}`;
    part("stores-words").hidden = false;
  }
}

if (days.length > 0) {
  show();
  showNodes();
  setInterval(() => {
    if (document.hidden) return;
    showNodes();
    bound();
    // What is over stays as it is, as far as the strips go.
    if (shown.end > Date.now()) for (const day of days) if (isShown(day)) day.read();
  }, REFRESH);
}
