// A day of one camera, or a part of it, drawn: when it was recorded, where it was not, and what happened.

import { deletionWords } from "./deleting.js";

/** Columns of the motion's density: of five minutes each in a day. */
const COLUMNS = 288;
const SVG = "http://www.w3.org/2000/svg";
const alerts = new Set(["warning", "alarm", "critical"]);
/** Pixels from one line of a hatching to the next. */
const HATCH = 6;
/** Seconds between two recordings that are no hole. */
const TOLERANCE = 1;
let hatchings = 0;

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

/** What holes are filled with: a pattern of the drawing's own, as wide on the screen whatever the drawing is stretched to. */
function hatching(drawing, length) {
  drawing.dataset.hatching ??= `hatching-${hatchings += 1}`;
  const width = (HATCH * length) / Math.max(drawing.getBoundingClientRect().width, HATCH);
  const pattern = document.createElementNS(SVG, "pattern");
  const attributes = { id: drawing.dataset.hatching, patternUnits: "userSpaceOnUse", x: 0, y: 24, width, height: 12 };
  for (const [name, value] of Object.entries(attributes)) pattern.setAttribute(name, value);
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", `M0 12H${width / 2}L${width} 0H${width / 2}Z`);
  line.dataset.kind = "hatching";
  pattern.append(line);
  return pattern;
}

/** When it was recorded and when not, in seconds from `start`. What lies ahead of the first recording is not known to have been wanted. */
function recordedAndHoles(timeline, start) {
  const seconds = (time) => (new Date(time).getTime() - start) / 1000;
  const recorded = timeline.recorded.map(([from, to]) => [seconds(from), seconds(to)]);
  const between = recorded.slice(1).map(([from], index) => [recorded[index][1], from]);
  return { recorded, holes: between.filter(([from, to]) => to - from > TOLERANCE) };
}

/** Of a span: how many seconds were recorded, and how many holes are between. */
export function sums(timeline, start, length) {
  const within = (value) => Math.min(Math.max(value, 0), length);
  const { recorded, holes } = recordedAndHoles(timeline, start);
  return {
    seconds: recorded.reduce((sum, [from, to]) => sum + within(to) - within(from), 0),
    holes: holes.filter(([from, to]) => to > 0 && from < length).length,
  };
}

/** Whether something was recorded at a time, in milliseconds since 1970. */
export const isRecorded = (timeline, time) =>
  timeline.recorded.some(([from, to]) => new Date(from).getTime() <= time && time < new Date(to).getTime());

/** The time to which a pointer points on a strip, in milliseconds since 1970. */
export function timeAt(strip, event, start, length) {
  const { left, width } = strip.getBoundingClientRect();
  return start + Math.min(Math.max((event.clientX - left) / width, 0), 1) * length * 1000;
}

/** Shows words above a strip, where the pointer is. */
export function showBubble(strip, bubble, event, words) {
  const { left, width } = strip.getBoundingClientRect();
  bubble.hidden = false;
  bubble.textContent = words;
  bubble.style.insetInlineStart = `${Math.min(Math.max(event.clientX - left, 32), width - 32)}px`;
}

/** Writes hours below a strip, in the reader's time: with minutes where it shows a part of a day. */
export function labelHours(hours, start, length) {
  const two = (number) => String(number).padStart(2, "0");
  const labels = [...hours.children];
  labels.forEach((label, index) => {
    const time = new Date(start + (index * length * 1000) / (labels.length - 1));
    const isEnd = index === labels.length - 1 && time.getHours() === 0 && time.getMinutes() === 0;
    const hour = two(isEnd ? 24 : time.getHours());
    label.textContent = length > 12 * 3600 && time.getMinutes() === 0 ? hour : `${hour}:${two(time.getMinutes())}`;
  });
}

/**
 * @param {SVGElement} drawing
 * @param {{recorded: [string, string][], kept: [string, string, string][], deleted: [string, string, string, string, string, string | null][], events: [string, string, string, string, string | null][]}} timeline as the hub gives it
 * @param {number} start and `now`, in milliseconds since 1970; `length` in seconds
 */
export function draw(drawing, timeline, start, length, now) {
  drawing.setAttribute("viewBox", `0 0 ${length} 40`);
  const least = length / 1440;
  const size = length / COLUMNS;
  const isSeen = (from, to) => to > 0 && from < length;
  const seconds = (time) => (new Date(time).getTime() - start) / 1000;
  const within = (value) => Math.min(Math.max(value, 0), length);
  const boxes = [hatching(drawing, length)];
  const { recorded, holes } = recordedAndHoles(timeline, start);
  for (const [from, to] of recorded) if (isSeen(from, to)) boxes.push(box("recorded", within(from), within(to), 24, 36, least));
  for (const [from, to] of holes) {
    if (!isSeen(from, to)) continue;
    const hole = box("hole", within(from), within(to), 24, 36, least, "Nothing recorded");
    hole.setAttribute("fill", `url(#${drawing.dataset.hatching})`);
    boxes.push(hole);
  }
  for (const deletion of timeline.deleted) {
    const [from, to] = [seconds(deletion[0]), seconds(deletion[1])];
    // What could not be deleted is there.
    if (deletion[2] === "refused" || !isSeen(from, to)) continue;
    boxes.push(box("deleted", within(from), within(to), 28, 32, least, deletionWords(deletion)));
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
