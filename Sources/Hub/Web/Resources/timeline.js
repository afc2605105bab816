// A day of one camera, drawn: when it was recorded, where it was not, and what happened.

const DAY = 86_400;
/** Seconds of a column of the motion's density. */
const COLUMN = 300;
const SVG = "http://www.w3.org/2000/svg";
const alerts = new Set(["warning", "alarm", "critical"]);

function box(kind, from, to, top, bottom, title) {
  const rect = document.createElementNS(SVG, "rect");
  rect.setAttribute("x", from);
  // A moment is still to be seen.
  rect.setAttribute("width", Math.max(to - from, 60));
  rect.setAttribute("y", top);
  rect.setAttribute("height", bottom - top);
  rect.dataset.kind = kind;
  if (title !== undefined) {
    const text = document.createElementNS(SVG, "title");
    text.textContent = title;
    rect.append(text);
  }
  return rect;
}

/**
 * @param {SVGElement} drawing of 86,400 by 40 units
 * @param {{recorded: [string, string][], events: [string, string, string, string, string | null][]}} timeline as the hub gives it
 * @param {number} start of the day, and `now`, in milliseconds since 1970
 */
export function draw(drawing, timeline, start, now) {
  const seconds = (time) => (new Date(time).getTime() - start) / 1000;
  const within = (value) => Math.min(Math.max(value, 0), DAY);
  const boxes = [];
  const recorded = timeline.recorded.map(([from, to]) => [within(seconds(from)), within(seconds(to))]);
  for (const [from, to] of recorded) boxes.push(box("recorded", from, to, 24, 36));
  // What lies between two recordings is a hole; what lies ahead of the first is not known to have been wanted.
  for (let index = 1; index < recorded.length; index += 1) {
    const [from, to] = [recorded[index - 1][1], recorded[index][0]];
    if (to - from > 1) boxes.push(box("hole", from, to, 24, 36, "Nothing recorded"));
  }
  const density = new Float64Array(DAY / COLUMN);
  for (const [, type, severity, begin, end] of timeline.events) {
    const [from, to] = [within(seconds(begin)), within(seconds(end ?? begin))];
    if (type === "motion") {
      for (let column = Math.floor(from / COLUMN); column * COLUMN <= to && column < density.length; column += 1) {
        density[column] += Math.max(Math.min(to, (column + 1) * COLUMN) - Math.max(from, column * COLUMN), 1);
      }
    } else if (type !== "recording_gap") {
      boxes.push(box(alerts.has(severity) ? "alert" : "event", from, to, 2, 22, type));
    }
  }
  density.forEach((sum, column) => {
    if (sum <= 0) return;
    // A minute of movement in five is as high as it gets.
    const height = 4 + 14 * Math.min(Math.sqrt(sum / 60), 1);
    boxes.push(box("motion", column * COLUMN, (column + 1) * COLUMN, 22 - height, 22));
  });
  if (now > start && now < start + DAY * 1000) boxes.push(box("future", within((now - start) / 1000), DAY, 0, 40));
  drawing.replaceChildren(...boxes);
}
