// Keys of the timeline. Those of one letter can be turned off, which the browser remembers: speech input and unsteady hands press them unasked.

const KEPT = "vigilar.keys";
/** What may go on for as long as a key is held. */
const REPEATED = new Set(["j", "k", "ArrowDown", "ArrowUp"]);

/** Whether a key is text there, or chooses an entry. */
const isTyped = (element) => element.closest('input:not([type="checkbox"]), select, textarea, video') !== null;

function areOn() {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true;
  }
}

function keep(isOn) {
  try {
    if (isOn) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, "off");
  } catch {
    // A browser that keeps nothing does it until the page is left.
  }
}

/**
 * Listens to keys for as long as the page is there.
 * @param {HTMLDialogElement} dialog that lists them, with a field that turns letters on and off
 * @param {HTMLElement} button that opens it, too
 * @param {Record<string, () => boolean | void>} letters what each does
 * @param {Record<string, () => boolean | void>} others what keys do that are no letters: false where a key has nothing to do there, and is the browser's
 */
export function listen(dialog, button, letters, others) {
  let isOn = areOn();
  const field = dialog.querySelector("input");
  field.checked = isOn;
  field.addEventListener("change", () => {
    isOn = field.checked;
    keep(isOn);
  });
  const open = () => dialog.showModal();
  button.addEventListener("click", open);
  const actions = new Map(Object.entries({ ...letters, "?": open }));
  const always = new Map(Object.entries(others));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyped(event.target) || document.querySelector("dialog[open]") !== null) return;
    if (event.repeat && !REPEATED.has(event.key)) return;
    const action = always.get(event.key) ?? (isOn ? actions.get(event.key) : undefined);
    if (action !== undefined && action() !== false) event.preventDefault();
  });
}
