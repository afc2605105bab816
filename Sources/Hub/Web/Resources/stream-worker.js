// The event stream of all tabs of a browser, which opens only six connections to a hub over HTTP/1.1. It is asked for without a filter, once, and
// each tab gets what its own filter admits, from its own cursor on.
//
// A port does not say that its tab has gone: tabs tell every half minute that they are there.

import { StreamConnection } from "./stream-connection.js";

/** The stream is let go of when nobody has looked at any tab for so long. */
const HIDDEN_TOO_LONG = 30_000;
/** A tab that has said nothing for so long has gone. Browsers let a hidden one say something once a minute. */
const SILENT_TOO_LONG = 150_000;
const TICK = 5_000;
/** From one tick to the next: then the device slept, and its connection may be dead without knowing it. */
const SLEPT = 30_000;
/** One change of the network is told by all tabs. */
const JUST_OPENED = 2_000;
/** What is kept for tabs that come: as much as the hub itself keeps. */
const MOST_EVENTS = 2048;
const MOST_CHARACTERS = 4 << 20;
const SEVERITIES = ["info", "notice", "warning", "alarm", "critical"];

/** As the hub understands the parameters of a stream. */
class Filter {
  #sites;
  #cameras;
  #types;
  #least;

  constructor(text) {
    const parameters = new URLSearchParams(text);
    const all = (name) => new Set(parameters.getAll(name).flatMap((value) => value.split(",")).filter((value) => value !== ""));
    this.#sites = all("site");
    this.#cameras = all("camera");
    this.#types = all("type");
    this.#least = Math.max(0, SEVERITIES.indexOf(parameters.get("min_severity")));
  }

  admits(event) {
    return (this.#sites.size === 0 || this.#sites.has(event.site)) && (this.#cameras.size === 0 || this.#cameras.has(event.source_id))
      && (this.#types.size === 0 || this.#types.has(event.type)) && SEVERITIES.indexOf(event.severity) >= this.#least;
  }
}

class SharedStream {
  /** By port: `cursor` is of the last event that was looked at for it, null where it asks for what comes from now on. */
  #tabs = new Map();
  #connection = new StreamConnection(new URLSearchParams(), {
    connected: (account) => this.#connected(account),
    event: (text) => this.#take(text),
    reset: () => this.#reset(),
    state: (state) => this.#turn(state),
    signedOut: () => this.#signedOut(),
  });
  /** Whose session the stream belongs to; null until it is known. */
  #account = null;
  /** Cursor of the newest event; null until it is known. */
  #head = null;
  /** Everything after this cursor is among `#kept`. */
  #floor = null;
  #kept = [];
  #characters = 0;
  /** Names the sequence that cursors are compared in: with another one they are of another. */
  #era = "";
  #opened = 0;
  #seen = 0;
  #ticked = Date.now();

  constructor() {
    setInterval(() => this.#tick(), TICK);
  }

  add(port) {
    port.addEventListener("message", ({ data }) => {
      const tab = this.#tabs.get(port);
      if (tab !== undefined) tab.heard = Date.now();
      switch (data.kind) {
        // A tab that was frozen may have been told twice that it is not known.
        case "attach": return tab === undefined ? this.#attach(port, data) : undefined;
        case "leave": return this.#leave(port);
        case "alive": return port.postMessage(tab === undefined ? { kind: "gone" } : { kind: "here", cursor: tab.cursor });
        case "online":
          if (this.#connection.state !== "closed" && Date.now() - this.#opened > JUST_OPENED) this.#open();
          return undefined;
        case "hidden":
          if (tab === undefined) return undefined;
          tab.isHidden = data.isHidden;
          return this.#look();
        default: return undefined;
      }
    });
    port.start();
  }

  // MARK: Tabs

  #attach(port, { account, filter, cursor, era, isHidden }) {
    const tab = { account, filter: new Filter(filter), cursor: cursor === "" ? null : Number(cursor), era, isHidden, heard: Date.now(), hasJoined: false };
    const isFirst = this.#tabs.size === 0;
    this.#tabs.set(port, tab);
    this.#seen = Date.now();
    // What is kept is another account's, or the session has changed: the stream says whose it is now.
    if (isFirst || (this.#account !== null && this.#account !== account)) return this.#begin(cursor);
    if (this.#connection.state === "closed") return this.#open();
    if (this.#connection.state !== "live") port.postMessage({ kind: "state", state: this.#connection.state });
    return this.#join(port, tab);
  }

  #leave(port) {
    this.#tabs.delete(port);
    if (this.#tabs.size > 0) return;
    this.#connection.close();
    this.#forget();
  }

  /** Gives a tab what it misses, and then what comes. Where that is not here any more it is told to load its list anew. */
  #join(port, tab) {
    // Before the stream is live the newest is not known, and a list cannot be loaded: the tab is joined then.
    if (tab.hasJoined || this.#head === null || this.#connection.state !== "live") return;
    tab.hasJoined = true;
    const isForeign = tab.era !== "" && tab.era !== this.#era;
    const isReset = tab.cursor === null || tab.cursor < this.#floor || (isForeign && tab.cursor > this.#floor);
    if (isReset) tab.cursor = this.#head;
    tab.era = this.#era;
    port.postMessage({ kind: "joined", era: this.#era, cursor: tab.cursor, isReset, state: this.#connection.state });
    for (const one of this.#kept) this.#offer(port, tab, one);
  }

  #offer(port, tab, { cursor, event, text }) {
    // It has seen this, or its page was made after it.
    if (tab.cursor >= cursor) return;
    tab.cursor = cursor;
    if (tab.filter.admits(event)) port.postMessage({ kind: "event", cursor, text });
  }

  #tell(message) {
    for (const port of this.#tabs.keys()) port.postMessage(message);
  }

  // MARK: The stream

  /** Begins with nothing that was known before. */
  #begin(cursor) {
    this.#forget();
    this.#connection.cursor = cursor;
    for (const tab of this.#tabs.values()) tab.hasJoined = false;
    this.#open();
  }

  #forget() {
    [this.#account, this.#head, this.#floor] = [null, null, null];
    this.#drop();
    this.#era = `${Date.now()}-${Math.random()}`;
  }

  #drop() {
    this.#kept = [];
    this.#characters = 0;
  }

  #open() {
    this.#opened = Date.now();
    this.#dropWhatWasAllowed();
    this.#connection.open();
  }

  /** The hub ends a stream whose account may see less from now on: nothing that came before is given to anybody after. */
  #dropWhatWasAllowed() {
    this.#drop();
    this.#floor = this.#head;
  }

  #connected(said) {
    // A replica of a version that does not say it yet is asked by pages of one that does, while a hub is brought up to date.
    const account = said ?? this.#account ?? this.#tabs.values().next().value.account;
    if (this.#account !== null && this.#account !== account) {
      // What is known of the former account's stream stays with it.
      this.#forget();
      for (const tab of this.#tabs.values()) tab.hasJoined = false;
    }
    this.#account = account;
    for (const [port, tab] of this.#tabs) {
      if (tab.account === account) continue;
      // Its page is another account's: it is loaded anew, or asks who it is.
      port.postMessage({ kind: "signedOut" });
      this.#tabs.delete(port);
    }
    if (this.#tabs.size === 0) return this.#end();
    // Of a stream that cannot go on from where it was, the place comes with the reset.
    if (this.#head === null && this.#connection.cursor !== "") this.#head = this.#floor = Number(this.#connection.cursor);
    return undefined;
  }

  #end() {
    this.#connection.close();
    this.#forget();
  }

  #turn(state) {
    if (state !== "live") this.#dropWhatWasAllowed();
    this.#tell({ kind: "state", state });
    if (state === "live") for (const [port, tab] of this.#tabs) this.#join(port, tab);
  }

  #take(text) {
    const cursor = Number(this.#connection.cursor);
    if (this.#head !== null && cursor <= this.#head) return;
    const { site, source_id, type, severity } = JSON.parse(text);
    const one = { cursor, text, event: { site, source_id, type, severity } };
    this.#head = cursor;
    this.#kept.push(one);
    this.#characters += text.length;
    while (this.#kept.length > MOST_EVENTS || this.#characters > MOST_CHARACTERS) {
      const oldest = this.#kept.shift();
      this.#characters -= oldest.text.length;
      this.#floor = oldest.cursor;
    }
    for (const [port, tab] of this.#tabs) if (tab.hasJoined) this.#offer(port, tab, one);
  }

  #reset() {
    const account = this.#account;
    this.#forget();
    this.#account = account;
    this.#head = this.#floor = Number(this.#connection.cursor);
    for (const [port, tab] of this.#tabs) {
      Object.assign(tab, { hasJoined: true, cursor: this.#head, era: this.#era });
      port.postMessage({ kind: "joined", era: this.#era, cursor: this.#head, isReset: true, state: this.#connection.state });
    }
  }

  #signedOut() {
    this.#tell({ kind: "signedOut" });
    this.#tabs.clear();
    this.#forget();
  }

  // MARK: Whether somebody looks

  #tick() {
    const now = Date.now();
    const hasSlept = now - this.#ticked > SLEPT;
    this.#ticked = now;
    for (const [port, tab] of this.#tabs) {
      // After a sleep nobody could have said anything.
      if (hasSlept) tab.heard = now;
      if (now - tab.heard > SILENT_TOO_LONG) this.#leave(port);
    }
    if (hasSlept && this.#connection.state !== "closed") this.#open();
    this.#look();
  }

  #look() {
    if (this.#tabs.size === 0) return;
    const now = Date.now();
    if ([...this.#tabs.values()].some((tab) => !tab.isHidden)) {
      this.#seen = now;
      if (this.#connection.state === "closed") this.#open();
    } else if (now - this.#seen > HIDDEN_TOO_LONG) {
      this.#connection.close();
    }
  }
}

const stream = new SharedStream();
addEventListener("connect", ({ ports: [port] }) => stream.add(port));
