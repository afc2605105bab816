// The list of events: one row for each, newest first, under the reader's own days.

import { correction } from "./clocks.js";
import * as format from "./format.js";
import { IncidentGroups } from "./incident-groups.js";
import { insert, key, rowPart } from "./row-parts.js";

const ROWS_KEPT = 1000;

/** The address of a row's picture in full size. The rank is in it for the browser's cache: a better picture is another one. */
export const largePicture = (row) => `/api/v1/events/${row.dataset.id}/snapshot.jpg?rank=${row.dataset.snapshot}`;

const FOOTAGE = "What was recorded then";

/** What the hub leaves out of its rows, since it is in them elsewhere: a page has many of them. */
function complete(row) {
  row.dataset.ts = rowPart(row, "time").dateTime;
  row.dataset.id = rowPart(row, "title").pathname.slice("/events/".length);
  row.dataset.incident ??= row.dataset.id;
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
  if (event.incident) row.dataset.incident = event.incident;
}

export class Rows {
  #timeline;
  #template;
  #controls;
  #mayMark;
  #groups;
  #byID = new Map();
  #limit = ROWS_KEPT;
  /** Whether rows at the end were let go, so that the page token no longer fits. */
  wasTrimmed = false;

  /**
   * @param {HTMLElement} timeline with what the hub rendered
   * @param {HTMLTemplateElement} template of a row
   * @param {HTMLTemplateElement | null} controls of a row whose event the account may mark as seen; none where it may mark nothing
   * @param {(event: object) => boolean} mayMark whether it may mark an event
   * @param {HTMLTemplateElement | null} incident template of the line of an incident; none where all rows are to stand alone
   */
  constructor(timeline, template, controls, mayMark, incident) {
    this.#timeline = timeline;
    this.#template = template;
    this.#controls = controls;
    this.#mayMark = mayMark;
    this.#groups = new IncidentGroups(incident);
    const rows = [...timeline.querySelectorAll(".event")];
    timeline.replaceChildren();
    for (const row of rows) {
      complete(row);
      this.#equip(row);
      showTime(row, new Date(row.dataset.ts));
      this.#byID.set(row.dataset.id, row);
      this.#place(row, null);
    }
  }

  /** Shows every time again: what is known of the nodes' clocks has changed. The lines of incidents follow with `flush`. */
  showTimes() {
    for (const row of this.#byID.values()) showTime(row, new Date(row.dataset.ts));
    this.#groups.updateAll();
  }

  /**
   * Brings the lines of incidents up to date, once for all that was put and changed before.
   * @param {boolean} hasOlder whether older events may follow
   */
  flush(hasOlder) { this.#groups.flush(hasOlder ? this.oldest : null); }

  get size() { return this.#byID.size; }
  get oldest() {
    let oldest = null;
    for (const row of this.#byID.values()) if (oldest === null || key(row) < key(oldest)) oldest = row;
    return oldest;
  }
  row(id) { return this.#byID.get(id) ?? null; }
  /**
   * What stands `by` further down than a row or the line of an incident, across days and without what a closed line holds; the first where there
   * is no other one, null where none is there.
   */
  beside(row, by) {
    const all = [...this.#timeline.querySelectorAll(".event, .incident")].filter((one) => one.closest("ol[hidden]") === null);
    const closed = row?.closest("ol[hidden]")?.closest(".incident");
    return (row === null ? all[0] : all[all.indexOf(closed ?? row) + by]) ?? null;
  }
  /** Opens the line of an incident into its rows, or closes it. */
  toggle(line) { this.#groups.toggle(line); }
  /** The rows of an incident's line, newest first. */
  within(line) { return this.#groups.rows(line); }
  /** What is shown of a row was changed by others. What the line of its incident says follows with `flush`. */
  update(row) { this.#groups.update(row); }
  clear() {
    this.#byID.clear();
    this.#groups.clear();
    this.#timeline.replaceChildren();
    this.#limit = ROWS_KEPT;
    this.wasTrimmed = false;
  }

  /**
   * Adds an event, or brings its row up to date; an older revision than the one shown changes nothing. What the line of its incident says follows
   * with `flush`.
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
    // The list may have had it before the hub had said what it belongs to.
    const isMoved = !isNew && Boolean(event.incident) && event.incident !== row.dataset.incident;
    const focused = document.activeElement;
    if (isMoved) {
      const left = this.#groups.leave(row);
      if (left !== null) this.#stand(left);
    }
    bring(row, event, isNew);
    if (isNew || isMoved) this.#place(row, focused);
    else this.#groups.update(row);
    if (isNew) {
      if (isFresh) row.classList.add("fresh");
      // What a person paged back to stays, until as much again has arrived.
      if (isFresh) {
        this.#trim();
        this.#refocus(focused);
      } else this.#limit = Math.max(this.#limit, this.#byID.size + ROWS_KEPT);
    }
    return isNew;
  }

  #equip(row) {
    if (this.#controls !== null && "operates" in row.dataset) row.append(this.#controls.content.cloneNode(true));
  }

  /** @param {Element | null} focused what has the focus, or had it before the row was moved */
  #place(row, focused) {
    this.#stand(this.#groups.join(row, focused));
    for (const day of [...this.#timeline.children]) if (day.querySelector(".event") === null) day.remove();
    this.#refocus(focused);
  }

  /** Whatever leaves the document for a moment loses the focus. */
  #refocus(focused) {
    if (focused !== document.activeElement && this.#timeline.contains(focused)) focused.focus({ preventScroll: true });
  }

  /** Puts a row, or the line of an incident, where it belongs. */
  #stand(row) { insert(this.#day(new Date(row.dataset.ts)), row); }

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
      this.#groups.leave(row);
      row.remove();
      if (day.querySelector(".event") === null) day.remove();
      this.wasTrimmed = true;
    }
  }
}
