// The timeline: what the hub rendered, kept alive by the event stream.

import { watch } from "./clocks.js";
import { title } from "./format.js";
import { listen } from "./keys.js";
import { ask, operatedBy, part, say, showConnection, signedOut } from "./page.js";
import { rowPart } from "./row-parts.js";
import { Rows, markSeen } from "./rows.js";
import { Selection } from "./selection.js";
import { EventFeed } from "./stream.js";
import { Viewer } from "./viewer.js";

/** Whether rows stand one by one, which the browser remembers. */
const ALONE = "vigilar.incidents";

function standAlone() {
  try {
    return localStorage.getItem(ALONE) === "off";
  } catch {
    return false;
  }
}

const timeline = part("timeline");
const older = part("older");
const rows = new Rows(timeline, part("row"), part("controls"), operatedBy(timeline), standAlone() ? null : part("incident"));
const announce = (text) => { part("announcement").textContent = text; };
/** Null where the account may mark nothing as seen. */
const selection = part("select") === null ? null : new Selection(timeline, announce, (marked) => {
  for (const row of marked) rows.update(row);
  refresh();
});
const viewer = new Viewer(part("viewer"));

const filter = new URLSearchParams();
for (const name of ["site", "camera", "type", "min_severity"]) {
  for (const value of new URLSearchParams(location.search).getAll(name)) if (value !== "") filter.append(name, value);
}

let next = timeline.dataset.next;
// While the list is fetched anew, what arrives live waits here.
let waiting = null;

function refresh() {
  part("empty").hidden = rows.size > 0;
  older.hidden = !next && !rows.wasTrimmed;
  rows.flush(!older.hidden);
  selection?.refresh();
}

/** What has come for the first time can be filtered by at once. */
function offer(name, value, label) {
  const choice = part("filters").elements[name];
  if ([...choice.options].some((option) => option.value === value)) return;
  choice.append(new Option(label, value));
}

/** Types whose events belong to an incident, as the hub has them. */
const INCIDENT_TYPES = new Set(["motion", "person", "face", "pet", "wildlife", "vehicle", "sound"]);

/** Milliseconds for which events are gathered whose incident has to be asked for: one question is enough for all of them. */
const GATHERED = 1000;
/** The times of those events. */
let unplaced = [];

/** The stream says what belongs together to those who see all of a site; for others the hub looks it up when they ask. */
function askForIncident(event) {
  if (event.incident || !INCIDENT_TYPES.has(event.type) || rows.row(event.id)?.dataset.incident) return;
  if (unplaced.length === 0) setTimeout(askForIncidents, GATHERED);
  unplaced.push(event.ts);
}

async function askForIncidents() {
  const times = unplaced.sort();
  unplaced = [];
  const parameters = new URLSearchParams(filter);
  parameters.set("from", times[0]);
  // A second more: the last one is to be among them.
  parameters.set("to", new Date(Date.parse(times.at(-1)) + 1000).toISOString());
  parameters.set("limit", "500");
  try {
    const page = await ask(`/api/v1/events?${parameters}`);
    // A list that is fetched anew says it by itself; and what has gone from the page meanwhile stays away.
    if (waiting !== null) return;
    for (const event of page.items) if (rows.row(event.id) !== null) rows.put(event);
    refresh();
  } catch {
    // They stand alone until the page is made anew.
  }
}

/** An event of the stream. What is older than the last row belongs to a page that is not shown yet. */
function takeIn(event) {
  offer("camera", event.source_id, event.source_id);
  offer("type", event.type, title(event.type));
  const oldest = rows.oldest;
  if (rows.row(event.id) === null && (next || rows.wasTrimmed) && oldest !== null && event.ts < oldest.dataset.ts) return;
  if (rows.put(event, true)) announce(`${title(event.type)}, ${event.source_id}`);
  askForIncident(event);
  const row = rows.row(event.id);
  if (row !== null) viewer.update(row);
}

function take(event) {
  takeIn(event);
  refresh();
}

/** Milliseconds until a list that the hub did not give is asked for again: at first, and at most. */
const RETRY = 1000;
const LONGEST_RETRY = 30_000;
/** Counts how often the list was asked for: an answer that another one has overtaken is not shown. */
let reloads = 0;

/** Fetches the list anew. Where that fails it is tried until it succeeds, since what was missed comes by no other way. */
async function reload(retry = RETRY) {
  const number = ++reloads;
  waiting ??= [];
  try {
    const page = await ask(`/api/v1/events?${filter}`);
    if (number !== reloads) return;
    rows.clear();
    next = page.next;
    for (const event of page.items) rows.put(event);
    say("");
  } catch (error) {
    if (number !== reloads) return;
    say(error.message);
    const again = () => { if (number === reloads) reload(Math.min(retry * 2, LONGEST_RETRY)); };
    setTimeout(again, retry * (0.5 + Math.random() / 2));
  }
  const late = waiting;
  waiting = null;
  late.forEach(takeIn);
  refresh();
}

async function showOlder() {
  older.setAttribute("aria-busy", "true");
  try {
    const parameters = new URLSearchParams(filter);
    if (rows.wasTrimmed) {
      // One second further than the last row: its neighbours of the same moment come again and are recognised.
      parameters.set("to", new Date(Date.parse(rows.oldest.dataset.ts) + 1000).toISOString());
      parameters.set("limit", "500");
    } else {
      parameters.set("page", next);
    }
    const page = await ask(`/api/v1/events?${parameters}`);
    rows.wasTrimmed = false;
    next = page.next;
    const before = rows.oldest;
    for (const event of page.items) rows.put(event);
    const shown = rows.beside(before, 1);
    if (shown !== null) rowPart(shown, "title").focus({ preventScroll: true });
    say("");
  } catch (error) {
    say(error.message);
  }
  older.removeAttribute("aria-busy");
  refresh();
}

/** Marks an incident as seen as a whole, what is not on the page included. */
async function acknowledgeIncident(button) {
  const line = button.closest(".incident");
  button.disabled = true;
  try {
    const { acknowledged } = await ask(`/api/v1/incidents/${line.dataset.incident}/acknowledge`, { method: "POST" });
    // Whom each was marked by the stream tells.
    for (const row of rows.within(line)) {
      if (!("operates" in row.dataset)) continue;
      markSeen(row, null);
      rows.update(row);
    }
    announce(`${acknowledged} ${acknowledged === 1 ? "event" : "events"} marked as seen.`);
    say("");
    rowPart(line, "title").focus({ preventScroll: true });
  } catch (error) {
    say(error.message);
  }
  button.disabled = false;
  refresh();
}

/** What has something to mark: a row, and the line of an incident. */
const UNSEEN = ":is(.event:not([data-acknowledged]), .incident:not([data-acknowledged]) > .incident-line)";

async function acknowledge(button) {
  const row = button.closest(".event");
  const hadFocus = document.activeElement === button;
  button.disabled = true;
  try {
    const event = await ask(`/api/v1/events/${row.dataset.id}/acknowledge`, { method: "POST" });
    rows.put(event);
    say("");
  } catch (error) {
    say(error.message);
  }
  refresh();
  button.disabled = false;
  if (!hadFocus || (document.activeElement !== document.body && document.activeElement !== button)) return;
  // The button goes with what it was for: whoever marks events by keyboard goes on with the next.
  const left = [...timeline.querySelectorAll(`${UNSEEN} .acknowledge`)].filter((other) => !other.hidden && other.closest("ol[hidden]") === null);
  const next = left.find((other) => other === button || (row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0);
  (next ?? timeline).focus({ preventScroll: next === undefined });
}

timeline.addEventListener("click", (event) => {
  const button = event.target.closest(".acknowledge");
  if (button !== null) return button.closest(".incident-line") === null ? acknowledge(button) : acknowledgeIncident(button);
  const line = event.target.closest(".incident-line");
  // All of it opens it; the button in it says so to those who do not see it.
  if (line !== null) return rows.toggle(line.parentElement);
  const picture = event.target.closest(".picture");
  // With a key held it is opened in a tab of its own, as any link.
  if (picture === null || event.metaKey || event.ctrlKey || event.shiftKey) return undefined;
  event.preventDefault();
  return viewer.show(picture);
});

// A picture that is gone leaves the icon. Such an event does not bubble, so it is caught on its way down.
timeline.addEventListener("error", (event) => event.target.closest(".picture")?.remove(), true);

part("group").setAttribute("aria-pressed", !standAlone());
part("group").addEventListener("click", () => {
  try {
    if (standAlone()) localStorage.removeItem(ALONE);
    else localStorage.setItem(ALONE, "off");
    location.reload();
  } catch {
    say("This browser keeps nothing for this page, so rows stay as they are.");
  }
});

older.addEventListener("click", (event) => {
  event.preventDefault();
  if (older.getAttribute("aria-busy") !== "true") showOlder();
});

for (const select of part("filters").querySelectorAll("select")) {
  select.classList.toggle("chosen", select.value !== "");
  select.addEventListener("change", () => {
    const chosen = new URLSearchParams(filter);
    if (select.value === "") chosen.delete(select.name);
    else chosen.set(select.name, select.value);
    location.assign(chosen.size > 0 ? `/events?${chosen}` : "/events");
  });
}

// MARK: By keyboard

/** The row, or the line of an incident, that had the focus last. */
let last = null;
timeline.addEventListener("focusin", (event) => { last = event.target.closest(".event, .incident") ?? last; });

const current = () => (last?.isConnected ? last : null);

/** The rows that what is current stands for. */
function currentRows() {
  const row = current();
  if (row === null) return [];
  return row.matches(".incident") ? rows.within(row) : [row];
}

function go(by) {
  const row = rows.beside(current(), by);
  if (row !== null) rowPart(row, "title").focus();
}

/** Arrows scroll the page where no row has the focus. */
function goWithin(by) {
  if (document.activeElement.closest(".event, .incident") === null) return false;
  return go(by);
}

function markCurrent() {
  if (selection !== null && selection.size > 0) return selection.mark();
  const row = current();
  const button = row === null || "acknowledged" in row.dataset ? null : rowPart(row, "acknowledge");
  // That of an incident is hidden where there is nothing in it for the account to mark.
  if (button === null || button.hidden) return undefined;
  return row.matches(".incident") ? acknowledgeIncident(button) : acknowledge(button);
}

listen(part("keys"), part("show-keys"), {
  j: () => go(1),
  k: () => go(-1),
  a: () => { markCurrent(); },
  x: () => selection?.toggle(currentRows()),
  "/": () => part("filters").querySelector("select").focus(),
}, {
  ArrowDown: () => goWithin(1),
  ArrowUp: () => goWithin(-1),
  Escape: () => (selection?.isOn ? selection.end() : false),
});

const feed = new EventFeed(timeline.dataset.cursor, filter, {
  event: (event) => (waiting === null ? take(event) : waiting.push(event)),
  reset: () => reload(),
  signedOut,
  state: showConnection,
});
refresh();
feed.open();
watch(() => {
  rows.showTimes();
  refresh();
});
