// Arranging the cameras of the live page, by pointer or by keyboard, in a mode of its own in which tiles lead nowhere.

import { arrangement, keep, sorted } from "./arrangement.js";
import { part } from "./page.js";

/** Pixels from the top and the bottom within which a tile that is dragged moves the page, and how far with each move. */
const EDGE = 96;
const STEP = 16;

const cameraOf = (tile) => tile.dataset.camera;
const tilesOf = (list) => [...list.querySelectorAll(".live-tile")];
const isLarge = (tile) => "large" in tile.dataset;

export class Arranging {
  #lists = [...part("cameras").querySelectorAll(".live-grid")];
  /** The tile that is dragged, and the one that the pointer was over last. */
  #dragged = null;
  #over = null;
  isOn = false;

  /** Puts the tiles as they were arranged. */
  constructor() {
    const { order, large } = arrangement();
    for (const list of this.#lists) {
      const byCamera = new Map(tilesOf(list).map((tile) => [cameraOf(tile), tile]));
      list.append(...sorted([...byCamera.keys()], order).map((camera) => byCamera.get(camera)));
      for (const tile of byCamera.values()) {
        this.#enlarge(tile, large.includes(cameraOf(tile)));
        this.#offer(tile);
      }
    }
    part("cameras").dataset.ready = "";
    part("arrange").addEventListener("click", () => this.#turn(!this.isOn));
  }

  #turn(isOn) {
    this.isOn = isOn;
    part("cameras").toggleAttribute("data-arranging", isOn);
    part("arrange-text").textContent = isOn ? "Done" : "Arrange";
    part("fill-wall").hidden = isOn;
    part("arranged").textContent = "";
    for (const tile of this.#lists.flatMap(tilesOf)) {
      tile.querySelector("a").inert = isOn;
      part("fill", tile).hidden = isOn;
      part("tools", tile).hidden = !isOn;
    }
  }

  #offer(tile) {
    part("earlier", tile).addEventListener("click", () => this.#step(tile, -1));
    part("later", tile).addEventListener("click", () => this.#step(tile, 1));
    part("large", tile).addEventListener("click", () => {
      this.#enlarge(tile, !isLarge(tile));
      this.#keep();
    });
    tile.addEventListener("pointerdown", (event) => this.#take(tile, event));
    tile.addEventListener("pointermove", (event) => this.#drag(tile, event));
    tile.addEventListener("lostpointercapture", () => this.#drop(tile));
  }

  #enlarge(tile, isLarge) {
    tile.toggleAttribute("data-large", isLarge);
    part("large", tile).setAttribute("aria-pressed", isLarge);
  }

  #step(tile, by) {
    const tiles = tilesOf(tile.parentElement);
    const other = tiles[tiles.indexOf(tile) + by];
    if (other !== undefined) this.#move(tile, other);
    this.#tell(tile, other === undefined ? "stays" : "is now");
    tile.scrollIntoView({ block: "nearest" });
  }

  /** The others move around it: what leaves the document, even for a moment, loses the focus and the pointer. */
  #move(tile, to) {
    const list = tile.parentElement;
    const tiles = tilesOf(list);
    const [from, until] = [tiles.indexOf(tile), tiles.indexOf(to)];
    for (const one of tiles.slice(from + 1, until + 1)) tile.before(one);
    for (const one of tiles.slice(until, from).reverse()) tile.after(one);
    this.#keep();
  }

  #tell(tile, words) {
    const tiles = tilesOf(tile.parentElement);
    part("arranged").textContent = `${part("name", tile).textContent} ${words} ${tiles.indexOf(tile) + 1} of ${tiles.length}`;
  }

  #keep() {
    const tiles = this.#lists.flatMap(tilesOf);
    keep(tiles.map(cameraOf), tiles.filter(isLarge).map(cameraOf));
  }

  /** A finger takes a tile by its handle, since it moves the page elsewhere; a mouse takes it anywhere. */
  #take(tile, event) {
    const isHeld = event.target.closest("[data-part=handle]") !== null || (event.pointerType === "mouse" && event.target.closest("button") === null);
    if (!this.isOn || !isHeld || event.button !== 0 || this.#dragged !== null) return;
    event.preventDefault();
    tile.setPointerCapture(event.pointerId);
    tile.dataset.dragged = "";
    this.#dragged = tile;
    this.#over = tile;
  }

  #drag(tile, { clientX, clientY }) {
    if (tile !== this.#dragged) return;
    if (clientY < EDGE) scrollBy(0, -STEP);
    else if (clientY > innerHeight - EDGE) scrollBy(0, STEP);
    const over = () => document.elementFromPoint(clientX, clientY)?.closest(".live-tile") ?? null;
    const other = over();
    if (other === this.#over) return;
    this.#over = other;
    if (other === null || other === tile || other.parentElement !== tile.parentElement) return;
    this.#move(tile, other);
    // What has come under the pointer by this is not where it was moved to: two tiles of different sizes would change places for ever.
    this.#over = over();
  }

  #drop(tile) {
    if (tile !== this.#dragged) return;
    delete tile.dataset.dragged;
    this.#dragged = null;
    this.#tell(tile, "is now");
  }
}
