// The large picture of an event, over the page, and its recording. The browser's own dialog keeps the focus in it, closes on Escape, and
// gives the focus back.

import { RecordedVideo, recordingAround } from "./recorded-video.js";
import { rowPart } from "./row-parts.js";
import { largePicture } from "./rows.js";

export class Viewer {
  #dialog;
  #picture = document.createElement("img");
  #video;
  #shown = null;
  /** Of what is shown. */
  #recording = null;

  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.#dialog = dialog;
    this.#picture.alt = "";
    const video = document.createElement("video");
    video.controls = true;
    video.playsInline = true;
    video.hidden = true;
    this.#video = new RecordedVideo(video, (words) => this.#say(words));
    dialog.querySelector("figure").prepend(this.#picture, video);
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
    this.#part("play").hidden = true;
    this.#video.play(this.#recording);
  }

  #stop() {
    if (!this.#video.isPlaying) return;
    this.#video.close();
    this.#picture.hidden = false;
    this.#part("play").hidden = false;
  }

  /** Shows what a row's picture leads to. */
  show(link) {
    const thumbnail = link.querySelector("img");
    // The shape is known before the large picture is there, so that nothing moves when it comes.
    this.#picture.width = 1280;
    this.#picture.height = Math.round((1280 * (thumbnail.naturalHeight || 9)) / (thumbnail.naturalWidth || 16));
    const row = link.closest(".event");
    this.#shown = row.dataset.id;
    this.#describe(link);
    this.#say("");
    this.#picture.src = largePicture(row);
    this.#dialog.showModal();
  }

  /** The row of an event has changed: a better picture takes the place of the one that is shown. */
  update(row) {
    const link = rowPart(row, "picture");
    if (link === null || row.dataset.id !== this.#shown) return;
    this.#describe(link);
    if (this.#picture.getAttribute("src") !== largePicture(row)) this.#picture.src = largePicture(row);
  }

  #describe(link) {
    const row = link.closest(".event");
    const text = (name) => rowPart(row, name).textContent;
    // What is playing goes on when the event's picture changes.
    if (!this.#video.isPlaying) this.#recording = recordingAround(text("camera"), row.dataset.ts, row.dataset.end);
    this.#picture.alt = link.querySelector("img").alt;
    this.#part("title").textContent = text("title");
    this.#part("where").textContent = `${text("camera")} · ${rowPart(row, "time").title}`;
    this.#part("page").href = `/events/${row.dataset.id}`;
  }
}
