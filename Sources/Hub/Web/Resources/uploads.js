// Sending pictures of somebody: one after the other, each with how far it is, what went wrong and what to do then.

import { signedOut } from "./page.js";

const LARGEST = 20_000_000;
const KINDS = ["image/jpeg", "image/png", "image/webp"];
const NO_ANSWER = "the hub did not answer.";

export class Uploads {
  #list;
  #sent;
  #last = Promise.resolve();
  #waiting = new Set();

  /**
   * @param {HTMLElement} list where each picture gets a line
   * @param {() => void} sent called when the hub has taken one
   */
  constructor(list, sent) {
    this.#list = list;
    this.#sent = sent;
    // A page that goes takes with it what is not sent yet.
    addEventListener("beforeunload", (event) => {
      if (list.querySelector('[data-state="waiting"], [data-state="sending"]') !== null) event.preventDefault();
    });
  }

  /** Sends pictures of somebody. Settles once each was taken, refused or cancelled. */
  send(individual, files) {
    // What was sent and taken before is told no more; what was refused stays until somebody takes it away.
    for (const line of this.#list.querySelectorAll('[data-state="sent"]')) line.remove();
    const uploads = [...files].map((file) => this.#upload(individual, file));
    for (const upload of uploads) this.#last = this.#last.then(() => this.#run(upload));
    return this.#last;
  }

  #upload(individual, file) {
    const line = document.createElement("li");
    const words = document.createElement("span");
    const progress = document.createElement("progress");
    const button = document.createElement("button");
    progress.max = 1;
    progress.value = 0;
    progress.setAttribute("aria-label", `Sending ${file.name}`);
    button.type = "button";
    button.className = "button";
    line.append(words, progress, button);
    this.#list.append(line);
    const upload = { address: `/api/v1/individuals/${individual}/pictures`, file, line, words, progress, button, request: null, isOver: false };
    this.#wait(upload);
    return upload;
  }

  #wait(upload) {
    this.#waiting.add(upload);
    this.#show(upload, "waiting", "waits to be sent");
    this.#offer(upload, "Cancel", () => this.#take(upload));
  }

  #offer({ button, file }, words, action) {
    button.textContent = words;
    button.setAttribute("aria-label", `${words}: ${file.name}`);
    button.onclick = action;
  }

  #show({ line, words, progress, file }, state, text) {
    line.dataset.state = state;
    words.textContent = `${file.name}: ${text}`;
    progress.hidden = state !== "sending";
  }

  /** Takes it off the list, and breaks it off where it is on its way. */
  #take(upload) {
    upload.isOver = true;
    this.#waiting.delete(upload);
    upload.request?.abort();
    upload.line.remove();
  }

  async #run(upload) {
    this.#waiting.delete(upload);
    if (upload.isOver) return;
    const { file } = upload;
    if (file.size > LARGEST) return this.#refuse(upload, "it has more than 20 MB. Save it smaller.");
    if (file.type !== "" && !KINDS.includes(file.type)) return this.#refuse(upload, "it is no JPEG, PNG or WebP. Save it as one of these.");
    this.#show(upload, "sending", "is sent");
    const { status, detail } = await this.#send(upload);
    if (upload.isOver) return;
    if (status === 401) {
      this.#giveUp(upload);
      return signedOut();
    }
    if (status >= 200 && status < 300) {
      this.#show(upload, "sent", "sent");
      this.#offer(upload, "Clear", () => this.#take(upload));
      this.#sent();
      return;
    }
    // What may pass is tried again; the rest needs another picture.
    if (status !== 0 && status < 500 && status !== 429) return this.#refuse(upload, detail);
    this.#show(upload, "failed", detail);
    this.#offer(upload, "Try again", () => {
      this.#wait(upload);
      this.#last = this.#last.then(() => this.#run(upload));
    });
  }

  /** Nothing is sent any more, and so nobody is asked whether the page may go. */
  #giveUp(upload) {
    for (const one of [upload, ...this.#waiting]) {
      one.isOver = true;
      this.#show(one, "failed", "not sent, as you are signed out.");
      this.#offer(one, "Clear", () => this.#take(one));
    }
  }

  #refuse(upload, why) {
    this.#show(upload, "refused", why);
    this.#offer(upload, "Clear", () => this.#take(upload));
  }

  /** With a request of the older kind: only that one says how far it is. */
  #send(upload) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      upload.request = request;
      request.open("POST", upload.address);
      request.setRequestHeader("accept", "application/json");
      request.setRequestHeader("content-type", upload.file.type || "application/octet-stream");
      request.upload.onprogress = ({ loaded, total }) => { upload.progress.value = total === 0 ? 0 : loaded / total; };
      request.onloadend = () => {
        let detail = request.status === 0 ? NO_ANSWER : "the hub could not take it.";
        try { detail = JSON.parse(request.responseText).detail ?? detail; } catch { /* What is no JSON says nothing. */ }
        resolve({ status: request.status, detail });
      };
      request.send(upload.file);
    });
  }
}

/** Has files that are dropped on an element taken as if they were chosen. */
export function takeDrops(zone, take) {
  zone.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    zone.dataset.over = "";
  });
  zone.addEventListener("dragleave", () => { delete zone.dataset.over; });
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    delete zone.dataset.over;
    if (event.dataTransfer.files.length > 0) take(event.dataTransfer.files);
  });
}
