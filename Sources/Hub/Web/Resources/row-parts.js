// Where the parts of a row of the timeline are, and in which order rows stand.

/** Those of the page of one event, too, which is filled by the same code. */
const PARTS = {
  tile: ".tile", icon: ".tile use", picture: ".picture", title: '[data-part="title"]', severity: ".headline strong", camera: ".where a", zones: ".where span",
  facts: '.facts, [data-part="facts"]', when: ".when", time: ".when time", length: ".when span", acknowledge: ".acknowledge", chosen: ".choose input", seen: ".seen",
};

/** A part of a row; null where it has none such. */
export const rowPart = (row, name) => row.querySelector(PARTS[name]);

/** RFC 3339 in UTC with microseconds compares as text; ids break ties as the hub's order does. */
export const key = (row) => `${row.dataset.ts} ${row.dataset.id}`;

/** Puts a row, or what stands for some, where it belongs in a list whose newest is first. */
export function insert(list, row) {
  const mine = key(row);
  const last = list.lastElementChild;
  // Older ones come in the order of the list: they need not be compared with all of it.
  const isLast = last !== null && last !== row && key(last) > mine;
  const after = isLast ? null : [...list.children].find((other) => other !== row && key(other) < mine);
  // Whatever leaves the document for a moment loses the focus.
  if (row.parentElement !== list || row.nextElementSibling !== (after ?? null)) list.insertBefore(row, after ?? null);
}
