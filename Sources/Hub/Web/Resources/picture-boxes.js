// What an event's picture shows, framed. The boxes come with the picture and are of its own frame; whether they are drawn is kept by this browser.

import { ask } from "./page.js";

const SVG = "http://www.w3.org/2000/svg";
const KEY = "vigilar.boxes";
/** Pixels between a word and the sides of its plate. */
const MARGIN = 4;
// What second looks tell of an animal may make a pet of it later, which the title says then.
const words = { motion: "Motion", person: "Person", face: "Face", pet: "Pet", wildlife: "Animal", vehicle: "Vehicle" };

function isWanted() {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

function keep(isOn) {
  try {
    localStorage.setItem(KEY, isOn ? "on" : "off");
  } catch {
    // A browser that keeps nothing draws them until the page is left.
  }
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}

function label({ kind, score }) {
  const word = words[kind] ?? kind;
  return typeof score === "number" ? `${word} ${Math.round(score * 100)} %` : word;
}

/** One sentence for whoever does not see them. */
function sentence(boxes) {
  const counts = new Map();
  for (const box of boxes) counts.set(label(box), (counts.get(label(box)) ?? 0) + 1);
  const parts = [...counts].map(([text, count]) => (count === 1 ? text : `${text} (${count} times)`));
  return `Framed in the picture: ${parts.join(", ")}.`;
}

export class PictureBoxes {
  #tile;
  #button;
  #address;
  #isOn = isWanted();
  /** Of the picture that is shown: 0 where there is none, null where what is framed in it has to be asked for again. */
  #rank = 0;
  #boxes = [];
  #drawing = shape("svg", { class: "boxes", role: "img" });

  /**
   * @param tile Holds the picture, and nothing else that is seen while there is one.
   * @param button Turns the boxes on and off.
   * @param {string} address What says which there are.
   */
  constructor(tile, button, address) {
    this.#tile = tile;
    this.#button = button;
    this.#address = address;
    button.setAttribute("aria-pressed", this.#isOn);
    button.addEventListener("click", () => {
      this.#isOn = !this.#isOn;
      button.setAttribute("aria-pressed", this.#isOn);
      keep(this.#isOn);
      this.#draw();
    });
    // A picture has its size only once it is there.
    tile.addEventListener("load", () => this.#draw(), true);
    new ResizeObserver(() => this.#draw()).observe(tile);
  }

  /** Another picture, or none, may be shown by now. */
  async follow(rank) {
    if (rank === this.#rank) return;
    this.#rank = rank;
    this.#boxes = [];
    this.#draw();
    if (rank === 0) return;
    try {
      const answer = await ask(this.#address);
      // Those of a better picture wait until that one is shown.
      if (this.#rank === rank && answer.rank === rank) this.#boxes = answer.boxes;
    } catch {
      // The picture is worth as much without them.
      if (this.#rank === rank) this.#rank = null;
    }
    this.#draw();
  }

  #draw() {
    const image = this.#tile.querySelector("img");
    const isReady = this.#boxes.length > 0 && !this.#tile.hidden && image !== null && image.complete && image.naturalWidth > 0;
    this.#button.hidden = !isReady;
    this.#drawing.replaceChildren();
    if (!isReady || !this.#isOn) return this.#drawing.remove();
    this.#drawing.setAttribute("aria-label", sentence(this.#boxes));
    this.#tile.append(this.#drawing);
    const frame = this.#frame(image);
    const places = this.#boxes.map(({ box: [x, y, width, height] }) => ({
      x: frame.x + x * frame.width, y: frame.y + y * frame.height, width: width * frame.width, height: height * frame.height,
    }));
    for (const place of places) this.#drawing.append(shape("rect", { class: "ground", ...place }), shape("rect", { class: "line", ...place }));
    // Above all boxes. What nothing has a score of is named once: the word at each of many places says no more.
    const named = new Set();
    for (const [index, box] of this.#boxes.entries()) {
      const text = label(box);
      if (typeof box.score !== "number" && named.has(text)) continue;
      named.add(text);
      this.#write(text, places[index], frame);
    }
    return undefined;
  }

  /** Where the picture lies in the drawing, in pixels: as `object-fit: contain` lays it out in its element. */
  #frame(image) {
    const outer = this.#drawing.getBoundingClientRect();
    const inner = image.getBoundingClientRect();
    const scale = Math.min(inner.width / image.naturalWidth, inner.height / image.naturalHeight);
    const [width, height] = [image.naturalWidth * scale, image.naturalHeight * scale];
    return { x: inner.x - outer.x + (inner.width - width) / 2, y: inner.y - outer.y + (inner.height - height) / 2, width, height };
  }

  /** On the box where there is room above it, else in it; within the picture. */
  #write(name, place, frame) {
    const text = shape("text", { x: 0, y: 0 });
    text.textContent = name;
    this.#drawing.append(text);
    const bounds = text.getBBox();
    const width = bounds.width + 2 * MARGIN;
    const x = Math.max(frame.x, Math.min(place.x, frame.x + frame.width - width));
    const y = place.y - bounds.height >= frame.y ? place.y - bounds.height : place.y;
    text.setAttribute("x", x + MARGIN);
    text.setAttribute("y", y - bounds.y);
    text.before(shape("rect", { class: "plate", x, y, width, height: bounds.height }));
  }
}
