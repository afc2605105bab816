// One event stream that keeps itself alive: it resumes where it was, and says how it is doing. For a page alone, or for the worker of all pages.

const STALE_AFTER = 20_000;

export class StreamConnection {
  #filter;
  #handlers;
  #source = null;
  #retry = 1000;
  #retryTimer = 0;
  #staleTimer = 0;
  #probe;

  /** Of the last event that came; empty before the first. The stream goes on from there. */
  cursor = "";
  /** @type {"closed" | "reconnecting" | "stale" | "live"} */
  state = "closed";

  /**
   * @param {URLSearchParams} filter
   * @param {{connected: (account: string) => void, event: (text: string) => void, reset: () => void, state: (state: string) => void,
   *   signedOut: () => void}} handlers `connected` tells whose session the stream belongs to
   * @param {string} probe what says with 401 whether somebody is signed in, where the stream is refused
   */
  constructor(filter, handlers, probe = "/api/v1/events?limit=1") {
    this.#probe = probe;
    this.#filter = filter;
    this.#handlers = handlers;
  }

  /** Opens the stream anew, from `cursor`. */
  open() {
    this.#end();
    this.#waiting();
    const parameters = new URLSearchParams(this.#filter);
    if (this.cursor !== "") parameters.set("last_event_id", this.cursor);
    const source = new EventSource(`/events/stream?${parameters}`);
    this.#source = source;
    source.addEventListener("connected", (message) => {
      this.#seen(message);
      this.#retry = 1000;
      clearTimeout(this.#staleTimer);
      this.#staleTimer = 0;
      this.#handlers.connected(JSON.parse(message.data).account);
      // Whoever is not the page's account may have closed it.
      if (source === this.#source) this.#turn("live");
    });
    source.addEventListener("event", (message) => {
      this.#seen(message);
      this.#handlers.event(message.data);
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
    this.#end();
    clearTimeout(this.#staleTimer);
    this.#staleTimer = 0;
    this.state = "closed";
  }

  #end() {
    clearTimeout(this.#retryTimer);
    this.#source?.close();
    this.#source = null;
  }

  #seen(message) {
    if (message.lastEventId !== "") this.cursor = message.lastEventId;
  }

  #turn(state) {
    this.state = state;
    this.#handlers.state(state);
  }

  #waiting() {
    if (this.#staleTimer !== 0) return;
    this.#turn("reconnecting");
    this.#staleTimer = setTimeout(() => this.#turn("stale"), STALE_AFTER);
  }

  async #refused() {
    this.#end();
    try {
      const answer = await fetch(this.#probe, { headers: { accept: "application/json" } });
      if (answer.status === 401) {
        this.close();
        return this.#handlers.signedOut();
      }
    } catch {
      // The hub cannot be reached; that is what the retry is for.
    }
    // Meanwhile it may have been opened anew, or closed.
    if (this.#source !== null || this.state === "closed") return undefined;
    this.#retryTimer = setTimeout(() => this.open(), this.#retry * (0.5 + Math.random() / 2));
    this.#retry = Math.min(this.#retry * 2, 30_000);
    return undefined;
  }
}
