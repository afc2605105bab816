// The list of events: one row for each, newest first, under the reader's own days.

import { correction } from "./clocks.js";
import * as format from "./format.js";

const ROWS_KEPT = 1000;

/** Fills a row with an event of the API or of the stream. */
function fill(row, event) {
  const part = (name) => row.querySelector(`[data-part="${name}"]`);
  const start = new Date(event.ts);
  const isOngoing = !event.end_ts && format.lasts(event.type);
  Object.assign(row.dataset, {
    id: event.id, rev: event.rev, ts: event.ts, end: event.end_ts ?? "", type: event.type, severity: event.severity, node: event.node,
  });
  row.toggleAttribute("data-ongoing", isOngoing);
  const sprite = part("icon").getAttribute("href").split("#")[0];
  part("icon").setAttribute("href", `${sprite}#${format.icon(event.type)}`);
  part("title").textContent = format.subject(event);
  if (part("title").localName === "a") part("title").href = `/events/${event.id}`;
  part("severity").textContent = format.severity(event.severity);
  part("camera").textContent = event.source_id;
  if (!event.type.startsWith("node_")) {
    part("camera").href = `/cameras/${event.source_id}?at=${event.ts}`;
    part("camera").title = "What was recorded then";
  }
  part("zones").textContent = format.zones(event.payload);
  const facts = format.facts(event.payload);
  part("facts").hidden = facts.length === 0;
  part("facts").querySelector("dl").replaceChildren(...facts.map(([name, value]) => {
    const pair = document.createElement("div");
    const term = document.createElement("dt");
    const description = document.createElement("dd");
    term.textContent = name;
    description.textContent = value;
    pair.append(term, description);
    return pair;
  }));
  showTime(row, start);
  const length = event.end_ts ? (new Date(event.end_ts) - start) / 1000 : 0;
  part("length").textContent = isOngoing ? "ongoing" : length > 0 ? format.duration(length) : "";
}

/** Lays an event's picture over its icon. The place is there before, so that nothing moves. */
function showPicture(row, rank) {
  row.dataset.snapshot = rank;
  const address = `/api/v1/events/${row.dataset.id}/snapshot.jpg`;
  let link = row.querySelector('[data-part="picture"]');
  if (link === null) {
    link = document.createElement("a");
    link.className = "picture";
    link.dataset.part = "picture";
    const image = document.createElement("img");
    image.loading = "lazy";
    image.decoding = "async";
    link.append(image);
  }
  // The rank is in the address for the browser's cache: a better picture is another one.
  link.href = `${address}?rank=${rank}`;
  // The page of one event shows it large.
  link.firstElementChild.src = row.localName === "article" ? link.href : `${address}?size=thumbnail&rank=${rank}`;
  row.querySelector('[data-part="tile"]').append(link);
}

/** The time of an event, by the hub's clock as far as that is known. */
export function showTime(row, start) {
  const time = row.querySelector('[data-part="time"]');
  const seconds = correction(row.dataset.node, start);
  const right = new Date(start.getTime() + seconds * 1000);
  time.dateTime = row.dataset.ts;
  time.textContent = format.time(right);
  time.title = format.fullTime(right);
  if (seconds !== 0) {
    const length = format.duration(Math.abs(seconds));
    time.title += ` by the hub's clock. The clock of the node ${row.dataset.node} is ${length} ${seconds > 0 ? "behind" : "ahead"}: it says ${format.time(start)}.`;
  }
  time.toggleAttribute("data-corrected", seconds !== 0);
  const name = row.querySelector('[data-part="title"]').textContent;
  const camera = row.querySelector('[data-part="camera"]').textContent;
  row.querySelector('[data-part="acknowledge"]')?.setAttribute("aria-label", `Mark as seen: ${name}, ${camera}, ${time.textContent}`);
  const picture = row.querySelector('[data-part="picture"] img');
  if (picture !== null) picture.alt = `Picture: ${name}, ${camera}, ${time.textContent}`;
}

function markSeen(row, account) {
  row.setAttribute("data-acknowledged", "");
  if (!account) return;
  const seen = row.querySelector('[data-part="seen"]');
  seen.title = `Seen by ${account}`;
  seen.querySelector(".for-readers").textContent = seen.title;
}

/** Brings what is shown of an event up to date; an older revision than the one shown changes nothing. */
export function bring(row, event, isNew = false) {
  // Who was seen is the hub's to say: the stream tells it of a revision that is there already. A list may be older than what the stream brought.
  const isRetold = event.cursor !== undefined && event.rev === Number(row.dataset.rev);
  if (isNew || event.rev > Number(row.dataset.rev) || isRetold) fill(row, event);
  if ((event.snapshot ?? 0) > Number(row.dataset.snapshot)) {
    showPicture(row, event.snapshot);
    showTime(row, new Date(row.dataset.ts));
  }
  if (event.acknowledged) markSeen(row, event.acknowledged_by);
}

/** RFC 3339 in UTC with microseconds compares as text; ids break ties as the hub's order does. */
const key = (row) => `${row.dataset.ts} ${row.dataset.id}`;

export class Rows {
  #timeline;
  #template;
  #byID = new Map();
  #limit = ROWS_KEPT;
  /** Whether rows at the end were let go, so that the page token no longer fits. */
  wasTrimmed = false;

  constructor(timeline, template) {
    this.#timeline = timeline;
    this.#template = template;
    const rows = [...timeline.querySelectorAll(".event")];
    timeline.replaceChildren();
    for (const row of rows) {
      showTime(row, new Date(row.dataset.ts));
      this.#byID.set(row.dataset.id, row);
      this.#place(row);
    }
  }

  /** Shows every time again: what is known of the nodes' clocks has changed. */
  showTimes() {
    for (const row of this.#byID.values()) showTime(row, new Date(row.dataset.ts));
  }

  get size() { return this.#byID.size; }
  get oldest() { return [...this.#timeline.querySelectorAll(".event")].at(-1) ?? null; }
  row(id) { return this.#byID.get(id) ?? null; }
  clear() {
    this.#byID.clear();
    this.#timeline.replaceChildren();
    this.#limit = ROWS_KEPT;
    this.wasTrimmed = false;
  }

  /**
   * Adds an event, or brings its row up to date; an older revision than the one shown changes nothing.
   * @returns {boolean} whether it is a new row
   */
  put(event, isFresh = false) {
    let row = this.#byID.get(event.id);
    const isNew = row === undefined;
    if (isNew) {
      row = this.#template.content.firstElementChild.cloneNode(true);
      this.#byID.set(event.id, row);
    }
    bring(row, event, isNew);
    if (isNew) {
      this.#place(row);
      if (isFresh) row.classList.add("fresh");
      // What a person paged back to stays, until as much again has arrived.
      if (isFresh) this.#trim();
      else this.#limit = Math.max(this.#limit, this.#byID.size + ROWS_KEPT);
    }
    return isNew;
  }

  #place(row) {
    const list = this.#day(new Date(row.dataset.ts));
    const after = [...list.children].find((other) => key(other) < key(row));
    list.insertBefore(row, after ?? null);
  }

  #day(date) {
    const wanted = format.dayKey(date);
    const days = [...this.#timeline.children];
    const present = days.find((day) => day.dataset.day === wanted);
    if (present) return present.querySelector("ol");
    const day = document.createElement("section");
    day.className = "day";
    day.dataset.day = wanted;
    const heading = document.createElement("h2");
    heading.textContent = format.dayTitle(date);
    day.append(heading, document.createElement("ol"));
    this.#timeline.insertBefore(day, days.find((other) => other.dataset.day < wanted) ?? null);
    return day.querySelector("ol");
  }

  // A page that stays open for weeks must not grow for weeks.
  #trim() {
    while (this.#byID.size > this.#limit) {
      const row = this.oldest;
      const day = row.closest(".day");
      this.#byID.delete(row.dataset.id);
      row.remove();
      if (day.querySelector(".event") === null) day.remove();
      this.wasTrimmed = true;
    }
  }
}
