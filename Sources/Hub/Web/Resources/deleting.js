// Recordings that somebody deletes: what is asked before, and what is said afterwards of what is gone.

import { time } from "./format.js";
import { part } from "./page.js";

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Asks whether recordings are to be deleted; nothing brings them back. */
export function asksToDelete(title, words) {
  const dialog = part("deleting");
  part("deleting-title").textContent = title;
  part("deleting-words").textContent = words;
  // Escape closes it as it is.
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** Who deleted something, and when. */
export const deletedWords = (who, when) => `Deleted by ${who}, ${moment.format(new Date(when))}.`;

/** The same of a span of a timeline, and what its node says to it. */
export function deletionWords([from, to, state, who, when, why]) {
  const span = `${time(new Date(from))}–${time(new Date(to))}`;
  const reason = why === null ? "" : ` (${why})`;
  if (state === "refused") return `${span}: could not be deleted${reason}. Asked for by ${who}, ${moment.format(new Date(when))}.`;
  const words = `${span}: ${deletedWords(who, when)}`;
  return state === "waiting" ? `${words} The node has not confirmed it yet${reason}.` : words;
}
