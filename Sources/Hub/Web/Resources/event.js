// One event: its picture with what is framed in it, its recording, who it shows, and what people wrote of it. It follows the event stream.

import { watch } from "./clocks.js";
import { fullTime } from "./format.js";
import { ask, part, say, showConnection, signedOut } from "./page.js";
import { PictureBoxes } from "./picture-boxes.js";
import { RecordedVideo, recordingAround } from "./recorded-video.js";
import { rowPart } from "./row-parts.js";
import { bring, showTime } from "./rows.js";
import { EventFeed } from "./stream.js";

const article = part("event");
const address = `/api/v1/events/${article.dataset.id}`;
const json = (method, body) => ({
  method, headers: { accept: "application/json", "content-type": "application/json" }, body: JSON.stringify(body),
});
const boxes = new PictureBoxes(part("tile"), part("mark"), `${address}/snapshot/boxes`);
/** The event as it was last asked for. */
let shown = null;
/** What this script said last: what the hub says with the page stays until there is something else to say. */
let said = "";

function tellProblem(text) {
  if (text !== said) say(text);
  said = text;
}

// MARK: What the event says

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
  boxes.follow(Number(article.dataset.snapshot));
  part("revision").textContent = event.rev;
  showWho(event);
}

async function refresh() {
  try {
    show(await ask(address));
    tellProblem("");
  } catch (error) {
    tellProblem(error.message);
  }
}

// A picture that is gone leaves the icon.
article.addEventListener("error", (event) => {
  if (event.target.localName !== "img") return;
  rowPart(article, "picture")?.remove();
  // The next revision, or the next look at it, tries once more.
  article.dataset.snapshot = "";
  boxes.follow(0);
}, true);

part("acknowledge")?.addEventListener("click", async () => {
  try {
    show(await ask(`${address}/acknowledge`, { method: "POST" }));
    tellProblem("");
    article.focus({ preventScroll: true });
  } catch (error) {
    tellProblem(error.message);
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
    tellProblem(error.message);
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
    tellProblem(error.message);
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

// MARK: Whether it should have been one

/** Of the picture: what must move more than that to count would let people pass. */
const LARGEST_AREA = 0.2;
const verdicts = { false_alarm: "A false alarm", misread: "Not what it says it is" };
const round = (value) => Math.round(value * 10_000) / 10_000;

/** Changes of the camera's settings under which there would have been no such event, as words and what the page of the camera is told. */
function advice(event) {
  const { payload } = event;
  const out = [];
  const label = payload?.objects?.[0]?.label;
  const score = payload?.objects?.[0]?.score;
  // These two are no words of a detector, which alone can have limits.
  if (typeof label === "string" && label !== "face" && label !== "animal" && typeof score === "number" && score < 0.97) {
    // As sure as this one was is not enough any more.
    const least = Math.floor(Math.round(score * 1e4) / 100 + 1) / 100;
    out.push([`Be at least ${Math.round(least * 100)} % sure of a ${label}; of this one it was ${Math.round(score * 100)} %`, { limit: `${label}:${least}` }]);
  }
  const area = payload?.why?.area;
  // Light that changes moves all of the picture: leaving that out would leave everything out.
  if (event.type === "motion" && typeof area === "number" && area > 0 && area <= LARGEST_AREA) {
    const least = round(area * 1.1);
    out.push([`Leave out what moves in less than ${round(least * 100)} % of the picture; here it was ${round(area * 100)} %`, { minimum_area: least }]);
  }
  if (Array.isArray(payload?.box) && payload.box.length === 4) {
    const [x, y, width, height] = payload.box;
    const corners = [[x, y], [x + width, y], [x + width, y + height], [x, y + height]].map((corner) => corner.map((at) => round(Math.min(1, Math.max(0, at)))));
    out.push(["Mask this place: nothing there counts any more", { mask: corners.flat().join(",") }]);
  }
  return out;
}

async function showVerdict() {
  if (part("verdict") === null) return;
  try {
    const { verdict, said_by: account, said_at: time } = await ask(`${address}/verdict`);
    part("verdict-state").textContent = verdict === null ? "" : `${verdicts[verdict]}, says ${account}, ${fullTime(new Date(time))}.`;
    part("verdict-state").hidden = verdict === null;
    for (const button of part("verdict-choice").querySelectorAll("button")) {
      button.hidden = verdict === null ? button.dataset.verdict === "" : button.dataset.verdict === verdict;
    }
    const offered = verdict === null || shown === null ? [] : advice(shown);
    part("advice").hidden = offered.length === 0;
    part("advice-list").replaceChildren(...offered.map(([text, change]) => {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.textContent = text;
      link.href = `/cameras/${encodeURIComponent(shown.source_id)}?${new URLSearchParams(change)}#settings`;
      line.append(link);
      return line;
    }));
  } catch (error) {
    tellProblem(error.message);
  }
}

part("verdict-choice")?.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-verdict]");
  if (button === null) return undefined;
  const { verdict } = button.dataset;
  if (verdict === "misread" && !confirm("What somebody here would be known by is forgotten, and does not come back. Go on?")) return undefined;
  try {
    await ask(`${address}/verdict`, json("PUT", { verdict: verdict === "" ? null : verdict }));
    await refresh();
  } catch (error) {
    return tellProblem(error.message);
  }
  await showVerdict();
  // The button goes with what it was for.
  part("verdict-choice").querySelector("button:not([hidden])").focus();
  return undefined;
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
      return tellProblem(error.message);
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
    tellProblem(error.message);
  }
}

part("write")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  try {
    await ask(`${address}/notes`, json("POST", { text: form.elements.text.value.trim() }));
    form.reset();
    tellProblem("");
  } catch (error) {
    return tellProblem(error.message);
  }
  return showNotes();
});

// MARK: Following

part("received").textContent = fullTime(new Date(part("received").dateTime));
showTime(article, new Date(article.dataset.ts));
refresh().then(showVerdict);
if (part("identity") !== null) offerNames();
if (part("write") !== null) showNotes();
watch(() => showTime(article, new Date(article.dataset.ts)));

// What began as motion may turn out to be a person: its type is no filter.
const isOfNode = article.dataset.type.startsWith("node_");
const filter = new URLSearchParams(isOfNode ? { type: article.dataset.type } : { camera: part("camera").textContent });
const { type } = article.dataset;
new EventFeed(article.dataset.cursor, filter, {
  event: (event) => {
    if (event.id !== article.dataset.id) return;
    // What is offered goes by what it shows.
    if (event.type !== type) return location.reload();
    show(event);
    return showVerdict();
  },
  reset: refresh,
  signedOut,
  state: showConnection,
}).open();
