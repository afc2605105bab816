// The large picture of an event, over the page. The browser's own dialog keeps the focus in it, closes on Escape, and gives the focus back.

export class Viewer {
  #dialog;
  #picture = document.createElement("img");
  #shown = null;

  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.#dialog = dialog;
    dialog.querySelector("figure").prepend(this.#picture);
    dialog.addEventListener("click", (event) => {
      // A click beside the picture meets the dialog itself.
      if (event.target === dialog || event.target.closest('[data-part="viewer-close"]') !== null) dialog.close();
    });
    dialog.addEventListener("close", () => {
      this.#picture.removeAttribute("src");
      this.#shown = null;
    });
    this.#picture.addEventListener("error", () => this.#say("The picture is gone: its event was deleted, or the hub does not answer."));
    this.#picture.addEventListener("load", () => this.#say(""));
  }

  #part(name) { return this.#dialog.querySelector(`[data-part="viewer-${name}"]`); }

  #say(text) {
    this.#part("problem").textContent = text;
    this.#part("problem").hidden = text === "";
  }

  /** Shows what a row's picture leads to. */
  show(link) {
    const thumbnail = link.querySelector("img");
    // The shape is known before the large picture is there, so that nothing moves when it comes.
    this.#picture.width = 1280;
    this.#picture.height = Math.round((1280 * (thumbnail.naturalHeight || 9)) / (thumbnail.naturalWidth || 16));
    this.#shown = link.closest(".event").dataset.id;
    this.#describe(link);
    this.#say("");
    this.#picture.src = link.href;
    this.#dialog.showModal();
  }

  /** The row of an event has changed: a better picture takes the place of the one that is shown. */
  update(row) {
    const link = row.querySelector('[data-part="picture"]');
    if (link === null || row.dataset.id !== this.#shown) return;
    this.#describe(link);
    if (this.#picture.src !== link.href) this.#picture.src = link.href;
  }

  #describe(link) {
    const row = link.closest(".event");
    const text = (name) => row.querySelector(`[data-part="${name}"]`).textContent;
    this.#picture.alt = link.querySelector("img").alt;
    this.#part("title").textContent = text("title");
    this.#part("where").textContent = `${text("camera")} · ${row.querySelector('[data-part="time"]').title}`;
  }
}
