// The list of events: one row for each, newest first, under the reader's own days.

import { correction } from "./clocks.js";
import * as format from "./format.js";

const ROWS_KEPT = 1000;

/** Where the parts of a row are, and of the page of one event, which is filled by the same code. */
const PARTS = {
  tile: ".tile", icon: ".tile use", picture: ".picture", title: '[data-part="title"]', severity: ".headline strong", camera: ".where a", zones: ".where span",
  facts: '.facts, [data-part="facts"]', when: ".when", time: ".when time", length: ".when span", acknowledge: ".acknowledge", chosen: ".choose input", seen: ".seen",
};

/** A part of a row; null where it has none such. */
export const rowPart = (row, name) => row.querySelector(PARTS[name]);

/** The address of a row's picture in full size. The rank is in it for the browser's cache: a better picture is another one. */
export const largePicture = (row) => `/api/v1/events/${row.dataset.id}/snapshot.jpg?rank=${row.dataset.snapshot}`;

const FOOTAGE = "What was recorded then";

/** What the hub leaves out of its rows, since it is in them elsewhere: a page has many of them. */
function complete(row) {
  row.dataset.ts = rowPart(row, "time").dateTime;
  row.dataset.id = rowPart(row, "title").pathname.slice("/events/".length);
  const image = row.querySelector(".picture img");
  row.dataset.snapshot = image === null ? "" : new URL(image.src).searchParams.get("rank");
  if (rowPart(row, "camera").hasAttribute("href")) rowPart(row, "camera").title = FOOTAGE;
}

/** Fills a row with an event of the API or of the stream. */
function fill(row, event) {
  const part = (name) => rowPart(row, name);
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
    part("camera").title = FOOTAGE;
  }
  part("zones").textContent = format.zones(event.payload);
  const facts = format.facts(event.payload);
  part("facts").hidden = facts.length === 0;
  part("facts").querySelector("dl").replaceChildren(...facts.flatMap(([name, value]) => {
    const term = document.createElement("dt");
    const description = document.createElement("dd");
    term.textContent = name;
    description.textContent = value;
    return [term, description];
  }));
  showTime(row, start);
  const length = event.end_ts ? (new Date(event.end_ts) - start) / 1000 : 0;
  part("length").textContent = isOngoing ? "ongoing" : length > 0 ? format.duration(length) : "";
}

/** Lays an event's picture over its icon. The place is there before, so that nothing moves. */
function showPicture(row, rank) {
  row.dataset.snapshot = rank;
  let link = rowPart(row, "picture");
  if (link === null) {
    link = document.createElement("a");
    link.className = "picture";
    const image = document.createElement("img");
    image.loading = "lazy";
    image.decoding = "async";
    link.append(image);
  }
  // A row leads to the page of its event, which shows the picture large and leads to the picture itself.
  const isPage = row.localName === "article";
  link.href = isPage ? largePicture(row) : `/events/${row.dataset.id}`;
  link.firstElementChild.src = isPage ? largePicture(row) : `/api/v1/events/${row.dataset.id}/snapshot.jpg?size=thumbnail&rank=${rank}`;
  rowPart(row, "tile").append(link);
}

/** The time of an event, by the hub's clock as far as that is known. */
export function showTime(row, start) {
  const time = rowPart(row, "time");
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
  const words = `${rowPart(row, "title").textContent}, ${rowPart(row, "camera").textContent}, ${time.textContent}`;
  rowPart(row, "acknowledge")?.setAttribute("aria-label", `Mark as seen: ${words}`);
  rowPart(row, "chosen")?.setAttribute("aria-label", `Select: ${words}`);
  const image = row.querySelector(".picture img");
  if (image !== null) image.alt = `Picture: ${words}`;
}

/**
 * Shows that an event was seen.
 * @param {string | null | undefined} account by whom; nothing where that is not known
 */
export function markSeen(row, account) {
  row.setAttribute("data-acknowledged", "");
  let seen = rowPart(row, "seen");
  if (seen === null) {
    seen = document.createElement("span");
    seen.className = "seen";
    seen.textContent = "Seen";
    rowPart(row, "when").after(seen);
  }
  if (account) seen.textContent = `Seen by ${account}`;
  seen.title = seen.textContent;
}

/** Brings what is shown of an event up to date; an older revision than the one shown changes nothing. */
export function bring(row, event, isNew = false) {
  // Who was seen is the hub's to say: the stream tells it of a revision that is there already. A list may be older than what the stream brought.
  const isRetold = event.cursor !== undefined && event.rev === Number(row.dataset.rev);
  if (isNew || event.rev > Number(row.dataset.rev) || isRetold) fill(row, event);
  if ((event.snapshot ?? 0) > Number(row.dataset.snapshot ?? 0)) {
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
  #controls;
  #mayMark;
  #byID = new Map();
  #limit = ROWS_KEPT;
  /** Whether rows at the end were let go, so that the page token no longer fits. */
  wasTrimmed = false;

  /**
   * @param {HTMLElement} timeline with what the hub rendered
   * @param {HTMLTemplateElement} template of a row
   * @param {HTMLTemplateElement | null} controls of a row whose event the account may mark as seen; none where it may mark nothing
   * @param {(event: object) => boolean} mayMark whether it may mark an event
   */
  constructor(timeline, template, controls, mayMark) {
    this.#timeline = timeline;
    this.#template = template;
    this.#controls = controls;
    this.#mayMark = mayMark;
    const rows = [...timeline.querySelectorAll(".event")];
    timeline.replaceChildren();
    for (const row of rows) {
      complete(row);
      this.#equip(row);
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
  /** The row that stands `by` further down than another one, across days; the first where there is no other one, null where none is there. */
  beside(row, by) {
    const all = [...this.#timeline.querySelectorAll(".event")];
    return (row === null ? all[0] : all[all.indexOf(row) + by]) ?? null;
  }
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
      row.toggleAttribute("data-operates", this.#mayMark(event));
      this.#equip(row);
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

  #equip(row) {
    if (this.#controls !== null && "operates" in row.dataset) row.append(this.#controls.content.cloneNode(true));
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
