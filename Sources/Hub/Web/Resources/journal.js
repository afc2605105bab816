// What journals are drawn with: hours of a day, and words for times.

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
  const busiest = hours.indexOf(Math.max(...hours));
  chart.setAttribute("aria-label", hours[busiest] === 0 ? "Not seen in this time" : `By hour of the day; most often at ${busiest}:00`);
}
