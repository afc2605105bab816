// One event: its picture with where it was seen, its recording, who it shows, and what people wrote of it. It follows the event stream.

import { watch } from "./clocks.js";
import { fullTime } from "./format.js";
import { ask, part, say, showConnection, signedOut } from "./page.js";
import { RecordedVideo, recordingAround } from "./recorded-video.js";
import { bring, showTime } from "./rows.js";
import { EventFeed } from "./stream.js";

const SVG = "http://www.w3.org/2000/svg";
const article = part("event");
const address = `/api/v1/events/${article.dataset.id}`;
const json = (method, body) => ({
  method, headers: { accept: "application/json", "content-type": "application/json" }, body: JSON.stringify(body),
});
/** The event as it was last asked for. */
let shown = null;

// MARK: What the event says

/** The place where it was seen best, in parts of the picture, over it. */
function drawBox(payload) {
  const box = payload?.box;
  const link = part("picture");
  const isThere = link !== null && Array.isArray(box) && box.length === 4 && box.every((side) => typeof side === "number");
  part("mark").hidden = !isThere;
  part("tile").querySelector(".boxes")?.remove();
  if (!isThere) return;
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("class", "boxes");
  drawing.setAttribute("viewBox", "0 0 1 1");
  drawing.setAttribute("preserveAspectRatio", "none");
  drawing.setAttribute("aria-hidden", "true");
  for (const kind of ["ground", "line"]) {
    const rectangle = document.createElementNS(SVG, "rect");
    rectangle.setAttribute("class", kind);
    for (const [index, name] of ["x", "y", "width", "height"].entries()) rectangle.setAttribute(name, box[index]);
    drawing.append(rectangle);
  }
  part("tile").append(drawing);
}

const words = {
  known: (who) => who.name,
  probable: (who) => `Probably ${who.name}`,
  unknown: (who) => (who.kind === "pet" ? "An animal without a name" : "Somebody without a name"),
};

function showWho(event) {
  // Of an animal's kind the title says it.
  const seen = (event.identities ?? []).filter((who) => who.kind !== "species");
  part("who").replaceChildren(...seen.map((who) => {
    const line = document.createElement("li");
    const score = typeof who.score === "number" && who.state !== "known" ? ` (${who.score.toFixed(2)})` : "";
    line.textContent = (who.name === null || who.name === undefined ? words.unknown(who) : (words[who.state] ?? words.known)(who)) + score;
    return line;
  }));
  part("who-section").hidden = seen.length === 0;
  const species = (event.identities ?? []).find((who) => who.kind === "species");
  const field = part("species")?.elements.species;
  if (field !== undefined && document.activeElement !== field) field.value = species?.name ?? "";
  const choice = part("identity")?.elements.individual;
  if (choice !== undefined && document.activeElement !== choice) choice.value = seen.find((who) => who.name)?.id ?? "";
}

function show(event) {
  shown = event;
  bring(article, event);
  part("revision").textContent = event.rev;
  part("tile").toggleAttribute("data-empty", part("picture") === null);
  drawBox(event.payload);
  showWho(event);
}

async function refresh() {
  try {
    show(await ask(address));
    say("");
  } catch (error) {
    say(error.message);
  }
}

part("mark").addEventListener("click", () => {
  const isShown = part("mark").getAttribute("aria-pressed") !== "true";
  part("mark").setAttribute("aria-pressed", isShown);
  part("tile").toggleAttribute("data-unmarked", !isShown);
});

// A picture that is gone leaves the icon.
article.addEventListener("error", (event) => {
  if (event.target.localName !== "img") return;
  part("picture")?.remove();
  if (shown !== null) drawBox(shown.payload);
}, true);

part("acknowledge")?.addEventListener("click", async () => {
  try {
    show(await ask(`${address}/acknowledge`, { method: "POST" }));
    say("");
    article.focus({ preventScroll: true });
  } catch (error) {
    say(error.message);
  }
});

// MARK: The recording

function tell(text) {
  part("video-state").textContent = text;
  part("video-state").hidden = text === "";
}

const recording = () => recordingAround(part("camera").textContent, article.dataset.ts, article.dataset.end);

if (part("play") !== null) {
  const video = new RecordedVideo(part("video"), tell);
  const turn = (isVideo) => {
    part("tile").hidden = isVideo;
    part("play").hidden = isVideo;
    part("picture-again").hidden = !isVideo;
  };
  part("play").addEventListener("click", () => {
    turn(true);
    video.play(recording());
  });
  part("picture-again").addEventListener("click", () => {
    video.close();
    turn(false);
    part("play").focus();
  });
  // What it leads to is as long as the event by then.
  part("download").href = recording().address;
  part("download").addEventListener("click", () => { part("download").href = recording().address; });
}

// MARK: Who it is

async function offerNames() {
  const { kind } = part("identity").dataset;
  try {
    const { items } = await ask(`/api/v1/individuals?kind=${kind}`);
    part("identity").elements.individual.append(...items.map((individual) => new Option(individual.name, individual.id)));
    if (shown !== null) showWho(shown);
  } catch (error) {
    say(error.message);
  }
}

async function saveBy(form, path, body) {
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await ask(`${address}/${path}`, json("PUT", body));
    document.activeElement?.blur();
    await refresh();
  } catch (error) {
    say(error.message);
  }
  button.disabled = false;
  button.focus();
}

part("identity")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const { value } = event.target.elements.individual;
  saveBy(event.target, "identity", { individual: value === "" ? null : value });
});

part("species")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const species = event.target.elements.species.value.trim();
  saveBy(event.target, "species", { species: species === "" ? null : species });
});

// MARK: Notes

function noteLine(note) {
  const line = part("note").content.firstElementChild.cloneNode(true);
  part("text", line).textContent = note.text;
  part("author", line).textContent = note.created_by;
  part("written", line).textContent = fullTime(new Date(note.created_at));
  part("written", line).dateTime = note.created_at;
  const button = part("delete", line);
  button.hidden = note.created_by !== article.dataset.account && !("administers" in article.dataset);
  button.addEventListener("click", async () => {
    try {
      await ask(`${address}/notes/${note.id}`, { method: "DELETE" });
    } catch (error) {
      return say(error.message);
    }
    await showNotes();
    part("write").elements.text.focus();
    return undefined;
  });
  return line;
}

async function showNotes() {
  try {
    const { items } = await ask(`${address}/notes`);
    part("notes").replaceChildren(...items.map(noteLine));
    part("no-notes").hidden = items.length > 0;
  } catch (error) {
    say(error.message);
  }
}

part("write")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  try {
    await ask(`${address}/notes`, json("POST", { text: form.elements.text.value.trim() }));
    form.reset();
    say("");
  } catch (error) {
    return say(error.message);
  }
  return showNotes();
});

// MARK: Following

part("received").textContent = fullTime(new Date(part("received").dateTime));
showTime(article, new Date(article.dataset.ts));
refresh();
if (part("identity") !== null) offerNames();
if (part("write") !== null) showNotes();
watch(() => showTime(article, new Date(article.dataset.ts)));

const filter = new URLSearchParams({ type: article.dataset.type });
if (!article.dataset.type.startsWith("node_")) filter.set("camera", part("camera").textContent);
new EventFeed(article.dataset.cursor, filter, {
  event: (event) => { if (event.id === article.dataset.id) show(event); },
  reset: refresh,
  signedOut,
  state: showConnection,
}).open();
