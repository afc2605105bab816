// One camera's live picture in a video element, by Media Source Extensions; where the browser cannot decode it, as JPEGs.

import { KEYFRAME, NOTICE, PICTURE, START } from "./live-stream.js";

/** Seconds behind what has come at which the picture jumps ahead, and how far behind it stays then. */
const BEHIND = 1.2;
const MARGIN = 0.15;
/** Seconds that are kept of what was shown. */
const KEPT = 12;

export class LiveVideo {
  #video;
  #camera;
  #say;
  #source = null;
  #buffer = null;
  #type = "";
  #queue = [];
  #stills = null;
  /** What to know of the picture that is shown; empty where all is well. */
  #remark = "";
  #isShowing = false;
  #mayBeStills;
  /** What the source began with, and the times of the pictures of the present group that it has: whoever asks anew gets the group once more. */
  #beginning = null;
  #group = new Set();
  #isRepeated = false;
  #isResting = false;
  /** Ends with it: the element may be another's then. */
  #listening = new AbortController();

  /**
   * @param {HTMLVideoElement} video
   * @param {string} camera
   * @param {(words: string, isShowing: boolean) => void} say tells why there is no picture, or what to know of it; empty when all is well
   * @param {boolean} mayBeStills whether JPEGs are shown of what the browser cannot play
   */
  constructor(video, camera, say, mayBeStills = true) {
    this.#video = video;
    this.#camera = camera;
    this.#say = say;
    this.#mayBeStills = mayBeStills;
    video.muted = true;
    const { signal } = this.#listening;
    video.addEventListener("playing", () => this.#shows(), { signal });
    video.addEventListener("error", () => this.#reset(), { signal });
  }

  /** Wall clock of the newest picture, in seconds since 1970. */
  newest = 0;
  /** The browser cannot play the stream, and nothing else is to be shown of it. */
  isUnplayable = false;

  take(kind, time, content) {
    switch (kind) {
      case START: return this.#start(content);
      case KEYFRAME:
      case PICTURE:
        this.newest = time;
        if (kind === KEYFRAME && this.#stills !== null) this.#shows();
        if (this.#buffer === null || (this.#isRepeated && this.#group.has(time))) return undefined;
        this.#isRepeated = false;
        if (kind === KEYFRAME) this.#group.clear();
        this.#group.add(time);
        this.#queue.push(content);
        return this.#append();
      case NOTICE: {
        const words = new TextDecoder().decode(content);
        this.#isShowing = words === "" && this.#isShowing;
        if (words !== "") this.#say(words, false);
        else if (this.#stills !== null) this.#shows();
        return undefined;
      }
      default: return undefined;
    }
  }

  /** The stream has ended: what is shown is old. */
  lost(words) {
    this.#isShowing = false;
    // They may have ended as well, and are asked for with the next beginning.
    if (this.#stills !== null) this.#dropStills();
    this.#say(words, false);
  }

  /** While it rests no more comes: what is shown is the last picture, and does not count as live. */
  rest(isResting) {
    this.#isResting = isResting;
    this.#isShowing = false;
    if (isResting) this.#dropStills();
  }

  /** Lets go of everything, so that the element can play something else. */
  close() {
    this.#listening.abort();
    this.#source = null;
    this.#buffer = null;
    this.#queue = [];
    this.#dropStills();
    this.#video.removeAttribute("src");
    this.#video.load();
  }

  #dropStills() {
    // What is only taken out of the page goes on loading.
    this.#stills?.removeAttribute("src");
    this.#stills?.remove();
    this.#stills = null;
    this.#remark = "";
    this.#video.hidden = false;
  }

  #start(content) {
    const length = content[0];
    const codec = new TextDecoder().decode(content.subarray(1, 1 + length));
    const type = `video/mp4; codecs="${codec}"`;
    const initialization = content.slice(1 + length);
    if (!("MediaSource" in window) || !MediaSource.isTypeSupported(type)) return this.#showStills(codec);
    if (this.#buffer !== null && type === this.#type) {
      this.#isRepeated = isSame(initialization, this.#beginning);
      if (this.#isRepeated) return undefined;
      this.#beginning = initialization;
      this.#group.clear();
      this.#queue.push(initialization);
      return this.#append();
    }
    this.#type = type;
    this.#beginning = initialization;
    this.#group.clear();
    this.#queue = [initialization];
    this.#open();
    return undefined;
  }

  #open() {
    const source = new MediaSource();
    this.#source = source;
    this.#buffer = null;
    const address = URL.createObjectURL(source);
    source.addEventListener("sourceopen", () => {
      URL.revokeObjectURL(address);
      if (source !== this.#source) return;
      source.duration = Infinity;
      this.#buffer = source.addSourceBuffer(this.#type);
      this.#buffer.addEventListener("updateend", () => {
        if (source !== this.#source) return;
        this.#follow();
        this.#append();
      });
      this.#append();
    }, { once: true });
    // Until it is open, pictures wait.
    this.#buffer = { updating: true };
    this.#video.src = address;
  }

  #append() {
    if (this.#buffer === null || this.#buffer.updating || this.#queue.length === 0) return;
    const bytes = this.#queue.length === 1 ? this.#queue[0] : joined(this.#queue);
    this.#queue = [];
    try {
      this.#buffer.appendBuffer(bytes);
    } catch {
      this.#reset();
    }
  }

  /** Stays at the newest picture, and forgets old ones. */
  #follow() {
    const { buffered } = this.#buffer;
    if (buffered.length === 0) return;
    const video = this.#video;
    const last = buffered.length - 1;
    const end = buffered.end(last);
    const isOutside = video.currentTime < buffered.start(last) - 0.01 || video.currentTime > end;
    if (isOutside || end - video.currentTime > BEHIND) video.currentTime = Math.max(buffered.start(last), end - MARGIN);
    if (video.paused) video.play().catch(() => {});
    if (!this.#buffer.updating && video.currentTime - buffered.start(0) > 2 * KEPT) this.#buffer.remove(0, video.currentTime - KEPT);
    if (video.readyState >= 2 && !video.seeking) this.#shows();
  }

  #shows() {
    if (this.#isShowing || this.#isResting) return;
    this.#isShowing = true;
    this.#say(this.#remark, true);
  }

  /** What the browser did not take is left; the next beginning makes everything anew. */
  #reset() {
    if (this.#source === null) return;
    this.#source = null;
    this.#buffer = null;
    this.#type = "";
    this.#queue = [];
    this.lost("The browser could not go on with the picture.");
  }

  #showStills(codec) {
    if (this.#stills !== null) return;
    if (!this.#mayBeStills) {
      this.isUnplayable = true;
      return;
    }
    this.#source = null;
    this.#buffer = null;
    this.#video.hidden = true;
    this.#stills = document.createElement("img");
    this.#stills.alt = "";
    this.#stills.src = `/api/v1/cameras/${this.#camera}/live.mjpeg`;
    this.#video.after(this.#stills);
    this.#remark = `This browser cannot play ${codec.startsWith("hvc1") ? "H.265" : codec}: some pictures a second instead.`;
    this.#isShowing = false;
    this.#shows();
  }
}

function joined(parts) {
  const bytes = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of parts) {
    bytes.set(one, at);
    at += one.length;
  }
  return bytes;
}

function isSame(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
