// The timeline: what the hub rendered, kept alive by the event stream.

import { watch } from "./clocks.js";
import { title } from "./format.js";
import { ask, part, say, showConnection, signedOut } from "./page.js";
import { Rows } from "./rows.js";
import { EventFeed } from "./stream.js";
import { Viewer } from "./viewer.js";

const timeline = part("timeline");
const older = part("older");
const rows = new Rows(timeline, part("row"));
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
}

/** What has come for the first time can be filtered by at once. */
function offer(name, value, label) {
  const choice = part("filters").elements[name];
  if ([...choice.options].some((option) => option.value === value)) return;
  choice.append(new Option(label, value));
}

/** An event of the stream. What is older than the last row belongs to a page that is not shown yet. */
function take(event) {
  offer("camera", event.source_id, event.source_id);
  offer("type", event.type, title(event.type));
  const oldest = rows.oldest;
  if (rows.row(event.id) === null && (next || rows.wasTrimmed) && oldest !== null && event.ts < oldest.dataset.ts) return;
  if (rows.put(event, true)) part("announcement").textContent = `${title(event.type)}, ${event.source_id}`;
  const row = rows.row(event.id);
  if (row !== null) viewer.update(row);
  refresh();
}

async function reload() {
  waiting ??= [];
  try {
    const page = await ask(`/api/v1/events?${filter}`);
    rows.clear();
    next = page.next;
    for (const event of page.items) rows.put(event);
    say("");
  } catch (error) {
    say(error.message);
  }
  const late = waiting;
  waiting = null;
  late.forEach(take);
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
    (before?.nextElementSibling ?? before?.closest(".day")?.nextElementSibling)?.querySelector("button, summary")?.focus({ preventScroll: true });
    say("");
  } catch (error) {
    say(error.message);
  }
  older.removeAttribute("aria-busy");
  refresh();
}

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
  button.disabled = false;
  if (!hadFocus || (document.activeElement !== document.body && document.activeElement !== button)) return;
  // The button goes with what it was for: whoever marks events by keyboard goes on with the next.
  const left = [...timeline.querySelectorAll(".event:not([data-acknowledged]) [data-part=acknowledge]")];
  const next = left.find((other) => other === button || (row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0);
  (next ?? timeline).focus({ preventScroll: next === undefined });
}

timeline.addEventListener("click", (event) => {
  const button = event.target.closest('[data-part="acknowledge"]');
  if (button !== null) acknowledge(button);
  const picture = event.target.closest('[data-part="picture"]');
  // With a key held it is opened in a tab of its own, as any link.
  if (picture === null || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  viewer.show(picture);
});

// A picture that is gone leaves the icon. Such an event does not bubble, so it is caught on its way down.
timeline.addEventListener("error", (event) => event.target.closest('[data-part="picture"]')?.remove(), true);

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

const feed = new EventFeed(timeline.dataset.cursor, filter, {
  event: (event) => (waiting === null ? take(event) : waiting.push(event)),
  reset: reload,
  signedOut,
  state: showConnection,
});
refresh();
feed.open();
watch(() => rows.showTimes());
