// The page of nodes: what the hub rendered, brought up to date every 15 s, and at once when a node or a camera comes or goes.

import { fullTime } from "./format.js";
import * as format from "./node-format.js";
import { ask, offerCopy, part, say, showConnection, signedOut } from "./page.js";
import { EventFeed } from "./stream.js";

const EVERY = 15_000;
const types = ["node_offline", "node_online", "camera_offline", "camera_online", "camera_tampered", "system"];

const list = part("nodes");
// Only they have the forms.
const administers = part("invite") !== null;

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function cameraRow(card, camera) {
  const present = [...part("cameras", card).children].find((row) => row.dataset.camera === camera.id);
  const row = present ?? part("camera").content.firstElementChild.cloneNode(true);
  Object.assign(row.dataset, { camera: camera.id, state: camera.state });
  const sprite = part("icon", row).getAttribute("href").split("#")[0];
  part("icon", row).setAttribute("href", `${sprite}#${camera.state === "offline" ? "camera-off" : "camera"}`);
  part("name", row).textContent = camera.name;
  part("name", row).href = `/cameras/${camera.id}`;
  part("state", row).textContent = format.cameraState[camera.state];
  part("figures", row).replaceChildren(...format.cameraFigures(camera).map((text) => element("span", text)));
  return row;
}

/** Leaves the children alone where they are these already. */
function showChildren(parent, wanted) {
  const isSame = wanted.length === parent.children.length && wanted.every((child, index) => child === parent.children[index]);
  if (!isSame) parent.replaceChildren(...wanted);
}

function fill(card, node) {
  Object.assign(card.dataset, { node: node.name, state: node.state });
  part("name", card).textContent = node.name;
  part("place", card).textContent = format.place(node);
  part("state", card).textContent = format.stateOf(node);
  part("ask", card).hidden = node.asks_since === null || !administers;
  const since = part("since", card);
  since.textContent = format.since(node.since);
  since.dateTime = node.since ?? "";
  since.title = node.since === null ? "" : fullTime(new Date(node.since));
  part("why", card).textContent = node.why ?? "";
  part("why", card).hidden = node.why === null;
  part("figures", card).replaceChildren(...format.figures(node).map(([name, value, isWarning]) => {
    const pair = document.createElement("div");
    pair.toggleAttribute("data-warning", isWarning);
    pair.append(element("dt", name), element("dd", value));
    return pair;
  }));
  part("add", card).hidden = node.revoked_at !== null || !administers;
  part("cameras", card).setAttribute("aria-label", `Cameras of ${node.name}`);
  // Rows stay where they are: what has the focus would lose it.
  showChildren(part("cameras", card), node.cameras.map((camera) => cameraRow(card, camera)));
}

function show(nodes) {
  const cards = new Map([...list.children].map((card) => [card.dataset.node, card]));
  const wanted = nodes.map((node) => {
    const card = cards.get(node.name) ?? part("node").content.firstElementChild.cloneNode(true);
    fill(card, node);
    return card;
  });
  showChildren(list, wanted);
  part("empty").hidden = nodes.length > 0;
}

function showKeys(keys) {
  part("keys").textContent = keys.warning ?? "";
  part("keys").hidden = keys.warning === null;
}

let timer = 0;
let isAsking = false;
let isAskedAgain = false;

async function refresh() {
  clearTimeout(timer);
  if (isAsking) {
    isAskedAgain = true;
    return;
  }
  isAsking = true;
  isAskedAgain = false;
  try {
    const nodes = await ask("/api/v1/nodes");
    show(nodes.items);
    if (administers) showKeys(await ask("/api/v1/keys"));
    list.dataset.refreshed = Number(list.dataset.refreshed ?? 0) + 1;
    say("");
  } catch (error) {
    say(error.message);
  }
  isAsking = false;
  timer = setTimeout(refresh, isAskedAgain ? 0 : EVERY);
}

list.addEventListener("click", async (click) => {
  const button = click.target.closest('[data-part="admit"]');
  if (!button) return;
  const { node } = button.closest("[data-node]").dataset;
  button.disabled = true;
  try {
    await ask(`/api/v1/nodes/${node}/admit`, { method: "POST" });
    await refresh();
  } catch (error) {
    say(error.message);
  }
  button.disabled = false;
});

list.addEventListener("submit", async (submit) => {
  const form = submit.target.closest('[data-part="add-form"]');
  if (!form) return;
  submit.preventDefault();
  const { node } = form.closest("[data-node]").dataset;
  const { id, name, source } = form.elements;
  const body = JSON.stringify({ name: name.value === "" ? undefined : name.value, source: source.value });
  const headers = { accept: "application/json", "content-type": "application/json" };
  const button = form.querySelector("button");
  button.disabled = true;
  part("added", form).textContent = "Asking the node…";
  try {
    await ask(`/api/v1/nodes/${node}/cameras/${id.value}`, { method: "PUT", headers, body });
    part("added", form).textContent = `The node has the camera ${id.value}.`;
    form.reset();
    await refresh();
    // The node tells of it in its own time, and the camera needs a moment for its first picture.
    for (const wait of [1_000, 3_000, 7_000]) setTimeout(refresh, wait);
  } catch (error) {
    part("added", form).textContent = error.message;
  }
  button.disabled = false;
});

part("invite")?.addEventListener("submit", async (submit) => {
  submit.preventDefault();
  try {
    const body = JSON.stringify(Object.fromEntries(new FormData(submit.target)));
    const headers = { accept: "application/json", "content-type": "application/json" };
    part("line").textContent = (await ask("/api/v1/invitations", { method: "POST", headers, body })).command;
    part("invitation").hidden = false;
    say("");
  } catch (error) {
    part("invitation").hidden = true;
    say(error.message);
  }
});

if (part("copy") !== null) offerCopy(part("copy"), part("line"));

const filter = new URLSearchParams();
for (const type of types) filter.append("type", type);
const feed = new EventFeed("", filter, { event: refresh, reset: refresh, signedOut, state: showConnection });
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
timer = setTimeout(refresh, EVERY);
feed.open();
