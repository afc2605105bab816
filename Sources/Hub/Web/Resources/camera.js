// The page of a camera: its settings as the node has them, changed here, and what became of the change.

import { fullTime } from "./format.js";
import { Footage } from "./footage.js";
import { ask, part, say, showConnection, signedOut } from "./page.js";
import { EventFeed } from "./stream.js";
import { Polygons } from "./polygons.js";
import { element, list, percent, record, set, share, text } from "./settings-fields.js";
import { zoneRules } from "./zone-rules.js";
import { Limits, objectWords } from "./limits.js";

const WAITING = 2_000;
const EVERY = 15_000;
const { camera, node } = part("page").dataset;
const address = `/api/v1/cameras/${camera}/config`;
const place = `/api/v1/nodes/${node}/cameras/${camera}`;
const form = part("form");
const inputs = form.elements;

const names = {
  name: "Name", snapshots: "Picture of every event", sensitivity: "Sensitivity", minimum_area: "Smallest area",
  minimum_duration: "Shortest time", gate: "Leave quiet video undecoded", recording: "What is recorded",
  preroll: "Recorded before an event", postroll: "Recorded after an event", sound: "Sound recorded", zones: "Zones", masks: "Masks",
  faces: "Faces read", objects: "What is looked for",
};

/** The last answer; what the form was filled from; the zones and masks on the picture. */
let answer = null;
let base = {};
let shapes = [];
let isDirty = false;
/** The node's settings that a person has seen, by their digest, and the hub's that they were seen with. */
let seen = { digest: null, revision: 0 };

const polygons = new Polygons(part("areas"), {
  changed: touched,
  drawing(text) {
    part("drawing").textContent = text;
    part("drawing").hidden = text === "";
  },
  drawn(kind, polygon) {
    shapes.push(kind === "zone" ? shape(kind, { name: freeName(), polygon }) : shape(kind, polygon));
    listAreas();
    limits.rename(zoneNames());
    touched();
  },
});
const limits = new Limits(part("limit-list"), touched);
const zoneNames = () => shapes.filter((one) => one.kind === "zone").map((one) => one.rest.name);
/** Lists of labels, as people write them. */
const labelKeys = ["pets", "wildlife", "ignored"];
const labelText = (labels) => list(labels).map(text).join(", ");
const labelList = (text) => text.split(",").map((label) => label.trim()).filter((label) => label !== "");

/** A zone keeps all that the node says of it; a mask is a polygon. */
function shape(kind, value) {
  const polygon = list(kind === "zone" ? value?.polygon : value).filter((point) => Array.isArray(point)).map((point) => [...point]);
  // `named`: as the limits know the zone.
  return { kind, polygon, isOpen: false, rest: kind === "zone" ? { ...value } : null, named: value?.name, label: kind === "zone" ? `Zone ${text(value?.name)}` : "Mask" };
}

function freeName() {
  const taken = new Set(shapes.map((one) => one.rest?.name));
  let number = 1;
  while (taken.has(`zone-${number}`)) number += 1;
  return `zone-${number}`;
}

function listAreas() {
  polygons.show(shapes);
  let masks = 0;
  part("area-list").replaceChildren(...shapes.map((one) => {
    const row = document.createElement("li");
    row.dataset.kind = one.kind;
    if (one.kind === "zone") {
      const label = element("label", "Zone ");
      const name = document.createElement("input");
      name.value = text(one.rest.name);
      name.maxLength = 64;
      name.autocomplete = "off";
      name.addEventListener("input", () => {
        one.rest.name = name.value;
        one.label = `Zone ${name.value}`;
        // While somebody types, another zone may have the name: limits that followed it could not be told from that zone's.
        if (zoneNames().filter((other) => other === name.value).length === 1) {
          limits.rename(zoneNames(), new Map([[one.named, name.value]]));
          one.named = name.value;
        }
        touched();
      });
      label.append(name);
      row.append(label);
    } else {
      masks += 1;
      one.label = `Mask ${masks}`;
      row.append(element("span", one.label));
    }
    const remove = element("button", "Delete");
    remove.type = "button";
    remove.className = "button";
    remove.setAttribute("aria-label", `Delete ${one.label}`);
    remove.addEventListener("click", () => {
      shapes = shapes.filter((other) => other !== one);
      listAreas();
      if (one.kind === "zone") limits.rename(zoneNames(), new Map([[one.named, null]]));
      touched();
      part("add-zone").focus();
    });
    row.append(remove);
    if (one.kind === "zone") row.append(zoneRules(one.rest, one.isOpen, { changed: touched, toggled: (isOpen) => { one.isOpen = isOpen; } }));
    return row;
  }));
}

// MARK: The form

function fill(settings) {
  base = settings;
  seen = { digest: answer.digest, revision: answer.revision };
  isDirty = false;
  inputs.name.value = text(settings.name);
  inputs.snapshots.checked = settings.snapshots ?? true;
  inputs.faces.checked = settings.faces ?? false;
  inputs.gate.checked = settings.gate ?? true;
  inputs.sound.checked = settings.sound ?? true;
  inputs.recording.value = text(settings.recording ?? "continuous");
  inputs.preroll.value = text(settings.preroll);
  inputs.postroll.value = text(settings.postroll);
  inputs.sensitivity.value = text(settings.sensitivity);
  part("slider").value = settings.sensitivity ?? 50;
  inputs.minimum_area.value = typeof settings.minimum_area === "number" ? percent(settings.minimum_area) : "";
  inputs.minimum_duration.value = text(settings.minimum_duration);
  const open = new Set(shapes.filter((one) => one.isOpen).map((one) => one.rest.name));
  shapes = [...list(settings.zones).map((zone) => shape("zone", zone)), ...list(settings.masks).map((mask) => shape("mask", mask))];
  for (const one of shapes) one.isOpen = open.has(one.rest?.name);
  polygons.cancel();
  listAreas();
  const objects = record(settings.objects);
  for (const key of labelKeys) inputs[key].value = labelText(objects[key]);
  limits.show(objects.limits, zoneNames());
  part("fields").disabled = false;
  part("discard").hidden = true;
  part("suggested").hidden = true;
  if (suggested.size > 0) suggest();
}

/** What the form says. What it does not know, and what it shows as it came, stays as it is, to the last digit. */
function read() {
  const out = { ...base };
  const isShown = (input, shown) => input.value === text(shown);
  if (!isShown(inputs.name, base.name)) set(out, "name", inputs.name.value === "" ? undefined : inputs.name.value);
  if (inputs.snapshots.checked !== (base.snapshots ?? true)) set(out, "snapshots", inputs.snapshots.checked);
  if (inputs.faces.checked !== (base.faces ?? false)) set(out, "faces", inputs.faces.checked);
  if (inputs.gate.checked !== (base.gate ?? true)) set(out, "gate", inputs.gate.checked);
  if (inputs.sound.checked !== (base.sound ?? true)) set(out, "sound", inputs.sound.checked);
  if (inputs.recording.value !== (base.recording ?? "continuous")) set(out, "recording", inputs.recording.value);
  for (const key of ["sensitivity", "minimum_duration", "preroll", "postroll"]) {
    if (!isShown(inputs[key], base[key])) set(out, key, inputs[key].value === "" ? undefined : Number(inputs[key].value));
  }
  const area = inputs.minimum_area.value;
  if (area !== (typeof base.minimum_area === "number" ? text(percent(base.minimum_area)) : "")) {
    set(out, "minimum_area", area === "" ? undefined : share(area));
  }
  const zones = shapes.filter((one) => one.kind === "zone").map((one) => ({ ...one.rest, polygon: one.polygon }));
  const masks = shapes.filter((one) => one.kind === "mask").map((one) => one.polygon);
  const objects = { ...record(base.objects) };
  for (const key of labelKeys) {
    const labels = labelList(inputs[key].value);
    if (inputs[key].value !== labelText(objects[key])) set(objects, key, labels.length === 0 ? undefined : labels);
  }
  set(objects, "limits", limits.values.length === 0 ? undefined : limits.values);
  set(out, "objects", Object.keys(objects).length === 0 ? undefined : objects);
  if (zones.length > 0 || base.zones !== undefined) out.zones = zones;
  if (masks.length > 0 || base.masks !== undefined) out.masks = masks;
  return out;
}

function touched() {
  isDirty = true;
  part("discard").hidden = false;
}

// MARK: What became of it

function describe() {
  const time = (text) => fullTime(new Date(text));
  switch (answer.state) {
    case "own": return "In force. These are the node’s own settings.";
    case "waiting": return `Waiting for the node to take the settings that ${answer.changed_by} changed.`;
    case "applied": return `In force on the node since ${time(answer.reported_at)}.`;
    case "refused": return "The node refuses these settings; those of before stay in force. Mend what is marked and save again.";
    case "conflict": return "The settings were changed on the node, and are not what was set here. Theirs are in force.";
    default: return "The node has not told this camera’s settings yet.";
  }
}

/** A key as the page calls what it is of. */
const faultPlace = (key) => key.replace(/^objects\.limits\[(\d+)\]\.?/, "Limit $1: ").replace(/^zones\[(\d+)\]\.?/, "Zone $1: ").replace(/^objects\./, "");

/** Each error at its field, the rest on top. Keys may say more than the field: `zones[1].name`. */
function showFaults(errors) {
  for (const fault of document.querySelectorAll("[data-fault]")) {
    const own = errors.filter((error) => error.key.split(/[.[]/).includes(fault.dataset.fault) || (fault.dataset.fault === "zones" && error.key.startsWith("zone")));
    fault.textContent = own.map((error) => (error.key === fault.dataset.fault ? error.message : `${faultPlace(error.key)} ${error.message}`)).join("; ");
    fault.hidden = own.length === 0;
    const input = inputs[fault.dataset.fault];
    if (input !== undefined) input.setAttribute("aria-invalid", own.length > 0);
    errors = errors.filter((error) => !own.includes(error));
  }
  part("faults").replaceChildren(...errors.map((error) => element("li", `${faultPlace(error.key)} ${error.message}`)));
  part("faults").hidden = errors.length === 0;
}

function words(key, value) {
  if (value === undefined || value === null) return "the node’s standard";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (key === "objects") return objectWords(record(value));
  if (key === "minimum_area" && typeof value === "number") return `${percent(value)} % of the picture`;
  if (key === "minimum_duration" && typeof value === "number") return `${value} s`;
  if (Array.isArray(value) && (key === "zones" || key === "masks")) {
    if (value.length === 0) return "none";
    const corners = (polygon) => (Array.isArray(polygon) ? `${polygon.length} corners` : "");
    return value.map((one, index) => (Array.isArray(one) ? `mask ${index + 1}: ${corners(one)}` : `${text(one?.name)}: ${corners(one?.polygon)}`)).join(", ");
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Both versions by key; those that differ are marked. */
function compare(theirs, mine) {
  const keys = [...new Set([...Object.keys(names), ...Object.keys(theirs), ...Object.keys(mine)])];
  part("versions").replaceChildren(...keys.map((key) => {
    const row = document.createElement("tr");
    const isOther = JSON.stringify(theirs[key]) !== JSON.stringify(mine[key]);
    row.toggleAttribute("data-differs", isOther);
    const head = element("th", names[key] ?? key);
    head.scope = "row";
    const [left, right] = [words(key, theirs[key]), words(key, mine[key])];
    row.append(head, element("td", left), element("td", isOther && left === right ? `${right}, other ones` : right));
    return row;
  }));
}

/** What a person saves who decides for here: what is being written, or else what the hub wants. */
const mine = () => (isDirty ? read() : answer.settings ?? {});

function show(next, isForced = false) {
  const before = answer;
  answer = next;
  part("state").dataset.state = answer.state;
  part("state-text").textContent = describe();
  showFaults(answer.errors);
  part("title").textContent = answer.node_settings?.name || camera;
  const isAsWanted = answer.state === "waiting" || answer.state === "refused";
  const settings = isAsWanted ? answer.settings : answer.node_settings ?? answer.settings;
  const isNews = before === null || ["revision", "digest", "state"].some((key) => before[key] !== answer[key]);
  if (settings !== null && (isForced || (isNews && !isDirty))) fill(settings);
  // What was saved from this form has come into force: it is known, though the form was written on meanwhile.
  else if (answer.state === "applied" && answer.revision === seen.revision) seen.digest = answer.digest;
  const isOutdated = isDirty && seen.digest !== answer.digest;
  const isOpen = answer.node_settings !== null && (answer.state === "conflict" || isOutdated);
  part("conflict").hidden = !isOpen;
  if (isOpen) compare(answer.node_settings, mine());
  part("page").dataset.refreshed = Number(part("page").dataset.refreshed ?? 0) + 1;
}

let timer = 0;

async function refresh() {
  clearTimeout(timer);
  // Whoever may not change the settings is not told them.
  if (!("operates" in part("page").dataset)) return;
  try {
    show(await ask(address));
    say("");
  } catch (error) {
    say(error.message);
  }
  timer = setTimeout(refresh, answer?.state === "waiting" ? WAITING : EVERY);
}

/** Settings of the node other than those with this digest are not overwritten. */
async function send(settings, digest) {
  const hadFocus = document.activeElement === part("save");
  part("save").disabled = true;
  const over = digest === null ? "" : `?over=${encodeURIComponent(digest)}`;
  let problem = "";
  try {
    const headers = { accept: "application/json", "content-type": "application/json" };
    await ask(address + over, { method: "PUT", headers, body: JSON.stringify(settings) });
    isDirty = false;
  } catch (error) {
    problem = error.message;
  }
  // What has changed meanwhile is shown, and what was refused stays in the form.
  await refresh();
  if (problem !== "") say(problem);
  part("save").disabled = false;
  // What is disabled loses the focus.
  if (hadFocus && document.activeElement === document.body) part("save").focus({ preventScroll: true });
}

form.addEventListener("submit", (submit) => {
  submit.preventDefault();
  if (answer !== null) send(read(), seen.digest);
});
form.addEventListener("input", touched);
part("slider").addEventListener("input", () => { inputs.sensitivity.value = part("slider").value; });
inputs.sensitivity.addEventListener("input", () => { part("slider").value = inputs.sensitivity.value; });
part("discard").addEventListener("click", () => show(answer, true));
part("add-zone").addEventListener("click", () => polygons.draw("zone"));
part("add-limit").addEventListener("click", () => limits.add());
part("add-mask").addEventListener("click", () => polygons.draw("mask"));
part("keep-node").addEventListener("click", () => {
  const settings = answer.node_settings;
  isDirty = false;
  send(settings, answer.digest);
});
part("use-mine").addEventListener("click", () => send(mine(), answer.digest));
part("picture")?.addEventListener("error", () => part("picture").remove());

/** What the page of an event has suggested in the address: links from anywhere else fill in nothing. */
const suggested = document.referrer.startsWith(`${location.origin}/events/`) ? new URLSearchParams(location.search) : new URLSearchParams();

/** Fills one suggestion in, once, and says which: nothing is changed until somebody saves it. */
function suggest() {
  const numbers = (suggested.get("mask") ?? "").split(",").map(Number);
  const area = Number(suggested.get("minimum_area"));
  const [of, score] = (suggested.get("limit") ?? "").split(":");
  let what = "";
  if (suggested.has("mask") && numbers.length >= 6 && numbers.length % 2 === 0 && numbers.every((one) => one >= 0 && one <= 1)) {
    shapes.push(shape("mask", numbers.flatMap((x, index) => (index % 2 === 0 ? [[x, numbers[index + 1]]] : []))));
    listAreas();
    touched();
    what = "a mask";
  } else if (area > (base.minimum_area ?? 0) && area <= 1) {
    inputs.minimum_area.value = text(percent(area));
    touched();
    what = `a smallest area of ${percent(area)} %`;
  } else if (of && Number(score) > 0 && Number(score) <= 1) {
    limits.raise(of, Number(score));
    what = `that a ${of} must be sure by ${percent(Number(score))} %`;
  }
  for (const name of [...suggested.keys()]) suggested.delete(name);
  if (what === "") return;
  part("suggested").textContent = `The page of an event has filled in ${what}. Look at it, and save it if it is right.`;
  part("suggested").hidden = false;
  part("suggested").scrollIntoView({ block: "center" });
  // Going back to this page, or loading it anew, fills in nothing.
  history.replaceState(null, "", location.pathname);
}

// MARK: The camera itself

part("address").addEventListener("submit", async (submit) => {
  submit.preventDefault();
  const { source } = submit.target.elements;
  const headers = { accept: "application/json", "content-type": "application/json" };
  const body = JSON.stringify({ source: source.value });
  source.value = "";
  const done = part("address-done");
  done.textContent = "Asking the node…";
  done.hidden = false;
  try {
    await ask(place, { method: "PUT", headers, body });
    done.textContent = "The node has the new address.";
    say("");
  } catch (error) {
    done.hidden = true;
    say(error.message);
  }
});

part("remove").addEventListener("click", () => part("confirm").showModal());
part("confirm").addEventListener("close", async () => {
  if (part("confirm").returnValue !== "yes") return;
  try {
    await ask(place, { method: "DELETE" });
    location.assign("/system");
  } catch (error) {
    say(error.message);
  }
});

document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
refresh();

const footage = new Footage(camera, "subStream" in part("page").dataset);
new EventFeed("", new URLSearchParams({ camera }), {
  event: (event) => footage.noticed(event), reset: () => footage.refresh(), signedOut, state: showConnection,
}).open();
