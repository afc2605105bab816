// The pages of people and pets: who is known, who has no name yet, and giving one.

import { dayKey, duration } from "./format.js";
import { showHours, times, when } from "./journal.js";
import { ask, part, say, showConnection, signedOut } from "./page.js";
import { EventFeed } from "./stream.js";

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

const json = (method, body) => ({ method, headers: { accept: "application/json", "content-type": "application/json" }, body: JSON.stringify(body) });

/**
 * Shows `items` in `list`. What shows an item that has not changed stays as it is: its pictures do not flicker, and what somebody is about to
 * press does not go away.
 */
function showItems(list, items, make) {
  const present = new Map([...list.children].map((element) => [element.dataset.shows, element]));
  const elements = items.map((item) => {
    const shows = JSON.stringify(item);
    const element = present.get(shows) ?? make(item);
    element.dataset.shows = shows;
    return element;
  });
  if (elements.length !== list.children.length || elements.some((element, index) => element !== list.children[index])) list.replaceChildren(...elements);
}

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
  part("facts", made).textContent = record.last_seen === null
    ? "not seen yet" : `seen ${times(record.sightings)}, last ${when(new Date(record.last_seen))}`;
  pictures(made, record.portrait === null ? [] : [record.portrait], record.name);
  if (record.sightings > 0) showActivity(made, record);
  part("rename", made).setAttribute("aria-label", `Rename ${record.name}`);
  part("erase", made).setAttribute("aria-label", `Remove ${record.name}`);
  part("rename", made).addEventListener("click", () => {
    const name = prompt("Name", record.name)?.trim();
    if (name) change(() => ask(`/api/v1/individuals/${record.id}`, json("PATCH", { name })));
  });
  if (part("consent", made) !== null) showConsent(made, record);
  showPictures(made, record);
  showMerges(made, record);
  part("erase", made).addEventListener("click", () => askToErase(record));
  return made;
}

/** What they have consented to, and until when they may be known. */
function showConsent(made, record) {
  const until = record.keep_until === null ? "" : ` until ${new Date(record.keep_until).toLocaleDateString()}`;
  part("consented", made).textContent = record.consent === null ? `No consent noted${until}` : `Consent: ${record.consent}${until}`;
  const form = part("consent", made);
  form.elements.consent.value = record.consent ?? "";
  // The day is the reader's, and its end is meant.
  const day = record.keep_until === null ? "" : dayKey(new Date(record.keep_until));
  form.elements.until.value = day;
  form.elements.until.min = dayKey(new Date());
  part("export", made).href = `/api/v1/individuals/${record.id}/export`;
  form.addEventListener("submit", (submission) => {
    submission.preventDefault();
    const said = new FormData(form);
    form.closest("details").open = false;
    const consent = said.get("consent").trim();
    const until = said.get("until");
    change(() => ask(`/api/v1/individuals/${record.id}`, json("PATCH", {
      consent: consent === "" ? null : consent,
      keep_until: until === "" ? null : until === day ? record.keep_until : new Date(`${until}T23:59:59`).toISOString(),
    })));
  });
}

const LARGEST = 20_000_000;

/** Sends pictures one after the other, and says which were not taken. */
async function give(id, files) {
  const refused = [];
  for (const [index, file] of [...files].entries()) {
    if (files.length > 1) say(`Sending picture ${index + 1} of ${files.length} …`);
    try {
      if (file.size > LARGEST) throw new Error("it has more than 20 MB");
      await ask(`/api/v1/individuals/${id}/pictures`, { method: "POST", headers: { "content-type": file.type || "application/octet-stream" }, body: file });
    } catch (error) {
      refused.push(`${file.name}: ${error.message}`);
    }
  }
  if (refused.length > 0) throw new Error(refused.join("; "));
}

const STATES = {
  waiting: () => "Waits to be looked at",
  several: (picture) => picture.found.length === 2 ? "It shows two: which one is it?" : `It shows ${picture.found.length}: which one is it?`,
  useless: (picture) => `Cannot be used: ${picture.trouble}`,
  known: () => "",
};

function pictureLine(record, picture, show) {
  const made = part("given-picture").content.firstElementChild.cloneNode(true);
  const address = `/api/v1/individuals/${record.id}/pictures/${picture.id}`;
  made.dataset.state = picture.state;
  part("image", made).src = `${address}/image.jpg`;
  part("image", made).alt = `Picture of ${record.name}`;
  part("words", made).textContent = STATES[picture.state](picture);
  picture.found.forEach(([x, y, width, height], index) => {
    const choice = document.createElement("button");
    choice.type = "button";
    choice.className = "choice";
    choice.setAttribute("aria-label", `This one, number ${index + 1}`);
    Object.assign(choice.style, { left: `${x * 100}%`, top: `${y * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` });
    choice.addEventListener("click", () => change(() => ask(address, json("PUT", { choice: index }))).then(hurry).then(show));
    part("image", made).after(choice);
  });
  part("forget", made).hidden = picture.source !== "upload";
  part("forget", made).addEventListener("click", () => change(() => ask(address, { method: "DELETE" })).then(show));
  return made;
}

function hurry() {
  hurries = HURRIES;
}

/** Of those whose pictures are open: pictures are many. */
const opened = new Set();
/** Asks for the pictures of those, by individual. */
const showOpened = new Map();
/** How often the page still asks again quickly, for what was just given. */
let hurries = 0;
const HURRIES = 10;

function showPictures(made, record) {
  const details = part("given", made).closest("details");
  part("pictures-title", made).textContent = `Pictures (${record.pictures})`;
  const show = async () => {
    try {
      const pictures = await ask(`/api/v1/individuals/${record.id}/pictures`);
      showItems(part("given", made), pictures.items, (picture) => pictureLine(record, picture, show));
      // What was just given is looked at within a second or two.
      if (hurries > 0 && pictures.items.some((picture) => picture.state === "waiting")) {
        hurries -= 1;
        setTimeout(() => made.isConnected ? show() : soon(), PAUSE);
      }
    } catch (error) {
      say(error.message);
    }
  };
  details.open = opened.has(record.id);
  showOpened.set(record.id, show);
  details.addEventListener("toggle", () => {
    if (details.open === opened.has(record.id)) return;
    if (details.open) { opened.add(record.id); show(); } else opened.delete(record.id);
  });
  part("more", made).addEventListener("change", ({ target }) => {
    opened.add(record.id);
    hurry();
    change(() => give(record.id, target.files)).then(() => { target.value = ""; }).then(show);
  });
}

/** Why pictures are not looked at, where they are not. */
async function showReading() {
  const state = await ask("/api/v1/pictures");
  const waiting = state.waiting === 1 ? "One picture waits" : `${state.waiting} pictures wait`;
  const old = state.old === 1 ? "One picture that an earlier model has read waits to be read again." : `${state.old} pictures that an earlier model has read wait to be read again.`;
  const lines = [];
  if (state.waiting > 0) lines.push(state.trouble === null ? `${waiting} to be looked at.` : `${waiting}: this hub cannot look at them, as ${state.trouble}.`);
  if (state.old > 0) lines.push(state.trouble === null || state.waiting > 0 ? old : `${old} This hub cannot, as ${state.trouble}.`);
  part("reading").hidden = lines.length === 0;
  part("reading").textContent = lines.join(" ");
}

function mergeLine(details, record, merge) {
  const made = part("merged").content.firstElementChild.cloneNode(true);
  const pictures = merge.pictures === 1 ? "1 picture" : `${merge.pictures} pictures`;
  const time = when(new Date(merge.merged_at));
  part("words", made).textContent = merge.name === null ? `${pictures} that got this name at once, ${time}` : `${merge.name}, ${pictures}, merged ${time}`;
  part("split", made).addEventListener("click", () => {
    details.open = false;
    change(() => ask(`/api/v1/individuals/${record.id}/merges/${merge.id}`, { method: "DELETE" }));
  });
  return made;
}

/** With whom else they can be one, and who is part of them. */
function showMerges(made, record) {
  const details = part("merging", made);
  const form = part("merge", made);
  details.addEventListener("toggle", async () => {
    if (!details.open) return;
    const others = known.filter((one) => one.id !== record.id);
    form.hidden = others.length === 0;
    form.elements.individual.replaceChildren(...others.map((one) => new Option(one.name, one.id)));
    try {
      const merges = await ask(`/api/v1/individuals/${record.id}/merges`);
      part("merges", made).replaceChildren(...merges.items.map((merge) => mergeLine(details, record, merge)));
    } catch (error) {
      say(error.message);
    }
  });
  form.addEventListener("submit", (submission) => {
    submission.preventDefault();
    const individual = form.elements.individual.value;
    details.open = false;
    change(() => ask(`/api/v1/individuals/${record.id}/merge`, json("POST", { individual })));
  });
}

function askToErase(record) {
  const dialog = part("erasing");
  part("erasing-title").textContent = `Remove ${record.name}?`;
  dialog.returnValue = "no";
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    const pictures = part("erasing-form").elements.pictures?.value ?? "keep";
    change(() => ask(`/api/v1/individuals/${record.id}?pictures=${pictures}`, { method: "DELETE" }));
  }, { once: true });
  dialog.showModal();
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

async function showErasures() {
  if (part("erasures-section") === null) return;
  const erasures = await ask("/api/v1/erasures");
  part("erasures").replaceChildren(...erasures.items.slice(0, 20).map(erasureLine));
  part("erasures-section").hidden = erasures.items.length === 0;
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

function strangerCard(group) {
  const made = part("stranger").content.firstElementChild.cloneNode(true);
  made.dataset.key = group.events[0];
  part("facts", made).textContent =
    `seen ${times(group.events.length)}, last ${when(new Date(group.last_seen))}, by ${group.cameras.join(", ")}`;
  pictures(made, group.events, `${kind === "person" ? "somebody" : "an animal"} without a name, last seen ${when(new Date(group.last_seen))}`);
  part("naming", made).addEventListener("submit", (submission) => {
    submission.preventDefault();
    const name = new FormData(submission.target).get("name").trim();
    if (name === "") return;
    const events = group.events.slice(0, 100);
    const same = known.find((one) => one.name === name);
    change(async () => {
      if (same === undefined) await ask("/api/v1/individuals", json("POST", { kind, name, events }));
      else await ask(`/api/v1/individuals/${same.id}`, json("PATCH", { events }));
    });
  });
  return made;
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

async function showRules() {
  const section = part("rules-section");
  // Somebody may be making one.
  if (section === null || section.contains(document.activeElement)) return;
  section.hidden = known.length === 0;
  if (section.hidden) return;
  const [rules, places, sites] = await Promise.all([ask("/api/v1/rules"), ask("/api/v1/places"), ask("/api/v1/sites")]);
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

async function showVisits() {
  if (part("visits-section") === null) return;
  const visits = await ask("/api/v1/visits");
  part("visits").replaceChildren(...visits.items.slice(0, 50).map(visitCard));
  part("visits-section").hidden = visits.items.length === 0;
}

async function refresh() {
  try {
    if (kind === "person") showRecognition(await ask("/api/v1/recognition"));
    const [individuals, strangers] = await Promise.all([ask(`/api/v1/individuals?kind=${kind}`), ask(`/api/v1/strangers?kind=${kind}`)]);
    known = individuals.items;
    // Somebody may be writing what was consented to.
    const list = part("individuals");
    const isWriting = [...list.querySelectorAll("details[open]")].some((one) => part("given", one) === null);
    const isWithin = list !== document.activeElement && list.contains(document.activeElement);
    if (!isWithin && !isWriting) showItems(list, known, card);
    for (const { id } of known) if (opened.has(id)) showOpened.get(id)?.();
    part("empty").hidden = known.length > 0;
    part("names").replaceChildren(...known.map((one) => new Option(one.name)));
    // Somebody may be writing a name.
    if (!part("strangers").contains(document.activeElement)) showItems(part("strangers"), strangers.items, strangerCard);
    part("strangers-section").hidden = strangers.items.length === 0;
    await Promise.all([showRules(), showVisits(), showErasures(), showReading()]);
  } catch (error) {
    say(error.message);
  }
}

part("recognition")?.addEventListener("submit", (submission) => {
  submission.preventDefault();
  const isOn = submission.target.dataset.on === "true";
  change(() => ask("/api/v1/recognition", json("PUT", isOn ? { on: false } : { on: true, ground: new FormData(submission.target).get("ground") })));
});

part("adding").addEventListener("submit", (submission) => {
  submission.preventDefault();
  const form = submission.target;
  const name = new FormData(form).get("name").trim();
  const { files } = form.elements.pictures;
  const button = form.querySelector("button");
  if (name === "" || button.disabled) return;
  button.disabled = true;
  hurry();
  change(async () => {
    const same = known.find((one) => one.name === name);
    const { id } = same ?? await ask("/api/v1/individuals", json("POST", { kind, name }));
    opened.add(id);
    form.closest("details").open = false;
    // Which were refused is said, and those that were not are not sent again.
    try { await give(id, files); } finally { form.reset(); }
  }).finally(() => { button.disabled = false; });
});

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
