// Fields of settings, each bound to a key of an object: what nobody touches stays as it came, to the last digit.

/** A share as percent, and back, without the noise of binary fractions. */
export const percent = (share) => Number((share * 100).toPrecision(10));
export const share = (text) => Number((Number(text) / 100).toPrecision(10));

/** Settings that the node refuses may have any shape, and are mended on the page: an object may not even become a text. */
export const text = (value) => (value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));
export const list = (value) => (Array.isArray(value) ? value : []);
export const record = (value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? value : {});

export function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** A label around a field. */
export function labelled(words, input) {
  const label = element("label", "");
  label.append(element("span", words), input);
  return label;
}

/** `value` under a key, or nothing where it is undefined. */
export function set(table, key, value) {
  if (value === undefined) delete table[key];
  else table[key] = value;
}

/**
 * @param {{ min: number, max: number, step?: string, placeholder?: string, isShare?: boolean }} how shares are shown and written as percent
 */
export function numberField(words, table, key, how, changed) {
  const input = document.createElement("input");
  input.type = "number";
  Object.assign(input, { min: how.min, max: how.max, step: how.step ?? "any", placeholder: how.placeholder ?? "", inputMode: "decimal" });
  // No name: the form knows the camera’s own fields by theirs.
  input.dataset.key = key;
  const value = table[key];
  input.value = how.isShare && typeof value === "number" ? percent(value) : text(value);
  input.addEventListener("input", () => {
    const number = how.isShare ? share(input.value) : Number(input.value);
    set(table, key, input.value === "" ? undefined : number);
    changed();
  });
  return labelled(words, input);
}

export function selectField(words, table, key, options, changed) {
  const select = document.createElement("select");
  select.dataset.key = key;
  const chosen = text(table[key]);
  // What is chosen and is no choice any more is shown, to be changed.
  const all = options.some(([value]) => value === chosen) ? options : [...options, [chosen, chosen]];
  select.replaceChildren(...all.map(([value, words]) => new Option(words, value, false, value === chosen)));
  select.addEventListener("change", () => {
    set(table, key, select.value === "" ? undefined : select.value);
    changed();
  });
  return labelled(words, select);
}
