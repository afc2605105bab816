// Live and recorded footage of a camera on one timeline of 24 hours.

import { deletedWords } from "./deleting.js";
import { ASKED_AGAIN, dayKey, mayStillCome, midnight, NOT_YET, recordedUntil } from "./format.js";
import { Keeping } from "./keeping.js";
import { ask, part, signedOut } from "./page.js";
import { LiveCamera } from "./live-camera.js";
import { draw, labelHours, showBubble, timeAt } from "./timeline.js";

const DAY = 86_400;
/** Seconds of a file that is played: ahead of the wanted time, so that one can go back, and behind it. */
const BEFORE = 60;
const AFTER = 600;
const REFRESH = 30_000;
const clockFormat = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayFormat = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

export class Footage {
  #camera;
  #video = part("video");
  #main;
  /** The small stream, which is there sooner; null where the camera has none. */
  #small = null;
  #isLive = true;
  /** Start of the day that is shown, milliseconds since 1970, in the browser's own time. */
  #day = midnight(new Date());
  /** Of the file that is played: which time of day is shown when, and until when it goes. */
  #map = [];
  #until = 0;
  #wanted = 0;
  /** Counts what was asked for, so that answers that come too late are left. */
  #number = 0;
  /** Whether what was recorded is to be heard: not before somebody wants it. */
  #isHeard = false;
  /** Seconds that the strip shows, and where it begins, in milliseconds since 1970. */
  #length = DAY;
  #start = this.#day;
  #timeline = { recorded: [], kept: [], deleted: [], events: [] };
  #keeping;

  /**
   * @param {string} camera
   * @param {boolean} hasSubStream
   */
  constructor(camera, hasSubStream) {
    this.#camera = camera;
    this.#keeping = new Keeping(camera, () => this.refresh());
    // Where the browser cannot play the main stream the small one stays.
    this.#main = new LiveCamera(this.#video, camera, "main", !hasSubStream);
    if (hasSubStream) this.#small = new LiveCamera(part("preview"), camera, "sub", true);
    const strip = part("strip");
    strip.addEventListener("pointerdown", (event) => this.#press(event));
    strip.addEventListener("pointermove", (event) => this.#hover(event));
    strip.addEventListener("pointerleave", () => { part("bubble").hidden = true; });
    strip.addEventListener("keydown", (event) => this.#key(event));
    part("go-live").addEventListener("click", () => this.goLive());
    part("back").addEventListener("click", () => this.#step(-10));
    part("ahead").addEventListener("click", () => this.#step(10));
    part("pause").addEventListener("click", () => this.#pause());
    part("speed").addEventListener("change", () => { this.#video.playbackRate = Number(part("speed").value); });
    part("sound").addEventListener("click", () => this.#hear(!this.#isHeard));
    part("zoom").addEventListener("change", () => {
      this.#length = Number(part("zoom").value);
      this.#frame(true);
    });
    part("day").addEventListener("change", () => this.#choose());
    this.#video.addEventListener("timeupdate", () => this.#show());
    this.#video.addEventListener("play", () => this.#buttons());
    this.#video.addEventListener("pause", () => this.#buttons());
    this.#video.addEventListener("ended", () => { if (!this.#isLive) this.play(this.#until); });
    this.#video.addEventListener("error", () => { if (!this.#isLive && this.#video.hasAttribute("src")) this.#explain(this.#video.src); });
    setInterval(() => this.#show(), 1000);
    setInterval(() => this.refresh(), REFRESH);
    this.refresh();
    const asked = new Date(new URLSearchParams(location.search).get("at") ?? Number.NaN).getTime();
    if (Number.isNaN(asked)) this.goLive();
    else this.play(asked);
  }

  /** What the camera shows now. */
  goLive() {
    this.#number += 1;
    this.#isLive = true;
    this.#video.pause();
    this.#main.close();
    this.#endSmall();
    this.#beginSmall();
    this.#say("Waiting for the picture…", false);
    this.#video.playbackRate = 1;
    part("speed").value = "1";
    part("sound").hidden = true;
    part("download").hidden = true;
    this.#turnTo(new Date());
    this.#main.open((words, isShowing) => {
      if (isShowing) this.#endSmall();
      // While the small picture is there, nothing is missing that one would have to be told of.
      if (isShowing || part("preview").hidden) this.#say(words, isShowing);
    });
    this.#show();
  }

  /** Shows the small stream until the main one is there; where the browser cannot play that, for good. */
  #beginSmall() {
    this.#small?.open((words, isShowing) => {
      if (isShowing) part("preview").hidden = false;
      this.#say(words, isShowing);
    });
  }

  #endSmall() {
    this.#small?.close();
    part("preview").hidden = true;
  }

  /** What was recorded at a time, in milliseconds since 1970. */
  async play(time) {
    if (time > recordedUntil()) return this.goLive();
    this.#number += 1;
    const number = this.#number;
    this.#isLive = false;
    this.#main.close();
    this.#endSmall();
    this.#turnTo(new Date(time));
    this.#wanted = time;
    this.#map = [];
    this.#video.pause();
    this.#say("Asking the camera’s node for the recording…", false);
    this.#show();
    try {
      const found = await this.#find(time);
      if (number !== this.#number) return undefined;
      if (found === null) return await this.#skip(time);
      const { facts, address, download } = found;
      part("download").href = download;
      part("download").hidden = false;
      if (address === null) {
        return this.#say(`This browser cannot play ${facts.type.includes("hvc1") ? "H.265" : "this recording"}. It can be downloaded.`, false);
      }
      this.#map = facts.timeline.map(({ media, clock }) => ({ media, clock: new Date(clock).getTime() }));
      this.#until = this.#clock(facts.duration);
      const at = this.#media(time, facts.duration);
      if (at >= facts.duration - 0.05) return await this.#skip(time);
      part("sound").hidden = !facts.type.includes("mp4a");
      this.#hear(this.#isHeard);
      this.#video.src = address;
      this.#video.currentTime = at;
      this.#video.playbackRate = Number(part("speed").value);
      this.#video.addEventListener("playing", () => { if (number === this.#number) this.#say("", true); }, { once: true });
      await this.#video.play();
    } catch (error) {
      // Whoever has gone on to something else does not want to hear of it.
      if (number === this.#number && error.name !== "AbortError") this.#say(error.message, false);
    }
    return undefined;
  }

  /**
   * The file that has a time, and what is in it: of the small stream where the browser cannot play the main one, without address where it can play
   * none. Null where nothing was recorded.
   */
  async #find(time) {
    const main = await this.#ask(time, "main");
    const plays = (found) => found !== null && this.#video.canPlayType(found.facts.type) !== "";
    if (main === null || plays(main)) return main === null ? null : { ...main, download: main.address };
    const sub = await this.#ask(time, "sub");
    if (plays(sub)) return { ...sub, download: main.address };
    return { facts: main.facts, address: null, download: main.address };
  }

  async #ask(time, track) {
    const address = `/api/v1/cameras/${this.#camera}/video`;
    const until = Math.min(time + AFTER * 1000, recordedUntil());
    const span = (from, to) => new URLSearchParams(track === "main" ? { from, to } : { from, to, track });
    let query = span(new Date(time - BEFORE * 1000).toISOString(), new Date(until).toISOString());
    const facts = async () => {
      try {
        return await fetch(`${address}.json?${query}`, { headers: { accept: "application/json" } });
      } catch {
        throw new Error("The hub does not answer.");
      }
    };
    let answer = await facts();
    if (answer.status === 409) {
      // The camera was set to another picture in there: the part in which the time lies.
      const fits = (await answer.json()).playable?.find((one) => new Date(one.to).getTime() > time);
      if (fits === undefined) return null;
      query = span(fits.from, fits.to);
      answer = await facts();
    }
    if (answer.status === 401) signedOut();
    if (answer.status === 404) return null;
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.detail);
    return { facts: body, address: `${address}.mp4?${query}` };
  }

  /** Draws the day anew. */
  async refresh() {
    const day = this.#day;
    const span = new URLSearchParams({ from: new Date(day).toISOString(), to: new Date(day + DAY * 1000).toISOString() });
    try {
      const timeline = await ask(`/api/v1/cameras/${this.#camera}/timeline?${span}`);
      if (day !== this.#day) return;
      this.#timeline = timeline;
      this.#keeping.use(timeline);
      this.#frame(true);
    } catch {
      // It is drawn again soon; the page says elsewhere that the hub does not answer.
    }
  }

  /** Something happened. */
  noticed(event) {
    if (event.end_ts !== null) this.refresh();
  }

  /** Nothing is recorded at a time: what comes next is played, or what may still come, or it is said that nothing does. */
  async #skip(time) {
    const next = this.#timeline.recorded.map(([from]) => new Date(from).getTime()).find((from) => from > time);
    if (next !== undefined) return this.play(next + 100);
    const is = (deletion) => deletion[2] !== "refused" && new Date(deletion[0]).getTime() <= time && time < new Date(deletion[1]).getTime();
    const deletion = this.#timeline.deleted.find(is);
    if (deletion !== undefined) return this.#say(deletedWords(deletion[3], deletion[4]), false);
    if (!mayStillCome(time)) return this.#say("Nothing was recorded then.", false);
    this.#say(NOT_YET, false);
    const number = this.#number;
    await new Promise((resolve) => { setTimeout(resolve, ASKED_AGAIN); });
    return number === this.#number ? this.play(time) : undefined;
  }

  #turnTo(date) {
    if (midnight(date) === this.#day) return;
    this.#day = midnight(date);
    this.refresh();
  }

  #say(words, isShowing) {
    part("screen").dataset.state = isShowing ? "live" : "waiting";
    part("words").textContent = words;
  }

  async #explain(address) {
    try {
      const answer = await fetch(address, { headers: { range: "bytes=0-0" } });
      this.#say(answer.ok ? "The recording cannot be played by this browser." : (await answer.json()).detail, false);
    } catch {
      this.#say("The hub does not answer.", false);
    }
  }

  /** Media time of a time of day: holes are closed in the file. */
  #media(time, duration) {
    const index = this.#map.findLastIndex((one) => one.clock <= time);
    if (index < 0) return 0;
    const point = this.#map[index];
    return Math.min(point.media + (time - point.clock) / 1000, this.#map[index + 1]?.media ?? duration);
  }

  #clock(media) {
    const point = this.#map.findLast((one) => one.media <= media + 1e-6);
    return point === undefined ? this.#wanted : point.clock + (media - point.media) * 1000;
  }

  /** The time of day that is on the screen. */
  get #time() {
    if (this.#isLive) return Date.now();
    return this.#map.length > 0 && this.#video.readyState > 0 ? this.#clock(this.#video.currentTime) : this.#wanted;
  }

  /** Keeps what is on the screen within the strip. */
  #frame(mustDraw = false) {
    const count = Math.floor(Math.max((this.#time - this.#day) / 1000, 0) / this.#length);
    const start = this.#day + Math.min(count, Math.ceil(DAY / this.#length) - 1) * this.#length * 1000;
    if (start === this.#start && !mustDraw) return;
    this.#start = start;
    draw(part("strip-drawing"), this.#timeline, start, this.#length, Date.now());
    labelHours(part("hours"), start, this.#length);
  }

  #show() {
    const time = this.#time;
    const second = Math.min(Math.max((time - this.#day) / 1000, 0), DAY);
    this.#frame();
    this.#keeping.show(time);
    part("cursor").style.insetInlineStart = `${Math.min(Math.max((time - this.#start) / 10 / this.#length, 0), 100)}%`;
    const words = `${dayFormat.format(time)}, ${clockFormat.format(time)}`;
    part("strip").setAttribute("aria-valuenow", Math.round(second));
    part("strip").setAttribute("aria-valuetext", words);
    part("clock").textContent = words;
    part("clock").dateTime = new Date(time).toISOString();
    if (document.activeElement !== part("day")) part("day").value = dayKey(new Date(this.#day));
    part("mode").dataset.state = this.#isLive ? "live" : "recorded";
    part("mode-text").textContent = this.#isLive ? "Live" : "Recorded";
    part("go-live").setAttribute("aria-pressed", this.#isLive);
    this.#buttons();
  }

  #buttons() {
    part("pause").disabled = this.#isLive;
    part("speed").disabled = this.#isLive;
    part("pause").textContent = !this.#isLive && this.#video.paused ? "Play" : "Pause";
  }

  #hear(isHeard) {
    this.#isHeard = isHeard;
    this.#video.muted = !isHeard;
    part("sound").setAttribute("aria-pressed", isHeard);
    part("sound").textContent = isHeard ? "Sound on" : "Sound off";
  }

  #pause() {
    if (this.#video.paused) this.#video.play().catch(() => {});
    else this.#video.pause();
  }

  /** Within the file where that has it. */
  #step(seconds) {
    const time = this.#time + seconds * 1000;
    const first = this.#map[0]?.clock ?? Number.POSITIVE_INFINITY;
    if (!this.#isLive && time >= first && time < this.#until) this.#video.currentTime = this.#media(time, this.#video.duration);
    else this.play(time);
  }

  #key(event) {
    const steps = { ArrowLeft: -10, ArrowRight: 10, PageUp: 600, PageDown: -600 };
    if (event.key in steps) this.#step(steps[event.key]);
    else if (event.key === "End") this.goLive();
    else if (event.key === " " && !this.#isLive) this.#pause();
    else if (event.key === "m" && !this.#isLive) this.#hear(!this.#isHeard);
    else return;
    event.preventDefault();
  }

  #at(event) { return timeAt(part("strip"), event, this.#start, this.#length); }

  #hover(event) { showBubble(part("strip"), part("bubble"), event, clockFormat.format(this.#at(event))); }

  /** Where the finger is lifted counts: it may be moved on the way, with the time beside it. */
  #press(event) {
    const strip = part("strip");
    strip.setPointerCapture(event.pointerId);
    strip.addEventListener("pointerup", (up) => this.play(this.#at(up)), { once: true });
  }

  #choose() {
    const [year, month, day] = part("day").value.split("-").map(Number);
    if (!year) return;
    const time = this.#time - this.#day;
    this.play(new Date(year, month - 1, day).getTime() + time);
  }
}
