// How somebody has arranged the cameras of the live page: in which order, and which of them are large. Kept by this browser.

const KEY = "vigilar.grid";

const ids = (value) => (Array.isArray(value) ? [...new Set(value.filter((one) => typeof one === "string"))] : []);

/** What is kept; of what makes no sense nothing. */
export function arrangement() {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(KEY));
  } catch {
    // It is not kept here, or is not what was written.
  }
  return { order: ids(kept?.order), large: ids(kept?.large) };
}

/** Those that nobody has put anywhere come last, as they came. */
export function sorted(cameras, order) {
  const place = (camera) => (order.includes(camera) ? order.indexOf(camera) : order.length);
  return cameras.toSorted((one, other) => place(one) - place(other));
}

/**
 * Keeps the order of these cameras, and which of them are large. Others, of another site or away, keep their places.
 * @param {string[]} cameras
 * @param {string[]} large
 */
export function keep(cameras, large) {
  const before = arrangement();
  const isOther = (camera) => !cameras.includes(camera);
  const next = cameras.values();
  const order = [...before.order, ...cameras.filter((camera) => !before.order.includes(camera))]
    .map((camera) => (isOther(camera) ? camera : next.next().value));
  try {
    localStorage.setItem(KEY, JSON.stringify({ order, large: [...before.large.filter(isOther), ...large] }));
  } catch {
    // A browser that keeps nothing shows it until the page is left.
  }
}
