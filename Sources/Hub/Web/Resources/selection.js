// Choosing rows of the timeline, to mark their events as seen together.

import { ask, part, say } from "./page.js";
import { rowPart } from "./row-parts.js";
import { markSeen } from "./rows.js";

/** As many as the hub takes in one request. */
const MOST = 500;
const counted = (count) => `${count} ${count === 1 ? "event" : "events"}`;

export class Selection {
  #timeline;
  #announce;
  #marked;
  #isBusy = false;

  /**
   * @param {HTMLElement} timeline whose rows have a field to tick where the account may mark them
   * @param {(text: string) => void} announce tells whoever does not see the page
   * @param {(rows: HTMLElement[]) => void} marked called with the rows that were marked
   */
  constructor(timeline, announce, marked) {
    this.#timeline = timeline;
    this.#announce = announce;
    this.#marked = marked;
    part("select").addEventListener("click", () => (this.isOn ? this.end() : this.start()));
    part("select-all").addEventListener("click", () => this.#all());
    part("select-end").addEventListener("click", () => this.end());
    part("mark").addEventListener("click", () => this.mark());
    timeline.addEventListener("change", () => this.#tell());
  }

  get isOn() { return "selecting" in this.#timeline.dataset; }
  get size() { return this.#chosen().length; }

  start() {
    this.#timeline.dataset.selecting = "";
    this.#show();
  }

  /** @param {boolean} hadFocus whether the focus was in the bar, which goes: then it is where all began */
  end(hadFocus = part("selection").contains(document.activeElement)) {
    // Those of rows that were marked, too.
    for (const box of this.#timeline.querySelectorAll(".choose input:checked")) box.checked = false;
    delete this.#timeline.dataset.selecting;
    this.#show();
    if (hadFocus) part("select").focus();
  }

  /** Takes rows in, or leaves them out again where all are in. What was seen, or is not the account's to mark, is left alone. */
  toggle(rows) {
    this.start();
    const boxes = rows.filter((row) => !("acknowledged" in row.dataset)).map((row) => rowPart(row, "chosen")).filter((box) => box !== null);
    if (boxes.length > 0) this.#flip(boxes);
  }

  /** The rows have changed. */
  refresh() {
    const size = this.size;
    const boxes = this.#boxes();
    part("mark").textContent = size === 0 ? "Mark as seen" : `Mark ${size} as seen`;
    part("mark").disabled = size === 0 || this.#isBusy;
    part("select-all").textContent = size > 0 && size === boxes.length ? "Select none" : "Select all";
    part("select-all").disabled = boxes.length === 0;
  }

  /** Marks what is chosen as seen. */
  async mark() {
    const ids = this.#chosen().map((box) => box.closest(".event").dataset.id);
    if (ids.length === 0 || this.#isBusy) return;
    // A button that cannot be pressed any more loses the focus.
    const hadFocus = part("selection").contains(document.activeElement);
    this.#isBusy = true;
    this.refresh();
    try {
      let marked = 0;
      while (ids.length > 0) marked += await this.#markSome(ids.splice(0, MOST));
      this.#announce(marked === 0 ? "Somebody has marked them before." : `${counted(marked)} marked as seen.`);
      say("");
      this.end(hadFocus);
    } catch (error) {
      say(error.message);
    }
    this.#isBusy = false;
    this.refresh();
    if (hadFocus && this.isOn) part("mark").focus();
  }

  async #markSome(ids) {
    const { acknowledged } = await ask("/api/v1/events/acknowledge", {
      method: "POST", headers: { accept: "application/json", "content-type": "application/json" }, body: JSON.stringify({ ids }),
    });
    // Whom each was marked by is known where none was marked before.
    const account = acknowledged === ids.length ? this.#timeline.dataset.account : null;
    const wanted = new Set(ids);
    const rows = [...this.#timeline.querySelectorAll(".event")].filter((row) => wanted.has(row.dataset.id));
    for (const row of rows) markSeen(row, account);
    this.#marked(rows);
    return acknowledged;
  }

  /** What is seen already needs no marking, and has nothing to be chosen by. */
  #boxes() { return [...this.#timeline.querySelectorAll(".event:not([data-acknowledged]) .choose input")]; }
  #chosen() { return this.#boxes().filter((box) => box.checked); }

  #all() { this.#flip(this.#boxes()); }

  #flip(boxes) {
    const isWanted = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = isWanted;
    this.#tell();
  }

  #tell() {
    this.refresh();
    this.#announce(`${counted(this.size)} selected.`);
  }

  #show() {
    part("selection").hidden = !this.isOn;
    part("select").setAttribute("aria-pressed", this.isOn);
    this.refresh();
  }
}
