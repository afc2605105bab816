// The large picture of an event, over the page, and its recording. The browser's own dialog keeps the focus in it, closes on Escape, and
// gives the focus back.

import { ASKED_AGAIN, mayStillCome, NOT_YET, recordedUntil } from "./format.js";

/** Seconds of the recording that are shown before an event and after it. */
const BEFORE = 5;
const AFTER = 10;

export class Viewer {
  #dialog;
  #picture = document.createElement("img");
  #video = document.createElement("video");
  #shown = null;
  /** The address of the recording of what is shown. */
  #recording = "";
  /** Of its end, in milliseconds since 1970. */
  #recordedTo = 0;
  /** Whether the browser has given it up once although the hub has it. */
  #wasGivenUp = false;

  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.#dialog = dialog;
    this.#picture.alt = "";
    this.#video.controls = true;
    this.#video.playsInline = true;
    this.#video.hidden = true;
    dialog.querySelector("figure").prepend(this.#picture, this.#video);
    dialog.addEventListener("click", (event) => {
      // A click beside the picture meets the dialog itself.
      if (event.target === dialog || event.target.closest('[data-part="viewer-close"]') !== null) dialog.close();
    });
    dialog.addEventListener("close", () => {
      this.#picture.removeAttribute("src");
      this.#stop();
      this.#shown = null;
    });
    this.#part("play").addEventListener("click", () => this.#play());
    this.#video.addEventListener("error", () => this.#explain());
    this.#video.addEventListener("loadeddata", () => this.#say(""));
    this.#picture.addEventListener("error", () => this.#say("The picture is gone: its event was deleted, or the hub does not answer."));
    this.#picture.addEventListener("load", () => this.#say(""));
  }

  #part(name) { return this.#dialog.querySelector(`[data-part="viewer-${name}"]`); }

  #say(text) {
    this.#part("problem").textContent = text;
    this.#part("problem").hidden = text === "";
  }

  #play() {
    this.#picture.hidden = true;
    this.#video.hidden = false;
    this.#part("play").hidden = true;
    this.#say("Asking the camera’s node for the recording…");
    this.#wasGivenUp = false;
    this.#load();
    this.#video.focus();
  }

  #load() {
    this.#video.src = this.#recording;
    // Whoever closes the dialog meanwhile does not want to hear of it.
    this.#video.play().catch(() => {});
  }

  /** Ends what is being fetched, too. */
  #stop() {
    if (this.#video.hidden) return;
    this.#video.removeAttribute("src");
    this.#video.load();
    this.#video.hidden = true;
    this.#picture.hidden = false;
    this.#part("play").hidden = false;
  }

  /** The browser says only that it does not play; the hub knows why, and whether that may be over soon. */
  async #explain() {
    if (!this.#video.hasAttribute("src")) return;
    const address = this.#recording;
    let words = "The recording cannot be played by this browser.";
    /** Milliseconds until it is tried once more; null where it is not. */
    let again = null;
    try {
      const answer = await fetch(address, { headers: { range: "bytes=0-0" } });
      if (answer.ok) {
        if (!this.#wasGivenUp) again = 0;
        this.#wasGivenUp = true;
      } else if (answer.status === 404 && mayStillCome(this.#recordedTo)) {
        words = NOT_YET;
        again = ASKED_AGAIN;
      } else {
        words = (await answer.json()).detail ?? words;
      }
    } catch {
      words = "The hub does not answer.";
    }
    const isWanted = () => address === this.#recording && !this.#video.hidden;
    if (!isWanted()) return;
    if (again !== 0) this.#say(words);
    if (again !== null) setTimeout(() => { if (isWanted()) this.#load(); }, again);
  }

  /** Shows what a row's picture leads to. */
  show(link) {
    const thumbnail = link.querySelector("img");
    // The shape is known before the large picture is there, so that nothing moves when it comes.
    this.#picture.width = 1280;
    this.#picture.height = Math.round((1280 * (thumbnail.naturalHeight || 9)) / (thumbnail.naturalWidth || 16));
    this.#shown = link.closest(".event").dataset.id;
    this.#describe(link);
    this.#say("");
    this.#picture.src = link.href;
    this.#dialog.showModal();
  }

  /** The row of an event has changed: a better picture takes the place of the one that is shown. */
  update(row) {
    const link = row.querySelector('[data-part="picture"]');
    if (link === null || row.dataset.id !== this.#shown) return;
    this.#describe(link);
    if (this.#picture.src !== link.href) this.#picture.src = link.href;
  }

  #describe(link) {
    const row = link.closest(".event");
    const text = (name) => row.querySelector(`[data-part="${name}"]`).textContent;
    const from = new Date(row.dataset.ts).getTime() - BEFORE * 1000;
    const end = row.dataset.end === "" ? Number.POSITIVE_INFINITY : new Date(row.dataset.end).getTime();
    const to = Math.min(end + AFTER * 1000, recordedUntil());
    const span = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
    // What is playing goes on when the event's picture changes.
    if (this.#video.hidden) {
      this.#recording = `/api/v1/cameras/${encodeURIComponent(text("camera"))}/video.mp4?${span}`;
      this.#recordedTo = to;
    }
    this.#picture.alt = link.querySelector("img").alt;
    this.#part("title").textContent = text("title");
    this.#part("where").textContent = `${text("camera")} · ${row.querySelector('[data-part="time"]').title}`;
  }
}
