// What journals are drawn with: lists that stay as they are, bars of a chart, and words for times.

import { time } from "./format.js";

const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/** `today at 08:05`, `yesterday at …`, `3 Nov at …`. */
export function when(date) {
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  const days = Math.ceil((midnight - date) / 86_400_000);
  const words = days <= 0 ? "today" : days === 1 ? "yesterday" : day.format(date);
  return `${words} at ${time(date).replace(/:\d\d(?=\D*$)/, "")}`;
}

export const times = (count) => (count === 1 ? "once" : `${count} times`);

/** Fills a chart: a bar for each hour, as high as it is often. */
export function showHours(chart, hours) {
  const most = Math.max(...hours, 1);
  chart.replaceChildren(...hours.map((count, hour) => {
    const bar = document.createElement("span");
    bar.style.setProperty("--share", count / most);
    bar.title = `${String(hour).padStart(2, "0")}:00 – ${String((hour + 1) % 24).padStart(2, "0")}:00: ${count}`;
    return bar;
  }));
  const seen = hours.map((count, hour) => `${String(hour).padStart(2, "0")}:00 ${times(count)}`).filter((_, hour) => hours[hour] > 0);
  chart.setAttribute("aria-label", seen.length === 0 ? "Not seen in this time" : `By hour of the day: ${seen.join(", ")}`);
}

/** The options of a request with a JSON body. */
export const json = (method, body) => ({ method, headers: { accept: "application/json", "content-type": "application/json" }, body: JSON.stringify(body) });

/**
 * Shows `items` in `list`. What shows an item that has not changed stays as it is: its pictures do not flicker, and what somebody is about to
 * press does not go away.
 */
export function showItems(list, items, make) {
  const present = new Map([...list.children].map((element) => [element.dataset.shows, element]));
  const elements = items.map((item) => {
    const shows = JSON.stringify(item);
    const element = present.get(shows) ?? make(item);
    element.dataset.shows = shows;
    return element;
  });
  if (elements.length !== list.children.length || elements.some((element, index) => element !== list.children[index])) list.replaceChildren(...elements);
}

const SVG = "http://www.w3.org/2000/svg";

function drawn(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/**
 * Draws a figure's bars, and has the same numbers in its table.
 * @param {{label: string, count: number}[]} bars in their order
 */
export function showBars(figure, bars) {
  const most = Math.max(...bars.map((bar) => bar.count), 1);
  const chart = drawn("svg", { viewBox: `0 0 ${bars.length} 1`, preserveAspectRatio: "none", role: "img" }, ...bars.map(({ label, count }, place) => {
    const title = drawn("title", {});
    title.textContent = `${label}: ${count}`;
    return drawn("rect", { x: place + 0.1, width: 0.8, y: 1 - count / most, height: count / most }, title);
  }));
  const best = bars.find((bar) => bar.count === most);
  chart.setAttribute("aria-label", best === undefined ? "Not seen in this time" : `Most often: ${best.label}, ${times(most)}`);
  const drawing = figure.querySelector(".drawing");
  drawing.replaceChildren(chart);
  const ends = [bars[0], bars[Math.floor(bars.length / 2)], bars.at(-1)].filter((bar) => bar !== undefined);
  figure.querySelector(".axis").replaceChildren(...ends.map(({ label }) => {
    const mark = document.createElement("span");
    mark.textContent = label;
    return mark;
  }));
  figure.querySelector("tbody").replaceChildren(...bars.filter((bar) => bar.count > 0).map(({ label, count }) => {
    const row = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = label;
    row.append(head, Object.assign(document.createElement("td"), { textContent: count }));
    return row;
  }));
}

/** Bars of the 24 hours of a day. */
export const hourBars = (hours) => hours.map((count, hour) => ({ label: `${String(hour).padStart(2, "0")}:00`, count }));

const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/**
 * Bars of days, also of those without anything.
 * @param {Object<string, number>} days counts by days such as 2026-11-27
 * @param {string} first and `last`: at least these days
 */
export function dayBars(days, first, last) {
  const keys = [first, last, ...Object.keys(days)].sort();
  const bars = [];
  for (let day = Date.parse(keys[0]); day <= Date.parse(keys.at(-1)); day += 86_400_000) {
    bars.push({ label: date.format(day), count: days[new Date(day).toISOString().slice(0, 10)] ?? 0 });
  }
  return bars;
}
