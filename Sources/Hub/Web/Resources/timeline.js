// A day of one camera, or a part of it, drawn: when it was recorded, where it was not, and what happened.

/** Columns of the motion's density: of five minutes each in a day. */
const COLUMNS = 288;
const SVG = "http://www.w3.org/2000/svg";
const alerts = new Set(["warning", "alarm", "critical"]);

function box(kind, from, to, top, bottom, least, title) {
  const rect = document.createElementNS(SVG, "rect");
  rect.setAttribute("x", from);
  // A moment is still to be seen.
  rect.setAttribute("width", Math.max(to - from, least));
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
 * @param {SVGElement} drawing
 * @param {{recorded: [string, string][], kept: [string, string, string][], events: [string, string, string, string, string | null][]}} timeline as the hub gives it
 * @param {number} start and `now`, in milliseconds since 1970; `length` in seconds
 */
export function draw(drawing, timeline, start, length, now) {
  drawing.setAttribute("viewBox", `0 0 ${length} 40`);
  const least = length / 1440;
  const size = length / COLUMNS;
  const isSeen = (from, to) => to > 0 && from < length;
  const seconds = (time) => (new Date(time).getTime() - start) / 1000;
  const within = (value) => Math.min(Math.max(value, 0), length);
  const boxes = [];
  const recorded = timeline.recorded.map(([from, to]) => [seconds(from), seconds(to)]);
  for (const [from, to] of recorded) if (isSeen(from, to)) boxes.push(box("recorded", within(from), within(to), 24, 36, least));
  // What lies between two recordings is a hole; what lies ahead of the first is not known to have been wanted.
  for (let index = 1; index < recorded.length; index += 1) {
    const [from, to] = [recorded[index - 1][1], recorded[index][0]];
    if (to - from > 1 && isSeen(from, to)) boxes.push(box("hole", within(from), within(to), 24, 36, least, "Nothing recorded"));
  }
  for (const [begin, end, state] of timeline.kept) {
    const [from, to] = [seconds(begin), seconds(end)];
    if (!isSeen(from, to)) continue;
    const kept = box("kept", within(from), within(to), 36.5, 40, least, "Kept until somebody says otherwise");
    kept.dataset.state = state;
    boxes.push(kept);
  }
  const density = new Float64Array(COLUMNS);
  for (const [, type, severity, begin, end] of timeline.events) {
    if (!isSeen(seconds(begin), seconds(end ?? begin) + 1)) continue;
    const [from, to] = [within(seconds(begin)), within(seconds(end ?? begin))];
    if (type === "motion") {
      for (let column = Math.floor(from / size); column * size <= to && column < COLUMNS; column += 1) {
        density[column] += Math.max(Math.min(to, (column + 1) * size) - Math.max(from, column * size), 1);
      }
    } else if (type !== "recording_gap") {
      boxes.push(box(alerts.has(severity) ? "alert" : "event", from, to, 2, 22, least, type));
    }
  }
  density.forEach((sum, column) => {
    if (sum <= 0) return;
    // A fifth of the time is as high as it gets.
    const height = 4 + 14 * Math.min(Math.sqrt((5 * sum) / size), 1);
    boxes.push(box("motion", column * size, (column + 1) * size, 22 - height, 22, least));
  });
  if (now > start && now < start + length * 1000) boxes.push(box("future", within((now - start) / 1000), length, 0, 40, least));
  drawing.replaceChildren(...boxes);
}
