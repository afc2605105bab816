// The live picture of one camera in a video element, over a request of its own.

import { signedOut } from "./page.js";
import { LiveStream } from "./live-stream.js";
import { LiveVideo } from "./live-video.js";

export class LiveCamera {
  #video;
  #camera;
  #mayBeStills;
  #stream;
  #picture = null;

  /**
   * @param {HTMLVideoElement} video
   * @param {string} camera
   * @param {"sub" | "main"} stream
   * @param {boolean} mayBeStills whether JPEGs are shown of what the browser cannot play
   */
  constructor(video, camera, stream, mayBeStills) {
    this.#video = video;
    this.#camera = camera;
    this.#mayBeStills = mayBeStills;
    this.#stream = new LiveStream([camera], stream, {
      record: (_, kind, time, content) => {
        this.#picture?.take(kind, time, content);
        // What cannot be played need not come.
        if (this.#picture?.isUnplayable) this.#stream.close();
      },
      lost: (words) => this.#picture?.lost(words),
      signedOut,
    });
  }

  /**
   * Begins anew where it is open already.
   * @param {(words: string, isShowing: boolean) => void} say as LiveVideo's; not called any more once it is closed
   */
  open(say) {
    this.close();
    const picture = new LiveVideo(this.#video, this.#camera, (words, isShowing) => {
      if (this.#picture === picture) say(words, isShowing);
    }, this.#mayBeStills);
    this.#picture = picture;
    this.#stream.open();
  }

  /** Asks for no more, and lets go of the element. */
  close() {
    const picture = this.#picture;
    if (picture === null) return;
    this.#picture = null;
    this.#stream.close();
    picture.close();
  }
}
