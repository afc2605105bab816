// When this browser last heard from the hub, for the page that says that it cannot be reached. A time and nothing else.

const KEY = "vigilar.heard";
/** Milliseconds from one note of it to the next. */
const EVERY = 5000;
let noted = 0;

/** Notes that the hub has just said something. */
export function heard() {
  if (Date.now() - noted < EVERY) return;
  noted = Date.now();
  try {
    localStorage.setItem(KEY, String(noted));
  } catch {
    // Nothing is kept here.
  }
}

/** @returns {Date?} nothing where it never did, or nobody knows */
export function lastHeard() {
  try {
    const time = Number(localStorage.getItem(KEY));
    return time > 0 && time <= Date.now() ? new Date(time) : null;
  } catch {
    return null;
  }
}
