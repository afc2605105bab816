// Polygons over a picture: drawn corner by corner, and moved by their corners, with a pointer or with the keyboard. Corners are [x, y] in
// fractions of the picture from its upper left corner.

const SVG = "http://www.w3.org/2000/svg";
const CORNERS = 64;
/** How near to the first corner a click closes the polygon, in pixels of the page. */
const NEAR = 14;
const STEP = 0.01;
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const fraction = (value) => Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000;

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

export class Polygons {
  #svg;
  #told;
  #shapes = [];
  #drawn = null;
  #cursor = [0.5, 0.5];

  /**
   * @param {SVGSVGElement} svg lies over the picture
   * @param {{ changed(): void, drawing(text: string): void, drawn(kind: string, polygon: number[][]): void }} told
   */
  constructor(svg, told) {
    this.#svg = svg;
    this.#told = told;
    new ResizeObserver(() => this.#render()).observe(svg);
    svg.addEventListener("click", (event) => this.#click(event));
    svg.addEventListener("pointermove", (event) => this.#hover(event));
    svg.addEventListener("keydown", (event) => this.#key(event));
    svg.addEventListener("pointerdown", (event) => this.#grab(event));
  }

  get isDrawing() { return this.#drawn !== null; }

  /** Shows these: `{ kind, label, polygon }` each, whose polygon is changed in place. */
  show(shapes) {
    this.#shapes = shapes;
    this.#render();
  }

  /** Lets a person draw one. */
  draw(kind) {
    this.#drawn = { kind, polygon: [] };
    this.#cursor = [0.5, 0.5];
    this.#svg.tabIndex = 0;
    this.#render();
    this.#svg.focus();
    this.#tell();
  }

  cancel() {
    if (this.#drawn === null) return;
    this.#drawn = null;
    this.#svg.tabIndex = -1;
    this.#render();
    this.#told.drawing("");
  }

  #tell() {
    const count = this.#drawn.polygon.length;
    this.#told.drawing(
      count < 3
        ? "Click its corners one after the other. With the keyboard: arrow keys move the cross, Space sets a corner, Escape ends."
        : "Click the first corner or press Enter to close it. Backspace takes the last corner back.",
    );
  }

  #add(point) {
    const { polygon } = this.#drawn;
    if (polygon.length < CORNERS) polygon.push(point.map(fraction));
    this.#render();
    this.#tell();
  }

  #close() {
    const { kind, polygon } = this.#drawn;
    if (polygon.length < 3) return;
    this.cancel();
    this.#told.drawn(kind, polygon);
  }

  #point(event) {
    const box = this.#svg.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  #click(event) {
    if (this.#drawn === null) return;
    const point = this.#point(event);
    const box = this.#svg.getBoundingClientRect();
    const first = this.#drawn.polygon[0];
    const isNear = first !== undefined && Math.hypot((point[0] - first[0]) * box.width, (point[1] - first[1]) * box.height) <= NEAR;
    if (isNear && this.#drawn.polygon.length >= 3) this.#close();
    else this.#add(point);
  }

  #hover(event) {
    if (this.#drawn === null) return;
    this.#cursor = this.#point(event).map(fraction);
    this.#render();
  }

  #key(event) {
    const by = arrows[event.key];
    const step = event.shiftKey ? STEP * 5 : STEP;
    if (this.#drawn !== null) {
      if (by !== undefined) {
        this.#cursor = this.#cursor.map((value, axis) => fraction(value + by[axis] * step));
        this.#render();
      } else if (event.key === " ") this.#add(this.#cursor);
      else if (event.key === "Enter") this.#close();
      else if (event.key === "Escape") this.cancel();
      else if (event.key === "Backspace") {
        this.#drawn.polygon.pop();
        this.#render();
        this.#tell();
      } else return;
      event.preventDefault();
      return;
    }
    const corner = event.target.closest("[data-corner]");
    if (corner === null) return;
    const { shape, corner: index } = corner.dataset;
    const { polygon } = this.#shapes[shape];
    if (by !== undefined) polygon[index] = polygon[index].map((value, axis) => fraction(value + by[axis] * step));
    else if (event.key === "Delete" && polygon.length > 3) polygon.splice(index, 1);
    else return;
    event.preventDefault();
    this.#render();
    this.#focus(shape, Math.min(index, polygon.length - 1));
    this.#told.changed();
  }

  #focus(shape, corner) { this.#svg.querySelector(`[data-shape="${shape}"][data-corner="${corner}"]`)?.focus(); }

  #grab(event) {
    const corner = event.target.closest("[data-corner]");
    if (corner === null || this.#drawn !== null) return;
    event.preventDefault();
    const { shape, corner: index } = corner.dataset;
    const move = (moved) => {
      this.#shapes[shape].polygon[index] = this.#point(moved).map(fraction);
      this.#render();
    };
    const end = () => {
      this.#svg.removeEventListener("pointermove", move);
      this.#focus(shape, index);
      this.#told.changed();
    };
    // The element under the pointer is drawn anew with every move, so the whole picture holds the pointer.
    this.#svg.setPointerCapture(event.pointerId);
    this.#svg.addEventListener("pointermove", move);
    this.#svg.addEventListener("lostpointercapture", end, { once: true });
  }

  #render() {
    const { width, height } = this.#svg.getBoundingClientRect();
    if (width === 0 || height === 0) return;
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#svg.toggleAttribute("data-drawing", this.isDrawing);
    const place = ([x, y]) => [x * width, y * height];
    const points = (polygon) => polygon.map((point) => place(point).join(",")).join(" ");
    const parts = [];
    for (const [number, shape] of this.#shapes.entries()) {
      parts.push(element("polygon", { points: points(shape.polygon), "data-kind": shape.kind }));
      if (this.isDrawing) continue;
      for (const [index, point] of shape.polygon.entries()) {
        const [cx, cy] = place(point);
        parts.push(element("circle", { cx, cy, r: 7, "data-kind": shape.kind }));
        parts.push(element("circle", {
          cx, cy, r: 14, class: "grip", tabindex: 0, role: "button", "data-shape": number, "data-corner": index,
          "aria-label": `${shape.label}, corner ${index + 1} of ${shape.polygon.length}. Arrow keys move it, Delete takes it away.`,
        }));
      }
    }
    if (this.isDrawing) {
      const { kind, polygon } = this.#drawn;
      parts.push(element("polyline", { points: points([...polygon, this.#cursor]), "data-kind": kind }));
      for (const [index, point] of polygon.entries()) {
        const [cx, cy] = place(point);
        parts.push(element("circle", { cx, cy, r: index === 0 ? 9 : 5, "data-kind": kind }));
      }
      const [x, y] = place(this.#cursor);
      parts.push(element("path", { d: `M${x - 10} ${y}h20M${x} ${y - 10}v20`, class: "cross" }));
    }
    const focused = document.activeElement?.dataset ?? {};
    this.#svg.replaceChildren(...parts);
    if (focused.corner !== undefined) this.#focus(focused.shape, focused.corner);
  }
}
