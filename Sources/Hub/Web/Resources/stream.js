// A page's events as they happen. All tabs of a browser share one stream, which a worker holds; where the browser has no shared workers (Chrome on
// Android) the page has a stream of its own. Either resumes where it was, and says how it is doing.

import { heard } from "./heard.js";
import { StreamConnection } from "./stream-connection.js";

const HIDDEN_TOO_LONG = 30_000;
/** How often a tab tells the worker that it is there; by the next time it was answered, or the worker is no more. */
const BEAT = 30_000;
/** Workers in a row that never answered, after which the page does without. */
const MUTE = 2;

export class EventFeed {
  #cursor;
  #filter;
  #handlers;
  /** Whom the page was made for: the stream has to be theirs. */
  #account = document.querySelector("[data-part=connection]")?.dataset.account ?? "";
  /** To the worker; null where the page has a stream of its own, or none. */
  #port = null;
  #own = null;
  /** Of the worker's sequence that the cursor is of; empty where the page itself brought it. */
  #era = "";
  #beat = 0;
  #isAnswered = true;
  #hasAnswered = false;
  /** Workers that did not answer. */
  #mute = "SharedWorker" in window ? 0 : MUTE;
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
    addEventListener("online", () => (this.#port === null ? this.open() : this.#port.postMessage({ kind: "online" })));
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (event) => { if (event.persisted) this.open(); });
    document.addEventListener("visibilitychange", () => this.#visibilityChanged());
  }

  /** Opens the stream anew, from the last event that was seen. */
  open() {
    this.close();
    // A stream that is shared has to be known to be the page's own account's.
    if (this.#mute >= MUTE || this.#account === "") return this.#openOwn();
    try {
      this.#attach(new SharedWorker(new URL("./stream-worker.js", import.meta.url), { type: "module" }));
    } catch {
      this.#alone();
    }
    return undefined;
  }

  close() {
    clearInterval(this.#beat);
    this.#port?.postMessage({ kind: "leave" });
    this.#port?.close();
    this.#port = null;
    this.#own?.close();
    this.#own = null;
  }

  #signedOut() {
    this.close();
    this.#handlers.signedOut();
  }

  // MARK: By the worker

  #attach(worker) {
    const { port } = worker;
    this.#port = port;
    this.#isAnswered = false;
    this.#handlers.state("reconnecting");
    // Of another version of the hub, or of a browser that has shared workers for other scripts alone.
    worker.addEventListener("error", () => { if (this.#port === port) this.#alone(); });
    port.addEventListener("message", ({ data }) => { if (this.#port === port) this.#take(data); });
    port.start();
    this.#introduce();
    this.#beat = setInterval(() => {
      if (!this.#isAnswered) {
        if (!this.#hasAnswered) this.#mute += 1;
        return this.open();
      }
      this.#isAnswered = false;
      return port.postMessage({ kind: "alive" });
    }, BEAT);
  }

  #introduce() {
    this.#port.postMessage({
      kind: "attach", account: this.#account, filter: `${this.#filter}`, cursor: this.#cursor, era: this.#era, isHidden: document.hidden,
    });
    // It is answered where there is nothing else to say, too.
    this.#port.postMessage({ kind: "alive" });
  }

  #take(data) {
    this.#isAnswered = this.#hasAnswered = true;
    if (data.kind === "event" || (data.kind === "joined" && data.state === "live") || (data.kind === "state" && data.state === "live")) heard();
    switch (data.kind) {
      case "event":
        this.#cursor = `${data.cursor}`;
        return this.#handlers.event(JSON.parse(data.text));
      case "joined":
        this.#era = data.era;
        this.#cursor = `${data.cursor}`;
        this.#handlers.state(data.state);
        if (data.isReset) this.#handlers.reset();
        return undefined;
      case "here":
        if (data.cursor !== null) this.#cursor = `${data.cursor}`;
        return undefined;
      case "gone": return this.#introduce();
      case "state": return this.#handlers.state(data.state);
      case "signedOut": return this.#signedOut();
      default: return undefined;
    }
  }

  /** Does without the worker. */
  #alone() {
    this.#mute = MUTE;
    this.open();
  }

  // MARK: Alone

  #openOwn() {
    const own = new StreamConnection(this.#filter, {
      connected: (account) => {
        heard();
        if (this.#account !== "" && account !== undefined && account !== this.#account) return this.#signedOut();
        // Without a cursor of its own the page may have missed what came between its making and this moment.
        if (this.#cursor === "" && own.cursor !== "") this.#handlers.reset();
        this.#cursor = own.cursor;
        return undefined;
      },
      event: (text) => {
        heard();
        this.#cursor = own.cursor;
        this.#handlers.event(JSON.parse(text));
      },
      reset: () => {
        this.#cursor = own.cursor;
        this.#handlers.reset();
      },
      state: this.#handlers.state,
      signedOut: () => this.#signedOut(),
    }, this.#probe);
    own.cursor = this.#cursor;
    this.#own = own;
    own.open();
  }

  // A device that slept may hold a connection that is dead without knowing it.
  #visibilityChanged() {
    this.#port?.postMessage({ kind: "hidden", isHidden: document.hidden });
    // Whoever was silent for too long is not known any more.
    if (!document.hidden) this.#port?.postMessage({ kind: "alive" });
    if (document.hidden) {
      this.#hiddenSince = Date.now();
    } else if (this.#own !== null && this.#hiddenSince !== 0 && Date.now() - this.#hiddenSince > HIDDEN_TOO_LONG) {
      this.open();
    }
  }
}
