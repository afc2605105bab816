// One camera of a screen: its picture, and how old that is.

import { duration } from "./format.js";
import { KEYFRAME, PICTURE } from "./live-stream.js";
import { LiveVideo } from "./live-video.js";

/** Milliseconds without a picture after which it is told how old the last one is. */
const OLD = 5_000;
/** Milliseconds for which pictures come without being shown after which they are to begin anew. */
const STUCK = 30_000;

export class KioskTile {
  #element;
  #words;
  #video;
  #reason;
  #isShowing = false;
  /** When the last picture came, by the page's own clock; 0 before the first. */
  #last = 0;
  /** Since when pictures come that are not shown, by the same clock; 0 where they are shown. */
  #unshown = 0;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
    this.#words = element.querySelector("[data-part=words]");
    this.#reason = this.#words.textContent;
    this.name = element.querySelector("[data-part=name]").textContent;
    this.#video = new LiveVideo(element.querySelector("video"), this.camera, (words, isShowing) => {
      [this.#reason, this.#isShowing] = [words, isShowing];
      this.tick();
    });
  }

  get camera() { return this.#element.dataset.camera; }

  /** A record of the stream, as LiveVideo takes it. */
  take(kind, time, content) {
    if (kind === KEYFRAME || kind === PICTURE) {
      const now = performance.now();
      if (this.#isShowing || now - this.#last > OLD) this.#unshown = 0;
      if (!this.#isShowing) this.#unshown ||= now;
      this.#last = now;
    }
    this.#video.take(kind, time, content);
  }

  /** Pictures come, but the browser has not shown any for long. */
  get isStuck() {
    const now = performance.now();
    return !this.#isShowing && this.#unshown > 0 && now - this.#last <= OLD && now - this.#unshown > STUCK;
  }

  lost(words) { this.#video.lost(words); }

  /** The last picture stays, and says how old it is: nothing looks live that is not. */
  tick() {
    const age = performance.now() - this.#last;
    const isOld = this.#last > 0 && age > OLD;
    const state = this.#last === 0 ? "waiting" : isOld || !this.#isShowing ? "stale" : "live";
    const words = isOld ? [`No picture for ${duration(age / 1000)}.`, this.#reason].join(" ").trim() : this.#reason;
    if (this.#element.dataset.state !== state) this.#element.dataset.state = state;
    if (this.#words.textContent !== words) this.#words.textContent = words;
  }

  /** @param {string | null} severity of the event for which it is in front; null for its place in the grid */
  bringForward(severity) {
    if (severity === null) delete this.#element.dataset.front;
    else this.#element.dataset.front = severity;
  }
}
