// A camera of the wall: its moving picture, or, while nothing happens there, a still now and then with its age.

import { KEYFRAME, NOTICE, PICTURE, STILL } from "./live-stream.js";
import { LiveVideo } from "./live-video.js";
import { part } from "./page.js";

/** Seconds after which a still is too old to be shown as if all were well. */
const OLD = 40;

export class LiveTile {
  #tile;
  #video;
  #canvas = null;
  #isResting = false;
  /** Of the picture that is shown while it rests: when it came, on this page's clock in milliseconds, and when it was taken, in seconds since 1970. */
  #came = 0;
  #taken = 0;
  /** Why there is no picture, while it rests. */
  #problem = "";

  constructor(tile) {
    this.#tile = tile;
    this.#video = new LiveVideo(tile.querySelector("video"), tile.dataset.camera, (words, isShowing) => this.#say(words, isShowing));
  }

  take(kind, time, content) {
    if (kind === STILL) {
      if (this.#isResting) this.#show(time, content);
    } else if (this.#isResting) {
      if (kind === NOTICE) this.#notice(new TextDecoder().decode(content));
    } else {
      if (kind === KEYFRAME || kind === PICTURE) this.#came = performance.now();
      this.#video.take(kind, time, content);
    }
  }

  /** The stream has ended: what is shown is old. */
  lost(words) {
    if (this.#isResting) this.#notice(words);
    else this.#video.lost(words);
  }

  /** From now on a still now and then comes, or the moving picture again. */
  rest(isResting) {
    if (isResting === this.#isResting) return;
    this.#isResting = isResting;
    this.#video.rest(isResting);
    if (!isResting) return;
    this.#taken = this.#video.newest;
    this.#problem = this.#tile.dataset.state === "live" ? "" : part("words", this.#tile).textContent;
    this.showAge();
  }

  /** Called every second: what does not move says for how long. */
  showAge() {
    const { dataset } = this.#tile;
    const age = part("age", this.#tile);
    // Of what never showed a picture there is none to be old.
    age.hidden = this.#taken === 0 || (!this.#isResting && dataset.state !== "still");
    // By whichever clock it is older: the node's may differ from this one, and what is old is never to look new.
    const seconds = Math.round(Math.max((performance.now() - this.#came) / 1000, Date.now() / 1000 - this.#taken));
    age.textContent = seconds < 120 ? `Still, ${seconds} s old` : `Still, ${Math.round(seconds / 60)} min old`;
    if (!this.#isResting) return;
    const words = this.#problem !== "" || seconds <= OLD ? this.#problem : "No new picture comes.";
    dataset.state = words === "" ? "still" : "waiting";
    this.#word(words);
  }

  #say(words, isShowing) {
    if (this.#isResting) return;
    this.#tile.dataset.state = isShowing ? "live" : "waiting";
    if (isShowing) {
      this.#canvas?.remove();
      this.#canvas = null;
    }
    part("age", this.#tile).hidden = true;
    this.#word(words);
  }

  /** Said once: it is read out. */
  #word(words) {
    if (part("words", this.#tile).textContent !== words) part("words", this.#tile).textContent = words;
  }

  #notice(words) {
    if (words === "") return;
    this.#problem = words;
    this.showAge();
  }

  async #show(time, content) {
    let picture;
    try {
      picture = await createImageBitmap(new Blob([content], { type: "image/jpeg" }));
    } catch {
      // What cannot be shown is none, and the picture before it grows old.
      return;
    }
    if (this.#isResting) {
      if (this.#canvas === null) {
        this.#canvas = document.createElement("canvas");
        this.#tile.querySelector("video").after(this.#canvas);
      }
      [this.#canvas.width, this.#canvas.height] = [picture.width, picture.height];
      this.#canvas.getContext("2d").drawImage(picture, 0, 0);
      [this.#came, this.#taken, this.#problem] = [performance.now(), time, ""];
      this.showAge();
    }
    picture.close();
  }
}
