// The page of all components: what other pages have their scripts draw or open.

import { part } from "./page.js";
import { draw } from "./timeline.js";

const DAY = 86_400;
const start = new Date().setHours(0, 0, 0, 0);
const at = (hour) => new Date(start + hour * 3_600_000).toISOString();
// A day with a hole, movement, what needs a look, what is kept, and what was deleted.
const timeline = {
  recorded: [[at(1), at(9)], [at(10.5), at(17)], [at(17.5), at(20)]],
  deleted: [[at(17), at(17.5), "confirmed", "somebody", at(18), null]],
  kept: [[at(12), at(12.5), "kept"], [at(14), at(14.5), "waiting"]],
  events: [
    ["a", "motion", "info", at(6), at(6.5)], ["b", "motion", "info", at(11), at(11.75)], ["c", "person", "notice", at(11.25), at(11.5)],
    ["d", "sound", "critical", at(15), at(15.25)],
  ],
};

function drawDays() {
  for (const drawing of document.querySelectorAll('[data-part="strip-drawing"]')) draw(drawing, timeline, start, DAY, start + 20 * 3_600_000);
}

part("open-dialog").addEventListener("click", () => part("dialog").showModal());
for (const form of document.querySelectorAll("main form")) form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("resize", drawDays);
drawDays();
