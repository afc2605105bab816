// One element over the whole screen: by the browser's full screen, or over the whole page where a browser has that for videos alone (iPhone).

/** What is beside an element, and beside what it is in, cannot be reached while it is alone. */
function isolate(element, isAlone) {
  for (let one = element; one !== document.body; one = one.parentElement) {
    for (const other of one.parentElement.children) if (other !== one) other.inert = isAlone;
  }
}

export class FullScreen {
  #changed;
  #current = null;
  /** Those that cover the page for want of a full screen, the last on top. */
  #covers = [];

  /** @param {(now: HTMLElement | null, before: HTMLElement | null) => void} changed */
  constructor(changed) {
    this.#changed = changed;
    document.addEventListener("fullscreenchange", () => this.#show());
    // Browsers leave their full screen by themselves, most of them without telling the page of the key.
    addEventListener("keydown", (event) => { if (event.key === "Escape") this.leave(); });
  }

  /** The element that is alone; null where the page is as always. */
  get current() { return this.#current; }

  async enter(element) {
    try {
      await element.requestFullscreen();
    } catch {
      this.#covers.push(element);
      this.#show();
    }
  }

  /** Back to what was there before. */
  leave() {
    if (this.#covers.pop() !== undefined) this.#show();
    else if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
  }

  #show() {
    const now = this.#covers.at(-1) ?? document.fullscreenElement ?? null;
    const before = this.#current;
    if (now === before) return;
    this.#current = now;
    if (before !== null) {
      delete before.dataset.full;
      isolate(before, false);
    }
    if (now !== null) {
      now.dataset.full = "";
      isolate(now, true);
    }
    this.#changed(now, before);
  }
}
