// What is kept until somebody says otherwise: a button for what is on the screen, and a minute around it.

import { ask, part } from "./page.js";

const AROUND = 60_000;
/** What the hub takes at once. */
const LONGEST = 24 * 3600_000;
/** Milliseconds until it is looked whether the node has confirmed it. */
const WAITING = 2_000;
const states = { kept: "", waiting: "Waiting for the node…", leaving: "Waiting for the node…" };

export class Keeping {
  #camera;
  #refresh;
  #time = 0;
  #spans = [];
  #events = [];
  /** When the recording ends as far as it is known: what is live comes after it, and belongs to it. */
  #newest = 0;
  #failure = "";
  #timer = 0;

  /** @param {() => Promise<void>} refresh asks for the timeline anew */
  constructor(camera, refresh) {
    this.#camera = camera;
    this.#refresh = refresh;
    part("keep").addEventListener("click", () => this.#press());
  }

  /** Takes in a timeline as the hub gives it. */
  use(timeline) {
    const moment = (text) => new Date(text).getTime();
    this.#spans = timeline.kept.map(([from, to, state]) => ({ from: moment(from), to: moment(to), state }));
    this.#events = timeline.events
      .filter(([, type]) => type !== "recording_gap")
      .map(([, , , begin, end]) => ({ from: moment(begin), to: moment(end ?? begin) }));
    this.#newest = moment(timeline.recorded.at(-1)?.[1] ?? 0);
    clearTimeout(this.#timer);
    if (this.#spans.some((span) => span.state !== "kept")) this.#timer = setTimeout(this.#refresh, WAITING);
    this.show(this.#time);
  }

  /** @param {number} time what is on the screen, in milliseconds since 1970 */
  show(time) {
    this.#time = time;
    const span = this.#span;
    const button = part("keep");
    const isKept = span !== undefined && span.state !== "leaving";
    button.setAttribute("aria-pressed", isKept);
    button.textContent = isKept ? "Kept" : "Keep";
    const words = this.#failure || (span === undefined ? "" : states[span.state]);
    if (part("keep-state").textContent !== words) part("keep-state").textContent = words;
  }

  get #span() {
    const end = (span) => span.to + (span.to === this.#newest ? AROUND : 0);
    return this.#spans.find((span) => span.from <= this.#time && this.#time < end(span));
  }

  async #press() {
    const kept = this.#span;
    const isKept = kept !== undefined && kept.state !== "leaving";
    let { from, to } = kept ?? {};
    if (!isKept) {
      [from, to] = [this.#time - AROUND, this.#time + AROUND];
      for (const event of this.#events) {
        if (event.from > this.#time || event.to < this.#time) continue;
        [from, to] = [Math.min(from, event.from), Math.max(to, event.to)];
      }
    }
    if (to - from > LONGEST) [from, to] = [Math.max(from, this.#time - LONGEST / 2), Math.min(to, this.#time + LONGEST / 2)];
    const span = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
    part("keep").disabled = true;
    try {
      await ask(`/api/v1/cameras/${this.#camera}/star?${span}`, { method: isKept ? "DELETE" : "PUT" });
      this.#failure = "";
    } catch (error) {
      this.#failure = error.message;
    }
    await this.#refresh();
    part("keep").disabled = false;
    this.show(this.#time);
  }
}
