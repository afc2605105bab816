// The journal of wild animals: what was seen how often, when and where; and saying what an animal was.

import { subject } from "./format.js";
import { showHours, times, when } from "./journal.js";
import { ask, operatedBy, part, say, showConnection, signedOut } from "./page.js";
import { EventFeed } from "./stream.js";

/** Milliseconds for which changes are gathered before the page asks again. */
const PAUSE = 1_000;
const LATEST = 24;

const capitalized = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const mayCorrect = operatedBy(part("animals"));
const month = new Intl.DateTimeFormat(undefined, { month: "short", timeZone: "UTC" });

function parameters() {
  const form = new FormData(part("filters"));
  const found = new URLSearchParams({ from: new Date(Date.now() - form.get("span") * 86_400_000).toISOString() });
  if (form.get("camera") !== "") found.set("camera", form.get("camera"));
  return found;
}

function card(animal) {
  const made = part("animal").content.firstElementChild.cloneNode(true);
  part("name", made).textContent = capitalized(animal.animal);
  const sure = animal.score === null ? "" : `, ${Math.round(animal.score * 100)} % sure on average`;
  part("facts", made).textContent = `seen ${times(animal.sightings)}, last ${when(new Date(animal.last_seen))}${sure}, by ${Object.keys(animal.cameras).join(", ")}`;
  if (animal.picture !== null) {
    part("shot", made).hidden = false;
    part("shot", made).href = `/api/v1/events/${animal.picture}/snapshot.jpg`;
    part("shot", made).setAttribute("aria-label", `Picture: ${animal.animal}`);
    part("picture", made).src = `/api/v1/events/${animal.picture}/snapshot.jpg`;
    part("picture", made).addEventListener("error", () => part("shot", made).remove());
  }
  showHours(part("hours", made), animal.hours);
  part("months", made).textContent = Object.entries(animal.months).slice(-12)
    .map(([name, count]) => `${month.format(new Date(`${name}-15T00:00:00Z`))} ${count}`).join(" · ");
  return made;
}

function sighting(event) {
  const made = part("sighting").content.firstElementChild.cloneNode(true);
  part("name", made).textContent = subject(event);
  part("facts", made).textContent = `${when(new Date(event.ts))}, ${event.source_id}`;
  if (event.snapshot === null) part("picture", made).remove();
  else {
    part("shot", made).href = `/api/v1/events/${event.id}/snapshot.jpg`;
    part("shot", made).setAttribute("aria-label", `Picture: ${subject(event)}, ${when(new Date(event.ts))}`);
    part("picture", made).src = `/api/v1/events/${event.id}/snapshot.jpg`;
  }
  if (!mayCorrect(event)) {
    part("correct", made).remove();
    return made;
  }
  part("correct", made).addEventListener("submit", async (submission) => {
    submission.preventDefault();
    const species = new FormData(submission.target).get("species").trim();
    try {
      await ask(`/api/v1/events/${event.id}/species`, {
        method: "PUT", headers: { accept: "application/json", "content-type": "application/json" },
        body: JSON.stringify({ species: species === "" ? null : species }),
      });
      say("");
    } catch (error) {
      say(error.message);
    }
    document.activeElement?.blur();
    await refresh();
  });
  return made;
}

/** Counts what is asked for: an answer that another one has overtaken is not shown. */
let asked = 0;

async function refresh() {
  const number = ++asked;
  const wanted = parameters();
  part("table").href = `/api/v1/wildlife.csv?${wanted}`;
  try {
    const latest = new URLSearchParams(wanted);
    latest.set("type", "wildlife");
    latest.set("limit", LATEST);
    const [journal, events] = await Promise.all([ask(`/api/v1/wildlife?${wanted}`), ask(`/api/v1/events?${latest}`)]);
    if (number !== asked) return;
    // Whoever is at a picture stays there.
    const isWithin = part("animals") !== document.activeElement && part("animals").contains(document.activeElement);
    if (!isWithin) part("animals").replaceChildren(...journal.items.map(card));
    part("empty").hidden = journal.items.length > 0;
    part("names").replaceChildren(...journal.items.map((animal) => new Option(animal.animal)));
    // Somebody may be writing what it is.
    if (!part("sightings").contains(document.activeElement)) part("sightings").replaceChildren(...events.items.map(sighting));
    part("sightings-section").hidden = events.items.length === 0;
    say(journal.is_cut ? "There is more than this page counts: choose a shorter time or one camera." : "");
  } catch (error) {
    say(error.message);
  }
}

async function offerCameras() {
  try {
    const places = await ask("/api/v1/places");
    document.getElementById("camera").append(...places.items.map((one) => new Option(one.camera, one.camera)));
  } catch (error) {
    say(error.message);
  }
}

let timer = 0;

function soon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE);
}

part("filters").addEventListener("change", refresh);
new EventFeed("", new URLSearchParams({ type: "wildlife" }), { event: soon, reset: soon, signedOut, state: showConnection }).open();
offerCameras();
refresh();
