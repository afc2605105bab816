// Rows of one incident stand below one line, which opens into them. A row that has no other of its incident stands alone.

import { title } from "./format.js";
import { insert, rowPart } from "./row-parts.js";

/** What says more of an incident comes first. */
const TYPES = ["person", "face", "pet", "wildlife", "vehicle", "sound", "motion"];
const SEVERITIES = ["critical", "alarm", "warning", "notice", "info"];
/** Words of the line are for a glance. */
const MOST_TITLES = 3;
const MOST_CAMERAS = 3;
/** Milliseconds that an incident lasts at most, by the hub's rule. */
const LONGEST = 3_600_000;

const rank = (list, value) => (list.includes(value) ? list.indexOf(value) : list.length);
const few = (words, most) => (words.length <= most ? words.join(", ") : `${words.slice(0, most).join(", ")} and ${words.length - most} more`);
const unseen = (row) => !("acknowledged" in row.dataset);

export class IncidentGroups {
  #template;
  /** The rows of each incident, and its line where there are two or more. */
  #groups = new Map();
  /** Those whose line has yet to say what they are now. */
  #changed = new Set();

  /** @param {HTMLTemplateElement | null} template of a line; none where all rows are to stand alone */
  constructor(template) { this.#template = template; }

  clear() {
    this.#groups.clear();
    this.#changed.clear();
  }

  /**
   * Takes in a row that has come, or whose incident has. What its line says follows with `flush`.
   * @param {Element | null} focused what has the focus, or had it before the row was moved
   * @returns {HTMLElement} what stands for it among the rows of a day
   */
  join(row, focused) {
    const id = row.dataset.incident;
    if (!id || this.#template === null) return row;
    let group = this.#groups.get(id);
    if (group === undefined) this.#groups.set(id, group = { rows: new Set(), line: null, goesOn: false });
    group.rows.add(row);
    if (group.rows.size === 1) return row;
    const joining = group.line === null ? [...group.rows] : [row];
    if (group.line === null) {
      group.line = this.#template.content.firstElementChild.cloneNode(true);
      const list = group.line.querySelector("ol");
      list.id = `incident-${id}`;
      rowPart(group.line, "title").setAttribute("aria-controls", list.id);
      // Nobody loses what they are at.
      if (joining.some((one) => one.contains(focused) || one.querySelector("details[open], input:checked") !== null)) this.open(group.line, true);
    }
    for (const one of joining) insert(group.line.querySelector("ol"), one);
    this.#stand(group);
    return group.line;
  }

  /**
   * Lets go of a row that goes; of two the other stands alone again.
   * @returns {HTMLElement | null} what stands for those that are left, which may belong elsewhere now
   */
  leave(row) {
    const group = this.#groups.get(row.dataset.incident);
    if (group === undefined) return null;
    group.rows.delete(row);
    if (group.rows.size === 0) this.#groups.delete(row.dataset.incident);
    if (group.line === null) return null;
    row.remove();
    if (group.rows.size > 1) {
      this.#stand(group);
      return group.line;
    }
    const [other] = group.rows;
    group.line.replaceWith(other);
    Object.assign(group, { line: null, goesOn: false });
    return other;
  }

  /** What is shown of a row has changed: so has what its line says, with `flush`. */
  update(row) {
    const group = this.#groups.get(row.dataset.incident);
    if (group !== undefined) this.#changed.add(group);
  }

  /**
   * Lets each line say what it is now, once for all that has changed of it.
   * @param {HTMLElement | null} end the oldest row where older events may follow
   */
  flush(end) {
    for (const [id, group] of this.#groups) {
      if (group.line === null) continue;
      const oldest = group.line.querySelector("ol").lastElementChild;
      const goesOn = end !== null && Date.parse(oldest.dataset.ts) - Date.parse(end.dataset.ts) < LONGEST
        && ![...group.rows].some((row) => row.dataset.id === id);
      if (goesOn !== group.goesOn) this.#changed.add(group);
      group.goesOn = goesOn;
    }
    for (const group of this.#changed) if (group.line !== null) this.#describe(group);
    this.#changed.clear();
  }

  /** All lines, when all rows have changed. */
  updateAll() {
    for (const group of this.#groups.values()) this.#changed.add(group);
  }

  /** Opens a line into its rows, or closes it. */
  open(line, isOpen) {
    rowPart(line, "title").setAttribute("aria-expanded", isOpen);
    line.querySelector("ol").hidden = !isOpen;
  }

  toggle(line) { this.open(line, line.querySelector("ol").hidden); }

  /** The rows of a line, newest first. */
  rows(line) { return [...line.querySelectorAll(".event")]; }

  /** A line stands where the newest of its rows would. */
  #stand(group) {
    const newest = group.line.querySelector("ol").firstElementChild;
    Object.assign(group.line.dataset, { ts: newest.dataset.ts, id: newest.dataset.id, incident: newest.dataset.incident });
    this.#changed.add(group);
  }

  #describe(group) {
    const { line } = group;
    const rows = this.rows(line);
    const [newest] = rows;
    const oldest = rows.at(-1);
    // The rest of it may come with older events.
    const count = `${rows.length}${group.goesOn ? "+" : ""} events`;
    const told = [...rows].sort((one, other) => rank(TYPES, one.dataset.type) - rank(TYPES, other.dataset.type));
    line.dataset.severity = SEVERITIES[Math.min(...rows.map((row) => rank(SEVERITIES, row.dataset.severity)))] ?? "info";
    // Of the line alone: those of its rows that have ended are in it, too.
    line.querySelector(".incident-line").toggleAttribute("data-ongoing", rows.some((row) => "ongoing" in row.dataset));
    line.toggleAttribute("data-acknowledged", !rows.some(unseen));
    // Who has a name is not said by the type.
    const words = new Set(told.map((row) => rowPart(row, "title").textContent));
    const types = new Set(told.map((row) => title(row.dataset.type)));
    const named = [...words].sort((one, other) => Number(types.has(one)) - Number(types.has(other)));
    rowPart(line, "title").textContent = few(named, MOST_TITLES);
    const severest = rows.find((row) => row.dataset.severity === line.dataset.severity);
    rowPart(line, "severity").textContent = rowPart(severest, "severity").textContent;
    const [from, to] = [oldest, newest].map((row) => rowPart(row, "time"));
    const cameras = few([...new Set(rows.map((row) => rowPart(row, "camera").textContent))].sort(), MOST_CAMERAS);
    line.querySelector(".where").textContent = from.textContent === to.textContent ? cameras : `${cameras} · since ${from.textContent}`;
    const time = rowPart(line, "time");
    time.dateTime = newest.dataset.ts;
    time.textContent = to.textContent;
    time.title = from.title === to.title ? to.title : `${from.title} to ${to.title}`;
    rowPart(line, "length").textContent = count;
    this.#showPicture(line, told);
    rowPart(line, "icon").setAttribute("href", rowPart(told[0], "icon").getAttribute("href"));
    const button = rowPart(line, "acknowledge");
    if (button === null) return;
    button.hidden = !rows.some((row) => unseen(row) && "operates" in row.dataset);
    button.setAttribute("aria-label", `Mark all as seen: ${rowPart(line, "title").textContent}, ${count}, ${time.textContent}`);
  }

  /** The picture that says most; a better one of its event takes its place. */
  #showPicture(line, told) {
    const thumbnail = told.map((row) => row.querySelector(".picture img")).find((one) => one !== null);
    const tile = rowPart(line, "tile");
    let image = tile.querySelector("img");
    if (thumbnail === undefined) return image?.parentElement.remove();
    if (image === null) {
      const frame = document.createElement("span");
      frame.className = "picture";
      image = document.createElement("img");
      image.loading = "lazy";
      image.decoding = "async";
      image.alt = "";
      frame.append(image);
      tile.append(frame);
    }
    if (image.getAttribute("src") !== thumbnail.getAttribute("src")) image.src = thumbnail.getAttribute("src");
    return undefined;
  }
}
