// Of which cameras a still now and then is enough: those at which nothing has happened for a minute, and that nobody points at. It saves their
// nodes' uplink.

/** Milliseconds. */
const IDLE_AFTER = 60_000;
const LOOK = 1_000;
/** Changes that come together are told together. */
const GATHER = 100;

export class IdleCameras {
  /** By camera: reasons to show it moving, and when the last one ended. */
  #cameras = new Map();
  #changed;
  #isOn = false;
  #idle = new Set();
  #timer = 0;

  /**
   * @param {string[]} cameras
   * @param {(idle: Set<string>) => void} changed
   */
  constructor(cameras, changed) {
    for (const camera of cameras) this.#cameras.set(camera, { reasons: new Set(), since: performance.now() });
    this.#changed = changed;
    setInterval(() => this.#look(), LOOK);
  }

  /** Whether stills are wanted at all. */
  get isOn() { return this.#isOn; }

  set isOn(isOn) {
    this.#isOn = isOn;
    this.#look();
  }

  /** Somebody looks at the page anew: for a minute everything moves. */
  wake() {
    for (const camera of this.#cameras.values()) camera.since = performance.now();
    this.#look();
  }

  /** The camera is to move for as long as this lasts, and for a minute after it. */
  set(camera, reason, isSo) {
    const one = this.#cameras.get(camera);
    if (one === undefined || one.reasons.has(reason) === isSo) return;
    if (isSo) one.reasons.add(reason);
    else one.reasons.delete(reason);
    one.since = performance.now();
    this.#look();
  }

  #look() {
    const now = performance.now();
    const isIdle = ({ reasons, since }) => this.#isOn && reasons.size === 0 && now - since >= IDLE_AFTER;
    const idle = new Set([...this.#cameras].filter(([, one]) => isIdle(one)).map(([camera]) => camera));
    if (idle.symmetricDifference(this.#idle).size === 0) return;
    this.#idle = idle;
    if (this.#timer !== 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#changed(this.#idle);
    }, GATHER);
  }
}
