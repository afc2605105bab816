// Which event's camera comes forward on a screen, and for how long.

/** Milliseconds for which a camera stays in front after the last that was told of its event. */
const LENGTH = 30_000;
/** Milliseconds after its end for which an event is worth it: a screen that was away is told of what it missed. */
const RECENT = 60_000;
const RANKS = ["info", "notice", "warning", "alarm", "critical"];

const rank = (event) => RANKS.indexOf(event.severity);
const concerns = (event) => event.type === "person" || rank(event) >= RANKS.indexOf("alarm");

export class Front {
  #event = null;
  /** By the page's own clock: the hub's is known only some time after the page was loaded, and may be set. */
  #until = 0;

  /**
   * Takes what the stream tells of an event.
   * @param {object} event its summary
   * @param {number} now milliseconds since 1970, by the hub's clock
   */
  offer(event, now) {
    const present = this.present;
    const isSame = present?.id === event.id;
    // Somebody has seen to it.
    if (event.acknowledged) {
      if (isSame) this.#event = null;
      return;
    }
    const isRecent = event.end_ts === null || now - Date.parse(event.end_ts) < RECENT;
    if (!concerns(event) || !isRecent || (present !== null && !isSame && rank(event) < rank(present))) return;
    this.#event = event;
    this.#until = performance.now() + LENGTH;
  }

  /** The event whose camera is in front; null where none is. */
  get present() {
    if (performance.now() >= this.#until) this.#event = null;
    return this.#event;
  }
}
