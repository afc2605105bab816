// What was recorded, in a video element: it waits for what the node has not told of yet, and says why nothing is shown.

import { deletedWords } from "./deleting.js";
import { ASKED_AGAIN, mayStillCome, NOT_YET, recordedUntil } from "./format.js";

/** Seconds of the recording that are shown before an event and after it. */
const BEFORE = 5;
const AFTER = 10;

/**
 * The recording around an event.
 * @returns {{address: string, to: number}} of the file, and its end in milliseconds since 1970
 */
export function recordingAround(camera, start, end) {
  const from = new Date(start).getTime() - BEFORE * 1000;
  const last = end === "" ? Number.POSITIVE_INFINITY : new Date(end).getTime();
  const to = Math.min(last + AFTER * 1000, recordedUntil());
  const span = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  return { address: `/api/v1/cameras/${encodeURIComponent(camera)}/video.mp4?${span}`, to };
}

export class RecordedVideo {
  #video;
  #say;
  #recording = { address: "", to: 0 };
  /** Whether the browser has given it up once although the hub has it. */
  #wasGivenUp = false;

  /**
   * @param {HTMLVideoElement} video
   * @param {(words: string) => void} say tells why nothing is shown; empty once something is
   */
  constructor(video, say) {
    this.#video = video;
    this.#say = say;
    video.addEventListener("error", () => this.#explain());
    video.addEventListener("loadeddata", () => this.#say(""));
  }

  get isPlaying() { return !this.#video.hidden; }

  /** @param {{address: string, to: number}} recording */
  play(recording) {
    this.#recording = recording;
    this.#video.hidden = false;
    this.#say("Asking the camera’s node for the recording…");
    this.#wasGivenUp = false;
    this.#load();
    this.#video.focus();
  }

  /** Ends what is being fetched, too. */
  close() {
    if (this.#video.hidden) return;
    this.#video.removeAttribute("src");
    this.#video.load();
    this.#video.hidden = true;
    this.#say("");
  }

  #load() {
    this.#video.src = this.#recording.address;
    // Whoever closes it meanwhile does not want to hear of it.
    this.#video.play().catch(() => {});
  }

  /** The browser says only that it does not play; the hub knows why, and whether that may be over soon. */
  async #explain() {
    if (!this.#video.hasAttribute("src")) return;
    const recording = this.#recording;
    let words = "The recording cannot be played by this browser.";
    /** Milliseconds until it is tried once more; null where it is not. */
    let again = null;
    try {
      const answer = await fetch(recording.address, { headers: { range: "bytes=0-0" } });
      if (answer.ok) {
        if (!this.#wasGivenUp) again = 0;
        this.#wasGivenUp = true;
      } else {
        const problem = await answer.json();
        if (problem.deleted_by !== undefined) {
          words = `${deletedWords(problem.deleted_by, problem.deleted_at)} There is no recording of it any more.`;
        } else if (answer.status === 404 && mayStillCome(recording.to)) {
          words = NOT_YET;
          again = ASKED_AGAIN;
        } else {
          words = problem.detail ?? words;
        }
      }
    } catch {
      words = "The hub does not answer.";
    }
    const isWanted = () => recording === this.#recording && !this.#video.hidden;
    if (!isWanted()) return;
    if (again !== 0) this.#say(words);
    if (again !== null) setTimeout(() => { if (isWanted()) this.#load(); }, again);
  }
}
