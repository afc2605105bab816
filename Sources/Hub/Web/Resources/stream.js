// One event stream that keeps itself alive: it resumes where it was, and says how it is doing.

import { heard } from "./heard.js";

const STALE_AFTER = 20_000;
const HIDDEN_TOO_LONG = 30_000;

export class EventFeed {
  #source = null;
  #cursor;
  #filter;
  #handlers;
  #retry = 1000;
  #retryTimer = 0;
  #staleTimer = 0;
  #hiddenSince = 0;
  #probe;

  /**
   * @param {string} cursor where to go on from; empty for now
   * @param {URLSearchParams} filter
   * @param {{event: (event: object) => void, reset: () => void, state: (state: string) => void, signedOut: () => void}} handlers
   * @param {string} probe what says with 401 whether somebody is signed in, where the stream is refused
   */
  constructor(cursor, filter, handlers, probe = "/api/v1/events?limit=1") {
    this.#probe = probe;
    this.#cursor = cursor;
    this.#filter = filter;
    this.#handlers = handlers;
    addEventListener("online", () => this.open());
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (event) => { if (event.persisted) this.open(); });
    document.addEventListener("visibilitychange", () => this.#visibilityChanged());
  }

  /** Opens the stream anew, from the last event that was seen. */
  open() {
    this.close();
    this.#waiting();
    const parameters = new URLSearchParams(this.#filter);
    if (this.#cursor !== "") parameters.set("last_event_id", this.#cursor);
    const source = new EventSource(`/events/stream?${parameters}`);
    this.#source = source;
    source.addEventListener("connected", (message) => {
      const isFirst = this.#cursor === "";
      this.#seen(message);
      this.#retry = 1000;
      clearTimeout(this.#staleTimer);
      this.#staleTimer = 0;
      this.#handlers.state("live");
      // Without a cursor of its own the page may have missed what came between its making and this moment.
      if (isFirst) this.#handlers.reset();
    });
    source.addEventListener("event", (message) => {
      this.#seen(message);
      this.#handlers.event(JSON.parse(message.data));
    });
    source.addEventListener("reset", (message) => {
      this.#seen(message);
      this.#handlers.reset();
    });
    source.addEventListener("error", () => {
      this.#waiting();
      // The browser tries again by itself, except when it was answered with an error.
      if (source.readyState === EventSource.CLOSED && source === this.#source) this.#refused();
    });
  }

  close() {
    clearTimeout(this.#retryTimer);
    this.#source?.close();
    this.#source = null;
  }

  #seen(message) {
    heard();
    if (message.lastEventId !== "") this.#cursor = message.lastEventId;
  }

  #waiting() {
    if (this.#staleTimer !== 0) return;
    this.#handlers.state("reconnecting");
    this.#staleTimer = setTimeout(() => this.#handlers.state("stale"), STALE_AFTER);
  }

  async #refused() {
    this.close();
    try {
      const answer = await fetch(this.#probe, { headers: { accept: "application/json" } });
      if (answer.status === 401) return this.#handlers.signedOut();
    } catch {
      // The hub cannot be reached; that is what the retry is for.
    }
    this.#retryTimer = setTimeout(() => this.open(), this.#retry * (0.5 + Math.random() / 2));
    this.#retry = Math.min(this.#retry * 2, 30_000);
  }

  // A device that slept may hold a connection that is dead without knowing it.
  #visibilityChanged() {
    if (document.hidden) {
      this.#hiddenSince = Date.now();
    } else if (this.#hiddenSince !== 0 && Date.now() - this.#hiddenSince > HIDDEN_TOO_LONG) {
      this.open();
    }
  }
}
