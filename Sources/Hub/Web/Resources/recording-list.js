// The recordings of a camera on a day, one by one, newest first: played, downloaded, kept until somebody says otherwise, and deleted.

import { asksToDelete } from "./deleting.js";
import { duration, time } from "./format.js";
import { size } from "./node-format.js";
import { ask, part } from "./page.js";

/** Recordings that are asked for at once. */
const PAGE = 30;
/** Milliseconds until it is looked whether the node has confirmed what somebody wants. */
const WAITING = 2_000;
/** The same, after it could not be asked for. */
const FAILED = 15_000;
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Whether it is kept until somebody says otherwise: as people want it, or where that cannot be or nobody wants anything, as its node says. */
const isKept = ({ star, class: kept }) => (star !== null && star.state !== "refused" ? star.wanted : kept === "starred");

/** What is known of how long it is kept, and who said so and when. */
function keepingWords({ star, class: kept }) {
  if (star === null) return kept === "starred" ? "Kept until somebody says otherwise." : "";
  const who = `${star.changed_by}, ${moment.format(new Date(star.changed_at))}`;
  const why = star.why === null ? "" : ` (${star.why})`;
  if (star.state === "refused") return `Cannot be ${star.wanted ? "kept" : "let go"}${why}. Asked for by ${who}.`;
  const words = star.wanted ? "Kept until somebody says otherwise" : "Kept no longer than others";
  return `${words}${star.state === "waiting" ? `; waiting for the node${why}` : ""}. ${who}.`;
}

/** Whether it may be deleted: what is kept is let go of first, and its node says so; what goes on has to end. */
const mayBeDeleted = (recording) =>
  recording.state !== "open" && recording.class !== "starred" && recording.star?.state !== "waiting" && !isKept(recording);

const recordings = (count) => (count === 1 ? "1 recording" : `${count} recordings`);

/** What became of a day that was to be deleted. */
function outcomeWords({ recordings: deleted, kept, open }) {
  const words = [deleted.length === 0 ? "Nothing was deleted." : `${recordings(deleted.length)} deleted.`];
  if (kept > 0) words.push(`${recordings(kept)} ${kept === 1 ? "is" : "are"} kept and ${kept === 1 ? "stays" : "stay"}.`);
  if (open > 0) words.push("What is being recorded stays.");
  return words.join(" ");
}

function factWords(recording) {
  const words = [duration(recording.duration), size(recording.bytes)];
  if (recording.track === "sub") words.push("small stream");
  if (recording.class === "event") words.push("something happened");
  if (recording.state === "open") words.push("goes on");
  if (recording.state === "unterminated") words.push("cut off");
  return words.join(" · ");
}

/** Where to see it. One that goes on is another file with each moment: of that, what is there by now. */
function videoAddress({ camera, track, start, end, state, video }) {
  if (state !== "open") return video;
  return `/api/v1/cameras/${camera}/video.mp4?${new URLSearchParams({ from: start, to: end, track })}`;
}

export class RecordingList {
  #row;
  #play;
  #changed;
  #span = null;
  #next = null;
  /** Counts what was asked for, so that answers that come too late are left. */
  #number = 0;
  /** What became of the day that was deleted, to be said once the list has been read anew. */
  #outcome = "";
  /** Those that wait for their node, by id. */
  #timers = new Map();

  /**
   * @param {HTMLElement} row of the camera
   * @param {(recording: object, address: string) => void} play
   * @param {() => void} changed is told when something is kept, or no longer, or deleted
   */
  constructor(row, play, changed) {
    this.#row = row;
    this.#play = play;
    this.#changed = changed;
    part("one-by-one", row).addEventListener("toggle", () => this.#begin());
    part("older", row).addEventListener("click", () => this.#read());
    part("delete-day", row).addEventListener("click", () => this.#deleteDay());
  }

  /** Takes another day, in milliseconds since 1970. What was listed before is of another one. */
  use(from, to) {
    this.#span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
    this.#begin();
  }

  #begin() {
    this.#number += 1;
    this.#next = null;
    part("list", this.#row).replaceChildren();
    part("older", this.#row).hidden = true;
    part("delete-day", this.#row).hidden = true;
    this.#say("");
    if (part("one-by-one", this.#row).open && this.#span !== null) this.#read();
  }

  #say(words) {
    part("list-words", this.#row).textContent = words;
    part("list-words", this.#row).hidden = words === "";
  }

  async #read() {
    this.#number += 1;
    const number = this.#number;
    const { camera } = this.#row.dataset;
    const query = new URLSearchParams({ camera, ...this.#span, limit: PAGE });
    if (this.#next !== null) query.set("page", this.#next);
    this.#say("Asking for the recordings…");
    try {
      const answer = await ask(`/api/v1/recordings?${query}`);
      if (number !== this.#number) return;
      part("list", this.#row).append(...answer.items.map((recording) => this.#line(recording)));
      this.#next = answer.next;
      part("older", this.#row).hidden = answer.next === null;
      const isEmpty = part("list", this.#row).childElementCount === 0;
      part("delete-day", this.#row).hidden = isEmpty || !this.#operates;
      this.#say([this.#outcome, isEmpty ? "There are no recordings of this day." : ""].join(" ").trim());
      this.#outcome = "";
    } catch (error) {
      if (number === this.#number) this.#say(`${error.message} Close this list and open it to try again.`);
    }
  }

  #line(recording) {
    const line = part("recording").content.firstElementChild.cloneNode(true);
    const from = time(new Date(recording.start));
    line.dataset.id = recording.id;
    for (const [name, of] of [["from", "start"], ["to", "end"]]) {
      part(name, line).textContent = time(new Date(recording[of]));
      part(name, line).dateTime = recording[of];
    }
    part("facts", line).textContent = factWords(recording);
    const address = videoAddress(recording);
    part("play", line).setAttribute("aria-label", `Play ${from}`);
    part("play", line).addEventListener("click", () => this.#play(recording, address));
    part("download", line).href = address;
    part("download", line).setAttribute("aria-label", `Download ${from}`);
    part("keep", line).hidden = !this.#operates;
    part("keep", line).addEventListener("click", () => this.#keep(line, recording.id));
    part("delete", line).setAttribute("aria-label", `Delete ${from}`);
    part("delete", line).addEventListener("click", () => this.#delete(line, recording));
    this.#show(line, recording);
    return line;
  }

  get #operates() { return "operates" in this.#row.dataset; }

  #show(line, recording) {
    part("delete", line).hidden = !this.#operates || !mayBeDeleted(recording);
    const words = isKept(recording) ? "Keep no longer" : "Keep";
    line.dataset.state = isKept(recording) ? recording.star?.state ?? "confirmed" : "";
    part("keep", line).textContent = words;
    part("keep", line).setAttribute("aria-label", `${words}: ${time(new Date(recording.start))}`);
    this.#tell(line, keepingWords(recording));
    if (recording.star?.state === "waiting") this.#lookIn(WAITING, line, recording.id);
  }

  #lookIn(time, line, id) {
    clearTimeout(this.#timers.get(id));
    this.#timers.set(id, setTimeout(() => this.#look(line, id), time));
  }

  #tell(line, words) {
    if (part("kept", line).textContent !== words) part("kept", line).textContent = words;
  }

  async #keep(line, id) {
    const button = part("keep", line);
    const method = line.dataset.state === "" ? "PUT" : "DELETE";
    const hadFocus = document.activeElement === button;
    button.disabled = true;
    try {
      this.#show(line, await ask(`/api/v1/recordings/${id}/star`, { method }));
      this.#changed();
    } catch (error) {
      this.#tell(line, error.message);
    }
    button.disabled = false;
    // What is disabled loses the focus.
    if (hadFocus && document.activeElement === document.body) button.focus({ preventScroll: true });
  }

  async #delete(line, recording) {
    const span = `${moment.format(new Date(recording.start))}, ${duration(recording.duration)}`;
    const words = `What ${part("name", this.#row).textContent} recorded then is gone for good. This cannot be undone.`;
    if (!(await asksToDelete(`Delete ${span}?`, words))) return;
    try {
      await ask(`/api/v1/recordings/${recording.id}`, { method: "DELETE" });
    } catch (error) {
      this.#tell(line, error.message);
      return;
    }
    const next = line.nextElementSibling ?? line.previousElementSibling;
    line.remove();
    this.#say(`${span} deleted.`);
    part("delete-day", this.#row).hidden = next === null;
    // The button goes with its line.
    if (next === null) part("one-by-one", this.#row).querySelector("summary").focus({ preventScroll: true });
    else part("play", next).focus({ preventScroll: true });
    this.#changed();
  }

  async #deleteDay() {
    const { camera } = this.#row.dataset;
    const span = this.#span;
    const words = `All that ${part("name", this.#row).textContent} recorded on this day is gone for good, but for what is kept and what is being recorded. This cannot be undone.`;
    if (!(await asksToDelete(`Delete ${part("day-title").textContent}?`, words))) return;
    let outcome;
    try {
      outcome = outcomeWords(await ask(`/api/v1/cameras/${camera}/recordings?${new URLSearchParams(span)}`, { method: "DELETE" }));
    } catch (error) {
      this.#say(error.message);
      return;
    }
    // Somebody may have gone on to another day meanwhile.
    if (span === this.#span) {
      this.#begin();
      this.#outcome = outcome;
      part("one-by-one", this.#row).querySelector("summary").focus({ preventScroll: true });
    }
    this.#changed();
  }

  /** Whether the node has answered, for as long as somebody could see it. */
  async #look(line, id) {
    this.#timers.delete(id);
    if (!line.isConnected) return;
    try {
      const recording = await ask(`/api/v1/recordings/${id}`);
      this.#show(line, recording);
      if (recording.star?.state !== "waiting") this.#changed();
    } catch (error) {
      this.#tell(line, error.message);
      this.#lookIn(FAILED, line, id);
    }
  }
}
