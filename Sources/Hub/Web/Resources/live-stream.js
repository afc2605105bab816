// The live pictures of several cameras over one request. A record: length of what follows (4 bytes), kind (1), number of the camera (1), time in
// microseconds since 1970 (8), content; numbers big-endian.

export const START = 1;
export const KEYFRAME = 2;
export const PICTURE = 3;
export const STILL = 4;
export const NOTICE = 5;

const HEAD = 14;
const LIMIT = 32 << 20;
/** A page that nobody looks at for so long lets go of the stream: it takes the camera's uplink. */
const HIDDEN_TOO_LONG = 5_000;
/** The hub says something every few seconds, if only that all is well. */
const SILENT_TOO_LONG = 20_000;

export class LiveStream {
  #address;
  #handlers;
  #abort = null;
  /** The request before, which goes on until the present one is answered. */
  #former = null;
  /** Cameras of which a still now and then is enough. */
  #idle = [];
  /** Whether somebody asked for it: what was closed on purpose stays closed when the page is seen again. */
  #isWanted = false;
  #retry = 500;
  #timer = 0;
  #hiding = 0;
  #silence = 0;

  /**
   * @param {string[]} cameras
   * @param {"sub" | "main"} stream of those that have two
   * @param {{record: (camera: number, kind: number, time: number, content: Uint8Array) => void, lost: (words: string) => void,
   *   signedOut: () => void}} handlers `time` in seconds since 1970
   */
  constructor(cameras, stream, handlers) {
    this.#address = `/api/v1/live?cameras=${cameras.join(",")}&stream=${stream}`;
    this.#handlers = handlers;
    addEventListener("online", () => this.#resume());
    addEventListener("pagehide", () => this.#end());
    addEventListener("pageshow", (event) => { if (event.persisted) this.#resume(); });
    document.addEventListener("visibilitychange", () => this.#visibilityChanged());
  }

  get isOpen() { return this.#abort !== null; }

  open() {
    this.#isWanted = true;
    this.#end();
    return this.#ask();
  }

  /**
   * Of some of the cameras stills are enough, until this is called again. What moves goes on without a break.
   * @param {string[]} cameras
   */
  rest(cameras) {
    this.#idle = cameras;
    if (this.#abort !== null) this.#ask();
  }

  async #ask() {
    // One that was not answered yet is of no use to anybody.
    if (this.#former === null) this.#former = this.#abort;
    else this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    let words = "The hub has ended the stream.";
    try {
      this.#listen(abort);
      const idle = this.#idle.length > 0 ? `&idle=${this.#idle.join(",")}` : "";
      const answer = await fetch(this.#address + idle, { signal: abort.signal });
      if (this.#abort !== abort) return undefined;
      this.#former?.abort();
      this.#former = null;
      if (answer.status === 401) return this.#handlers.signedOut();
      if (!answer.ok) throw new Error((await answer.json()).detail);
      await this.#read(answer.body.getReader(), abort);
    } catch (error) {
      words = error instanceof TypeError ? "The hub does not answer." : error.message;
    }
    if (this.#abort !== abort) return undefined;
    this.#end();
    this.#handlers.lost(words);
    this.#timer = setTimeout(() => this.open(), this.#retry * (0.5 + Math.random() / 2));
    this.#retry = Math.min(this.#retry * 2, 10_000);
    return undefined;
  }

  close() {
    this.#isWanted = false;
    this.#end();
  }

  #resume() {
    if (this.#isWanted) this.open();
  }

  #end() {
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    const [former, abort] = [this.#former, this.#abort];
    [this.#former, this.#abort] = [null, null];
    former?.abort();
    abort?.abort();
  }

  /** A connection may be dead without anybody knowing it. */
  #listen(abort) {
    if (abort !== this.#abort) return;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => abort.abort(new Error("The hub does not answer.")), SILENT_TOO_LONG);
  }

  async #read(reader, abort) {
    let waiting = new Uint8Array(0);
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      this.#listen(abort);
      this.#retry = 500;
      let bytes = value;
      if (waiting.length > 0) {
        bytes = new Uint8Array(waiting.length + value.length);
        bytes.set(waiting);
        bytes.set(value, waiting.length);
      }
      let at = 0;
      while (bytes.length - at >= HEAD) {
        const view = new DataView(bytes.buffer, bytes.byteOffset + at);
        const end = at + 4 + view.getUint32(0);
        if (end - at > LIMIT || end - at < HEAD) throw new Error("The hub sends what is no live video.");
        if (end > bytes.length) break;
        this.#handlers.record(view.getUint8(5), view.getUint8(4), Number(view.getBigInt64(6)) / 1e6, bytes.slice(at + HEAD, end));
        at = end;
      }
      waiting = bytes.slice(at);
    }
  }

  #visibilityChanged() {
    clearTimeout(this.#hiding);
    if (document.hidden) {
      this.#hiding = setTimeout(() => this.#end(), HIDDEN_TOO_LONG);
    } else if (this.#abort === null) {
      this.#resume();
    }
  }
}
