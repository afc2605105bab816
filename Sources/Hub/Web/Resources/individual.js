// The page of somebody who has a name: when and where they were seen, what they are known by, and what can be done with it.

import { dayKey } from "./format.js";
import { dayBars, hourBars, json, showBars, showItems, times, when } from "./journal.js";
import { ask, part, say, showConnection, signedOut } from "./page.js";
import { EventFeed } from "./stream.js";
import { Uploads, takeDrops } from "./uploads.js";

/** Milliseconds for which changes are gathered before the page asks again. */
const PAUSE = 1_000;
/** Milliseconds after which the page asks again in any case: not everything that changes is an event. */
const EVERY = 30_000;
/** Sightings that are shown at once. */
const PAGE = 20;
/** How often the page asks again quickly for what was just given: it is looked at within a second or two. */
const HURRIES = 10;

const { id, kind } = part("page").dataset;
const address = `/api/v1/individuals/${id}`;
let record = null;
let hurries = 0;
/** Sightings that are wanted: more once somebody asks for earlier ones. */
let wanted = PAGE;

const counted = (count, one, many) => (count === 1 ? `1 ${one}` : `${count} ${many}`);

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
  // The browser goes on from there at the next Tab; where what was pressed is gone, the page is the next best.
  if (pressed?.isConnected === false && document.activeElement === document.body) part("profile").focus({ preventScroll: true });
}

// Who it is

function showRecord() {
  part("name").textContent = record.name;
  document.title = `${record.name} · Vigilar`;
  part("facts").textContent = record.last_seen === null
    ? "Not seen yet" : `Seen ${times(record.sightings)}, first ${when(new Date(record.first_seen))}, last ${when(new Date(record.last_seen))}`;
  showItems(part("faces"), record.portrait === null ? [] : [record.portrait], (event) => {
    const link = document.createElement("a");
    const image = document.createElement("img");
    image.src = link.href = `/api/v1/events/${event}/portrait.jpg`;
    image.alt = `Picture of ${record.name}`;
    // Its event may have gone meanwhile.
    image.addEventListener("error", () => link.remove());
    link.append(image);
    return link;
  });
  if (part("consented") !== null) {
    const until = record.keep_until === null ? "" : ` until ${new Date(record.keep_until).toLocaleDateString()}`;
    part("consented").textContent = record.consent === null ? `No consent noted${until}` : `Consent: ${record.consent}${until}`;
  }
  const form = part("about");
  // Somebody may be writing.
  if (form === null || form.contains(document.activeElement)) return;
  form.elements.name.value = record.name;
  form.elements.profile.value = record.profile;
  if (form.elements.consent === undefined) return;
  form.elements.consent.value = record.consent ?? "";
  // The day is the reader's, and its end is meant.
  form.elements.until.value = record.keep_until === null ? "" : dayKey(new Date(record.keep_until));
  form.elements.until.min = dayKey(new Date());
}

part("about")?.addEventListener("submit", (submission) => {
  submission.preventDefault();
  const said = new FormData(submission.target);
  const wish = { name: said.get("name").trim(), profile: said.get("profile") };
  if (wish.name === "" || record === null) return;
  if (kind === "person") {
    const consent = said.get("consent").trim();
    const until = said.get("until");
    const day = record.keep_until === null ? "" : dayKey(new Date(record.keep_until));
    wish.consent = consent === "" ? null : consent;
    wish.keep_until = until === "" ? null : until === day ? record.keep_until : new Date(`${until}T23:59:59`).toISOString();
  }
  change(() => ask(address, json("PATCH", wish)));
});

// When and where

const start = () => new Date(Date.now() - part("span").elements.days.value * 86_400_000);

async function showActivity(from, number) {
  const activity = await ask(`${address}/activity?${new URLSearchParams({ from: from.toISOString() })}`);
  if (number !== asked) return;
  showBars(part("by-hour"), hourBars(activity.hours));
  showBars(part("by-day"), dayBars(activity.days, dayKey(from), dayKey(new Date())));
  const cut = activity.is_cut ? " There is more than this page counts: choose a shorter time." : "";
  part("cameras").textContent = activity.items.map((one) => `${one.camera} ${times(one.sightings)}`).join(", ") + cut;
  part("where").hidden = activity.last === null;
  if (activity.last === null) return;
  const place = activity.last.place === null ? "" : ` (${activity.last.place})`;
  part("where").textContent = `Last by ${activity.last.camera}${place}, ${when(new Date(activity.last.seen))}`;
}

function sighting({ event, ts, camera, snapshot }) {
  const made = part("sighting").content.firstElementChild.cloneNode(true);
  part("event", made).href = `/events/${event}`;
  part("time", made).textContent = when(new Date(ts));
  part("camera", made).textContent = camera;
  if (snapshot === null) part("picture", made).remove();
  else part("picture", made).src = `/api/v1/events/${event}/snapshot.jpg?size=thumbnail&rank=${snapshot}`;
  return made;
}

async function showSightings(from, number) {
  const limit = Math.min(wanted, 500);
  const events = await ask(`/api/v1/events?${new URLSearchParams({ individual: id, from: from.toISOString(), limit })}`);
  if (number !== asked) return;
  const items = events.items.map((event) => ({ event: event.id, ts: event.ts, camera: event.source_id, snapshot: event.snapshot }));
  const list = part("sightings");
  if (!list.contains(document.activeElement)) showItems(list, items, sighting);
  part("no-sightings").hidden = items.length > 0;
  part("earlier").hidden = events.next === null || limit === 500;
}

part("earlier").addEventListener("click", () => {
  wanted += 3 * PAGE;
  refresh();
});

part("span").addEventListener("change", () => {
  wanted = PAGE;
  refresh();
});

// Pictures

const STATES = {
  waiting: () => "Waits to be looked at",
  several: (picture) => picture.found.length === 2 ? "It shows two: which one is it?" : `It shows ${picture.found.length}: which one is it?`,
  useless: (picture) => `Cannot be used: ${picture.trouble}`,
  known: () => "",
};

function pictureLine(picture) {
  const made = part("given-picture").content.firstElementChild.cloneNode(true);
  const own = `${address}/pictures/${picture.id}`;
  made.dataset.state = picture.state;
  part("image", made).src = `${own}/image.jpg`;
  part("image", made).alt = `Picture of ${record.name}`;
  part("words", made).textContent = STATES[picture.state](picture);
  const forget = part("forget", made);
  if (forget === null) return made;
  picture.found.forEach(([x, y, width, height], index) => {
    const choice = document.createElement("button");
    choice.type = "button";
    choice.className = "choice";
    choice.setAttribute("aria-label", `This one, number ${index + 1}`);
    Object.assign(choice.style, { left: `${x * 100}%`, top: `${y * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` });
    choice.addEventListener("click", () => {
      hurries = HURRIES;
      change(() => ask(own, json("PUT", { choice: index })));
    });
    part("image", made).after(choice);
  });
  forget.hidden = picture.source !== "upload";
  forget.addEventListener("click", () => change(() => ask(own, { method: "DELETE" })));
  return made;
}

async function showPictures(number) {
  const pictures = await ask(`${address}/pictures`);
  if (number !== asked) return;
  part("pictures-title").textContent = `Pictures (${pictures.items.length})`;
  showItems(part("given"), pictures.items, pictureLine);
  if (hurries === 0 || !pictures.items.some((picture) => picture.state === "waiting")) return;
  hurries -= 1;
  soon();
}

if (part("uploads") !== null) {
  const uploads = new Uploads(part("uploads"), () => {
    hurries = HURRIES;
    soon();
  });
  const input = part("add");
  input.addEventListener("change", () => {
    uploads.send(id, input.files);
    input.value = "";
  });
  takeDrops(part("drop"), (files) => uploads.send(id, files));
}

// Merging and removing

function mergeLine(merge) {
  const made = part("merged").content.firstElementChild.cloneNode(true);
  const pictures = counted(merge.pictures, "picture", "pictures");
  const time = when(new Date(merge.merged_at));
  part("words", made).textContent = merge.name === null ? `${pictures} that got this name at once, ${time}` : `${merge.name}, ${pictures}, merged ${time}`;
  part("split", made).addEventListener("click", () => change(() => ask(`${address}/merges/${merge.id}`, { method: "DELETE" })));
  return made;
}

async function showMerges(number) {
  const form = part("merge");
  if (form === null) return;
  const [merges, individuals] = await Promise.all([ask(`${address}/merges`), ask(`/api/v1/individuals?kind=${kind}`)]);
  if (number !== asked) return;
  showItems(part("merges"), merges.items, mergeLine);
  const others = individuals.items.filter((one) => one.id !== id);
  form.hidden = others.length === 0;
  part("alone").hidden = others.length > 0;
  const chosen = form.elements.individual.value;
  if (form.contains(document.activeElement)) return;
  form.elements.individual.replaceChildren(...others.map((one) => new Option(one.name, one.id, false, one.id === chosen)));
}

part("merge")?.addEventListener("submit", (submission) => {
  submission.preventDefault();
  const individual = submission.target.elements.individual.value;
  change(() => ask(`${address}/merge`, json("POST", { individual })));
});

part("erase")?.addEventListener("click", () => {
  if (record === null) return;
  const dialog = part("erasing");
  part("erasing-name").textContent = record.name;
  part("erasing-facts").textContent =
    `${counted(record.pictures, "picture goes", "pictures go")}, and ${counted(record.sightings, "event loses its name", "events lose their name")}.`;
  dialog.returnValue = "no";
  dialog.addEventListener("close", async () => {
    if (dialog.returnValue !== "yes") return;
    const pictures = part("erasing-form").elements.pictures?.value ?? "keep";
    try {
      await ask(`${address}?pictures=${pictures}`, { method: "DELETE" });
      location.assign(part("list").href);
    } catch (error) {
      say(error.message);
    }
  }, { once: true });
  dialog.showModal();
});

/** Counts what is asked for: an answer that another one has overtaken is not shown. */
let asked = 0;

async function refresh() {
  const number = ++asked;
  try {
    const answer = await ask(address);
    if (number !== asked) return;
    record = answer;
    showRecord();
    const from = start();
    part("table").href = `/api/v1/sightings.csv?${new URLSearchParams({ kind, individual: id, from: from.toISOString() })}`;
    await Promise.all([showActivity(from, number), showSightings(from, number), showPictures(number), showMerges(number)]);
  } catch (error) {
    if (number === asked) say(error.message);
  }
}

let timer = 0;

function soon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE);
}

const filter = new URLSearchParams({ type: kind === "person" ? "person,face" : "pet,wildlife" });
new EventFeed("", filter, { event: soon, reset: soon, signedOut, state: showConnection }).open();
refresh();
setInterval(refresh, EVERY);
