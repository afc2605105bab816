// The pages of people and pets: who is known, who has no name yet, and giving one.

import { duration } from "./format.js";
import { json, showHours, showItems, times, when } from "./journal.js";
import { Labelling } from "./labelling.js";
import { ask, part, say, showConnection, signedOut } from "./page.js";
import { EventFeed } from "./stream.js";
import { Uploads, takeDrops } from "./uploads.js";

/** Pictures of one card. */
const PICTURES = 5;
/** Milliseconds for which changes are gathered before the page asks again. */
const PAUSE = 1_000;

/** Milliseconds after which the page asks again in any case: not everything that changes is an event. */
const EVERY = 30_000;
/** What stands there while nobody is recognised. */
const WORDS = part("recognition-words")?.textContent;

const kind = part("page").dataset.kind;
let known = [];

/** Each opens large, and says whose it is to those who do not see it. */
function pictures(card, events, whose) {
  part("faces", card).replaceChildren(...events.slice(0, PICTURES).map((event, index, shown) => {
    const link = document.createElement("a");
    const image = document.createElement("img");
    image.src = `/api/v1/events/${event}/portrait.jpg`;
    image.alt = shown.length === 1 ? `Picture of ${whose}` : `Picture ${index + 1} of ${shown.length} of ${whose}`;
    image.loading = "lazy";
    // Its event may have gone meanwhile.
    image.addEventListener("error", () => link.remove());
    link.href = image.src;
    link.append(image);
    return link;
  }));
}

function card(record) {
  const made = part("individual").content.firstElementChild.cloneNode(true);
  made.dataset.id = record.id;
  part("name", made).textContent = record.name;
  part("name", made).href = `/individuals/${record.id}`;
  part("facts", made).textContent = record.last_seen === null
    ? "not seen yet" : `seen ${times(record.sightings)}, last ${when(new Date(record.last_seen))}`;
  pictures(made, record.portrait === null ? [] : [record.portrait], record.name);
  if (record.sightings > 0) showActivity(made, record);
  return made;
}

/** Why pictures are not looked at, where they are not. */
async function showReading(number) {
  const state = await ask("/api/v1/pictures");
  if (number !== asked) return;
  const waiting = state.waiting === 1 ? "One picture waits" : `${state.waiting} pictures wait`;
  const old = state.old === 1 ? "One picture that an earlier model has read waits to be read again." : `${state.old} pictures that an earlier model has read wait to be read again.`;
  const lines = [];
  if (state.waiting > 0) lines.push(state.trouble === null ? `${waiting} to be looked at.` : `${waiting}: this hub cannot look at them, as ${state.trouble}.`);
  if (state.old > 0) lines.push(state.trouble === null || state.waiting > 0 ? old : `${old} This hub cannot, as ${state.trouble}.`);
  part("reading").hidden = lines.length === 0;
  part("reading").textContent = lines.join(" ");
}

const PICTURES_GONE = {
  deleted: "with the pictures of their events", hidden: "with people hidden in the pictures of their events", kept: "without the pictures of their events",
};
const REASONS = { request: "on request", retention: "as their time was over", restore: "again, after an older copy of the store" };

function erasureLine(erasure) {
  const line = document.createElement("li");
  line.className = "visit";
  const nodes = erasure.nodes.map((node) => `${node.node}: ${node.state}`).join(", ");
  const left = erasure.to_hide === 0 ? "" : ` (${erasure.to_hide} still to be done; nobody is shown them)`;
  line.textContent = `${when(new Date(erasure.erased_at))}, ${REASONS[erasure.reason] ?? erasure.reason}, ${PICTURES_GONE[erasure.pictures]}${left}. Nodes: ${nodes === "" ? "none had anything" : nodes}. Recordings go with their own retention; backups keep what they hold until you delete them.`;
  return line;
}

async function showErasures(number) {
  const erasures = await ask("/api/v1/erasures");
  if (number !== asked) return;
  part("erasures").replaceChildren(...erasures.items.slice(0, 20).map(erasureLine));
  part("erasures-section").hidden = erasures.items.length === 0;
}

const counted = (count, one, many) => (count === 1 ? `1 ${one}` : `${count} ${many}`);
/** Pictures of strangers that the hub puts together at most. */
const STRANGERS = 400;

/** What is kept of whom, and how long. */
function showKept(strangers, choice) {
  const pictures = known.reduce((sum, one) => sum + one.pictures, 0);
  const unknown = strangers.reduce((sum, group) => sum + group.events.length, 0);
  const count = unknown < STRANGERS ? counted(unknown, "picture", "pictures") : `At least ${STRANGERS} pictures`;
  const named = `${kind === "person" ? counted(known.length, "person has", "people have") : counted(known.length, "pet has", "pets have")} a name, known by ${counted(pictures, "picture", "pictures")}.`;
  const lines = kind === "person" ? [
    `${named} They are kept until you remove them, or up to the day that their page says.`,
    `${count} of faces without a name. Each is forgotten after ${counted(choice.strangers_days, "day", "days")} (retention.strangers_days in the hub’s settings), all of them when recognition is turned off.`,
  ] : [`${named} They are kept until you remove them.`, `${count} of animals without a name. They go with their events.`];
  lines.push("All pictures lie sealed on the hub and leave it only for who is signed in and may see them. No name stands in a recording, and nobody is hidden in one.");
  part("kept").replaceChildren(...lines.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}

/** Of each, what was asked for last: it changes with their last sighting only. */
const activities = new Map();

function activityOf(record) {
  const present = activities.get(record.id);
  if (present?.seen === record.last_seen && present.sightings === record.sightings) return present.answer;
  const from = new Date(Date.now() - 30 * 86_400_000).toISOString();
  const answer = ask(`/api/v1/individuals/${record.id}/activity?${new URLSearchParams({ from })}`);
  answer.catch(() => activities.delete(record.id));
  activities.set(record.id, { seen: record.last_seen, sightings: record.sightings, answer });
  return answer;
}

/** When of the day, and where last: of the last 30 days. */
async function showActivity(made, record) {
  try {
    const activity = await activityOf(record);
    if (activity.last === null) return;
    part("days", made).hidden = false;
    showHours(part("hours", made), activity.hours);
    part("where", made).hidden = false;
    const place = activity.last.place === null ? "" : ` (${activity.last.place})`;
    part("where", made).textContent = `Last by ${activity.last.camera}${place}, ${when(new Date(activity.last.seen))}`;
  } catch (error) {
    say(error.message);
  }
}

async function change(action) {
  try {
    await action();
    say("");
  } catch (error) {
    say(error.message);
  }
  const pressed = document.activeElement;
  pressed?.blur();
  await refresh();
  // The browser goes on from there at the next Tab; where what was pressed is gone, the list is the next best.
  if (pressed?.isConnected === false && document.activeElement === document.body) part("individuals").focus({ preventScroll: true });
}

function showRecognition(choice) {
  const form = part("recognition");
  if (form === null) return;
  form.hidden = false;
  form.dataset.on = choice.on;
  part("recognition-title").textContent = choice.on ? "People are recognised by their faces" : "People are not recognised here";
  part("recognition-words").textContent = !choice.on ? WORDS : `On the ground “${choice.ground}”, says ${choice.changed_by}. When it is turned off, faces without a name are forgotten at once.`;
  if (part("ground") === null) return;
  part("ground").hidden = choice.on;
  part("ground").querySelector("input").required = !choice.on;
  part("recognition-button").textContent = choice.on ? "Turn off" : "Turn on";
}

function visitCard(visit) {
  const made = part("visit").content.firstElementChild.cloneNode(true);
  const unknown = visit.people > 1 ? `${visit.people} unknown people` : "Somebody unknown";
  part("name", made).textContent = visit.name ?? unknown;
  const length = (new Date(visit.last_seen) - new Date(visit.from)) / 1000;
  const lasts = visit.to === null ? "still there" : `for ${duration(length)}`;
  part("facts", made).textContent = `${when(new Date(visit.from))}, ${lasts}, by ${visit.cameras.join(", ")}`;
  pictures(made, visit.portrait === null ? [] : [visit.portrait], visit.name ?? unknown.toLowerCase());
  part("footage", made).href = `/cameras/${visit.cameras[0]}?at=${visit.from}`;
  return made;
}

const CONDITIONS = {
  outside: (rule) => `is outside between ${rule.from} and ${rule.to}`,
  unseen: (rule) => `has not been seen for ${rule.hours} h`,
};

function ruleLine(rule) {
  const made = part("told").content.firstElementChild.cloneNode(true);
  const name = known.find((one) => one.id === rule.individual)?.name ?? "A pet";
  part("words", made).textContent = `When ${name} ${CONDITIONS[rule.condition](rule)}`;
  part("forget", made).setAttribute("aria-label", `Remove: ${part("words", made).textContent}`);
  part("waits", made).textContent = rule.waits === null ? "" : `Cannot tell now: ${rule.waits}`;
  part("forget", made).addEventListener("click", () => change(() => ask(`/api/v1/rules/${rule.id}`, { method: "DELETE" })));
  return made;
}

/** A label with a choice, which is told the hub when it is made. */
function choice(words, options, chosen, address, name) {
  const label = document.createElement("label");
  const select = document.createElement("select");
  select.append(...options.map(([value, text]) => new Option(text, value, false, value === chosen)));
  select.addEventListener("change", () => change(() => ask(address, json("PUT", { [name]: select.value === "" ? null : select.value }))));
  label.append(words, select);
  return label;
}

const PLACES = [["", "nobody has said"], ["indoor", "indoors"], ["outdoor", "outdoors"], ["entrance", "an entrance"]];

async function showRules(number) {
  const section = part("rules-section");
  // Somebody may be making one.
  if (section === null || section.contains(document.activeElement)) return;
  section.hidden = known.length === 0;
  if (section.hidden) return;
  const [rules, places, sites] = await Promise.all([ask("/api/v1/rules"), ask("/api/v1/places"), ask("/api/v1/sites")]);
  if (number !== asked) return;
  part("rules").replaceChildren(...rules.items.map(ruleLine));
  const pets = part("rule").elements.individual;
  const chosen = pets.value;
  pets.replaceChildren(...known.map((one) => new Option(one.name, one.id, false, one.id === chosen)));
  part("places").replaceChildren(...places.items.map((one) => choice(one.camera, PLACES, one.place ?? "", `/api/v1/cameras/${one.camera}/place`, "place")));
  const zones = Intl.supportedValuesOf("timeZone");
  part("sites").replaceChildren(...sites.items.map((one) => {
    const names = zones.includes(one.time_zone) ? zones : [one.time_zone, ...zones];
    const options = [["", one.is_standard ? `the hub’s own (${one.time_zone})` : "the hub’s own"], ...names.map((zone) => [zone, zone])];
    return choice(one.site, options, one.is_standard ? "" : one.time_zone, `/api/v1/sites/${one.site}`, "time_zone");
  }));
}

async function showVisits(number) {
  if (part("visits-section") === null) return;
  const visits = await ask("/api/v1/visits");
  if (number !== asked) return;
  part("visits").replaceChildren(...visits.items.slice(0, 50).map(visitCard));
  part("visits-section").hidden = visits.items.length === 0;
}

/** Counts what is asked for: an answer that another one has overtaken is not shown. */
let asked = 0;

async function refresh() {
  const number = ++asked;
  try {
    const choice = kind === "person" ? await ask("/api/v1/recognition") : null;
    if (number !== asked) return;
    if (choice !== null) showRecognition(choice);
    const [individuals, strangers] = await Promise.all([ask(`/api/v1/individuals?kind=${kind}`), ask(`/api/v1/strangers?kind=${kind}`)]);
    if (number !== asked) return;
    known = individuals.items;
    const list = part("individuals");
    const isWithin = list !== document.activeElement && list.contains(document.activeElement);
    if (!isWithin) showItems(list, known, card);
    part("empty").hidden = known.length > 0;
    part("names").replaceChildren(...known.map((one) => new Option(one.name)));
    labelling.show(strangers.items);
    showKept(strangers.items, choice);
    await Promise.all([showRules(number), showVisits(number), showErasures(number), showReading(number)]);
  } catch (error) {
    if (number === asked) say(error.message);
  }
}

part("recognition")?.addEventListener("submit", (submission) => {
  submission.preventDefault();
  const isOn = submission.target.dataset.on === "true";
  change(() => ask("/api/v1/recognition", json("PUT", isOn ? { on: false } : { on: true, ground: new FormData(submission.target).get("ground") })));
});

part("adding")?.addEventListener("submit", (submission) => {
  submission.preventDefault();
  const form = submission.target;
  const name = new FormData(form).get("name").trim();
  const files = [...form.elements.pictures.files];
  const button = form.querySelector("button");
  if (name === "" || button.disabled) return;
  button.disabled = true;
  change(async () => {
    const { id } = known.find((one) => one.name === name) ?? await ask("/api/v1/individuals", json("POST", { kind, name }));
    const link = document.createElement("a");
    link.href = `/individuals/${id}`;
    link.textContent = `The page of ${name}`;
    part("added").replaceChildren(link, " shows what comes of the pictures.");
    part("added").hidden = false;
    form.reset();
    // What is refused says so in its own line.
    uploads.send(id, files);
  }).finally(() => { button.disabled = false; });
});

if (part("adding") !== null) takeDrops(part("adding"), (files) => { part("adding").elements.pictures.files = files; });

part("rule")?.addEventListener("change", ({ target }) => {
  if (target.name !== "condition") return;
  for (const label of part("rule").querySelectorAll('[data-part="outside"], [data-part="unseen"]')) {
    label.hidden = label.dataset.part !== target.value;
    label.querySelector("input").required = !label.hidden;
  }
});

part("rule")?.addEventListener("submit", (submission) => {
  submission.preventDefault();
  const form = new FormData(submission.target);
  const rule = { individual: form.get("individual"), condition: form.get("condition") };
  if (rule.condition === "outside") Object.assign(rule, { from: form.get("from"), to: form.get("to") });
  else rule.hours = Number(form.get("hours"));
  change(() => ask("/api/v1/rules", json("POST", rule)));
});

const labelling = new Labelling(kind, () => known, refresh);
const uploads = part("uploads") === null ? null : new Uploads(part("uploads"), soon);

let timer = 0;

/** Events with somebody in them come one by one, and often several at once. */
function soon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE);
}

const filter = new URLSearchParams({ type: kind === "person" ? "person,face" : "pet,wildlife" });
new EventFeed("", filter, { event: soon, reset: soon, signedOut, state: showConnection }).open();
refresh();
setInterval(refresh, EVERY);
