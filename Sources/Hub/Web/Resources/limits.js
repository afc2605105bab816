// What things must be like to begin an event: a row for each limit of a kind or label.

import { element, labelled, list, numberField, percent, record, selectField, set, text } from "./settings-fields.js";

const share = { min: 0, max: 100, isShare: true, placeholder: "any" };
const shape = { min: 0.01, max: 100, placeholder: "any" };
const fields = [
  ["Sure at least, %", "minimum_score", { min: 20, max: 100, isShare: true, placeholder: "45" }],
  ["Smallest, % of the picture", "minimum_size", share],
  ["Largest, % of the picture", "maximum_size", share],
  ["Narrowest, width by height", "minimum_aspect", shape],
  ["Widest, width by height", "maximum_aspect", shape],
];

export class Limits {
  #list;
  #changed;
  #limits = [];
  #zones = [];

  /** @param {HTMLElement} list gets the rows */
  constructor(list, changed) {
    this.#list = list;
    this.#changed = changed;
  }

  /** As the form says them. */
  get values() { return this.#limits.map((limit) => ({ ...limit })); }

  show(limits, zones) {
    this.#limits = list(limits).map((limit) => ({ ...record(limit) }));
    this.#zones = zones;
    this.#render();
  }

  /** What is of a kind or label in the whole picture must be at least so sure, as far as it is not to be surer already. */
  raise(of, score) {
    let limit = this.#limits.find((one) => one.of === of && one.zone === undefined);
    if (limit === undefined) this.#limits.push(limit = { of });
    limit.minimum_score = Math.max(score, limit.minimum_score ?? 0);
    this.#render();
    this.#changed();
  }

  add() {
    this.#limits.push({ of: "person" });
    this.#render();
    this.#list.lastElementChild.querySelector("input").select();
    this.#changed();
  }

  /** Other zones; those of a zone that has another name follow it, and those of one that is gone go with it. */
  rename(zones, renamed = new Map()) {
    this.#limits = this.#limits.filter((limit) => renamed.get(limit.zone) !== null);
    for (const limit of this.#limits) if (renamed.has(limit.zone)) limit.zone = renamed.get(limit.zone);
    this.#zones = zones;
    this.#render();
  }

  #render() {
    this.#list.replaceChildren(...this.#limits.map((limit, index) => this.#row(limit, index)));
  }

  #row(limit, index) {
    const row = document.createElement("li");
    const of = document.createElement("input");
    of.dataset.key = "of";
    of.setAttribute("list", "labels");
    of.autocomplete = "off";
    of.value = text(limit.of);
    of.addEventListener("input", () => {
      set(limit, "of", of.value === "" ? undefined : of.value);
      this.#changed();
    });
    const zones = [["", "the whole picture"], ...this.#zones.map((zone) => [text(zone), `zone ${text(zone)}`])];
    const remove = element("button", "Delete", "button");
    remove.type = "button";
    remove.setAttribute("aria-label", `Delete limit ${index + 1}`);
    remove.addEventListener("click", () => {
      this.#limits = this.#limits.filter((other) => other !== limit);
      this.#render();
      this.#changed();
    });
    const grid = element("div", "", "grid");
    grid.append(
      labelled("Kind or label", of), selectField("In", limit, "zone", zones, this.#changed),
      ...fields.map(([words, key, how]) => numberField(words, limit, key, how, this.#changed)));
    row.append(element("h3", `Limit ${index + 1}`), grid, remove);
    return row;
  }
}

/** What is looked for, in words. */
export function objectWords(objects) {
  const lists = ["pets", "wildlife", "ignored"].filter((key) => list(objects[key]).length > 0);
  const shown = (limit, key, unit) => (typeof limit[key] === "number" ? (unit === " %" ? percent(limit[key]) + unit : limit[key]) : "…");
  const limits = list(objects.limits).map((limit) => {
    const one = record(limit);
    const parts = [
      one.minimum_score === undefined ? "" : `sure ${shown(one, "minimum_score", " %")}`,
      one.minimum_size === undefined && one.maximum_size === undefined
        ? "" : `size ${shown(one, "minimum_size", " %")}–${shown(one, "maximum_size", " %")}`,
      one.minimum_aspect === undefined && one.maximum_aspect === undefined
        ? "" : `shape ${shown(one, "minimum_aspect", "")}–${shown(one, "maximum_aspect", "")}`,
    ];
    return `${text(one.of)}${one.zone === undefined ? "" : ` in ${text(one.zone)}`}: ${parts.filter((part) => part !== "").join(", ") || "any"}`;
  });
  return [...lists.map((key) => `${key}: ${objects[key].map(text).join(", ")}`), ...limits].join("; ") || "all standard";
}
