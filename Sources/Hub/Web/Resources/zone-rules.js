// What counts in a zone: kinds of things, for how long, and how motion is looked for there.

import { element, list, numberField, set } from "./settings-fields.js";

export const kinds = [["person", "People"], ["pet", "Pets"], ["wildlife", "Wildlife"], ["vehicle", "Vehicles"]];

/** All kinds are those of a zone that names none. */
function kindsField(zone, changed) {
  const group = document.createElement("fieldset");
  group.className = "kinds";
  group.append(element("legend", "Things that count here"));
  const chosen = new Set(zone.kinds === undefined ? kinds.map(([kind]) => kind) : list(zone.kinds));
  for (const [kind, words] of kinds) {
    const label = element("label", "", "check");
    const input = document.createElement("input");
    input.type = "checkbox";
    input.dataset.key = kind;
    input.checked = chosen.has(kind);
    input.addEventListener("change", () => {
      if (input.checked) chosen.add(kind);
      else chosen.delete(kind);
      set(zone, "kinds", chosen.size === kinds.length ? undefined : kinds.map(([one]) => one).filter((one) => chosen.has(one)));
      changed();
    });
    label.append(input, element("span", words));
    group.append(label);
  }
  return group;
}

/**
 * @param zone as the node has it; changed in place
 * @param {{ changed(): void, toggled(isOpen: boolean): void }} told
 */
export function zoneRules(zone, isOpen, { changed, toggled }) {
  const rules = document.createElement("details");
  rules.className = "zone-rules";
  rules.open = isOpen;
  rules.addEventListener("toggle", () => toggled(rules.open));
  const grid = element("div", "", "grid");
  const fields = [
    ["Stays for, seconds", "loitering", { min: 0, max: 3600, placeholder: "0" }],
    ["Looks in a row that show it", "inertia", { min: 1, max: 30, step: "1", placeholder: "2" }],
    ["Sensitivity", "sensitivity", { min: 1, max: 100, step: "1", placeholder: "the camera’s" }],
    ["Smallest area, % of the picture", "minimum_area", { min: 0, max: 100, placeholder: "the camera’s", isShare: true }],
    ["Shortest time, seconds", "minimum_duration", { min: 0, max: 60, placeholder: "the camera’s" }],
  ];
  grid.append(...fields.map(([words, key, how]) => numberField(words, zone, key, how, changed)));
  rules.append(element("summary", "What counts here"), kindsField(zone, changed), grid);
  return rules;
}
