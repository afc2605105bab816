// The pages of people and pets: who is known, who has no name yet, and giving one.

import { fullTime } from "./format.js";
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

function pictures(card, events) {
  part("faces", card).replaceChildren(...events.slice(0, PICTURES).map((event) => {
    const link = document.createElement("a");
    const image = document.createElement("img");
    image.src = `/api/v1/events/${event}/portrait.jpg`;
    image.alt = "";
    image.loading = "lazy";
    // Its event may have gone meanwhile.
    image.addEventListener("error", () => link.remove());
    link.href = image.src;
    link.append(image);
    return link;
  }));
}

const times = (count) => (count === 1 ? "once" : `${count} times`);

function card(record) {
  const made = part("individual").content.firstElementChild.cloneNode(true);
  made.dataset.id = record.id;
  part("name", made).textContent = record.name;
  part("facts", made).textContent = record.last_seen === null
    ? "not seen yet" : `seen ${times(record.sightings)}, last ${fullTime(new Date(record.last_seen))}`;
  pictures(made, record.portrait === null ? [] : [record.portrait]);
  part("rename", made).addEventListener("click", () => {
    const name = prompt("Name", record.name)?.trim();
    if (name) change(() => ask(`/api/v1/individuals/${record.id}`, json("PATCH", { name })));
  });
  part("erase", made).addEventListener("click", () => {
    if (!confirm(`Remove ${record.name}, with all pictures that they are known by? Their events stay, without a name.`)) return;
    change(() => ask(`/api/v1/individuals/${record.id}`, { method: "DELETE" }));
  });
  return made;
}

function strangerCard(group) {
  const made = part("stranger").content.firstElementChild.cloneNode(true);
  made.dataset.key = group.events[0];
  part("facts", made).textContent =
    `seen ${times(group.events.length)}, last ${fullTime(new Date(group.last_seen))}, by ${group.cameras.join(", ")}`;
  pictures(made, group.events);
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
  document.activeElement?.blur();
  await refresh();
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

async function refresh() {
  try {
    if (kind === "person") showRecognition(await ask("/api/v1/recognition"));
    const [individuals, strangers] = await Promise.all([ask(`/api/v1/individuals?kind=${kind}`), ask(`/api/v1/strangers?kind=${kind}`)]);
    known = individuals.items;
    part("individuals").replaceChildren(...known.map(card));
    part("empty").hidden = known.length > 0;
    part("names").replaceChildren(...known.map((one) => new Option(one.name)));
    // Somebody may be writing a name.
    if (!part("strangers").contains(document.activeElement)) part("strangers").replaceChildren(...strangers.items.map(strangerCard));
    part("strangers-section").hidden = strangers.items.length === 0;
  } catch (error) {
    say(error.message);
  }
}

part("recognition")?.addEventListener("submit", (submission) => {
  submission.preventDefault();
  const isOn = submission.target.dataset.on === "true";
  change(() => ask("/api/v1/recognition", json("PUT", isOn ? { on: false } : { on: true, ground: new FormData(submission.target).get("ground") })));
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
