// Rows of one incident stand below one line, which opens into them. A row that has no other of its incident stands alone.

import { title } from "./format.js";
import { insert, key, rowPart } from "./row-parts.js";

/** What says more of an incident comes first. */
const TYPES = ["person", "face", "pet", "wildlife", "vehicle", "sound", "motion"];
const SEVERITIES = ["critical", "alarm", "warning", "notice", "info"];
/** Words of the line are for a glance. */
const MOST_TITLES = 3;
const MOST_CAMERAS = 3;

const rank = (list, value) => (list.includes(value) ? list.indexOf(value) : list.length);
const few = (words, most) => (words.length <= most ? words.join(", ") : `${words.slice(0, most).join(", ")} and ${words.length - most} more`);
const unseen = (row) => !("acknowledged" in row.dataset);

export class IncidentGroups {
  #template;
  /** The rows of each incident, and its line where there are two or more. */
  #groups = new Map();

  /** @param {HTMLTemplateElement | null} template of a line; none where all rows are to stand alone */
  constructor(template) { this.#template = template; }

  clear() { this.#groups.clear(); }

  /**
   * Takes in a row that has come, or whose incident has.
   * @returns {HTMLElement} what stands for it among the rows of a day
   */
  join(row) {
    const id = row.dataset.incident;
    if (!id || this.#template === null) return row;
    let group = this.#groups.get(id);
    if (group === undefined) this.#groups.set(id, group = { rows: new Set(), line: null });
    group.rows.add(row);
    if (group.rows.size === 1) return row;
    const focused = document.activeElement;
    const isLive = group.line !== null || [...group.rows].some((one) => one.isConnected);
    if (group.line === null) {
      group.line = this.#template.content.firstElementChild.cloneNode(true);
      const list = group.line.querySelector("ol");
      list.id = `incident-${id}`;
      rowPart(group.line, "title").setAttribute("aria-controls", list.id);
      // Nobody loses what they are at.
      if ([...group.rows].some((one) => one.contains(focused) || one.querySelector("details[open], input:checked") !== null)) this.open(group.line, true);
    }
    for (const one of group.rows) insert(group.line.querySelector("ol"), one);
    this.#describe(group);
    if (isLive && focused !== document.activeElement && group.line.contains(focused)) focused.focus({ preventScroll: true });
    return group.line;
  }

  /** Lets go of a row that goes; of two the other stands alone again. */
  leave(row) {
    const group = this.#groups.get(row.dataset.incident);
    if (group === undefined) return;
    group.rows.delete(row);
    if (group.rows.size === 0) this.#groups.delete(row.dataset.incident);
    if (group.line === null) return;
    const [first] = group.rows;
    if (group.rows.size === 1) {
      group.line.replaceWith(first);
      group.line = null;
    } else {
      row.remove();
      this.#describe(group);
    }
  }

  /** What is shown of a row has changed. */
  update(row) {
    const group = this.#groups.get(row.dataset.incident);
    if (group !== undefined && group.line !== null) this.#describe(group);
  }

  /** All lines, when all rows have changed. */
  updateAll() {
    for (const group of this.#groups.values()) if (group.line !== null) this.#describe(group);
  }

  /** Opens a line into its rows, or closes it. */
  open(line, isOpen) {
    rowPart(line, "title").setAttribute("aria-expanded", isOpen);
    line.querySelector("ol").hidden = !isOpen;
  }

  toggle(line) { this.open(line, line.querySelector("ol").hidden); }

  /** The rows of a line, newest first. */
  rows(line) { return [...line.querySelectorAll(".event")]; }

  #describe(group) {
    const { line } = group;
    const rows = [...group.rows].sort((one, other) => (key(one) < key(other) ? 1 : -1));
    const [newest] = rows;
    const oldest = rows.at(-1);
    Object.assign(line.dataset, { ts: newest.dataset.ts, id: newest.dataset.id, incident: newest.dataset.incident });
    const told = [...rows].sort((one, other) => rank(TYPES, one.dataset.type) - rank(TYPES, other.dataset.type));
    line.dataset.severity = SEVERITIES[Math.min(...rows.map((row) => rank(SEVERITIES, row.dataset.severity)))] ?? "info";
    line.toggleAttribute("data-ongoing", rows.some((row) => "ongoing" in row.dataset));
    line.toggleAttribute("data-acknowledged", !rows.some(unseen));
    // Who has a name is not said by the type.
    const words = new Set(told.map((row) => rowPart(row, "title").textContent));
    const types = new Set(told.map((row) => title(row.dataset.type)));
    const named = [...words].sort((one, other) => Number(types.has(one)) - Number(types.has(other)));
    rowPart(line, "title").textContent = few(named, MOST_TITLES);
    const severest = rows.find((row) => row.dataset.severity === line.dataset.severity);
    rowPart(line, "severity").textContent = rowPart(severest, "severity").textContent;
    line.querySelector(".where").textContent = few([...new Set(rows.map((row) => rowPart(row, "camera").textContent))].sort(), MOST_CAMERAS);
    const [from, to] = [oldest, newest].map((row) => rowPart(row, "time"));
    const time = rowPart(line, "time");
    time.dateTime = newest.dataset.ts;
    time.textContent = to.textContent;
    time.title = from.title === to.title ? to.title : `${from.title} to ${to.title}`;
    rowPart(line, "length").textContent = `${rows.length} events${from.textContent === to.textContent ? "" : `, from ${from.textContent}`}`;
    this.#showPicture(line, told);
    rowPart(line, "icon").setAttribute("href", rowPart(told[0], "icon").getAttribute("href"));
    const button = rowPart(line, "acknowledge");
    if (button === null) return;
    button.hidden = !rows.some((row) => unseen(row) && "operates" in row.dataset);
    button.setAttribute("aria-label", `Mark all as seen: ${rowPart(line, "title").textContent}, ${rows.length} events, ${time.textContent}`);
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
