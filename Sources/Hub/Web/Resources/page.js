// What every page does: asking the hub, saying what went wrong, showing the stream's state, signing out.

import { heard } from "./heard.js";
import { forgetShell, keepShell } from "./shell.js";

export const part = (name, within = document) => within.querySelector(`[data-part="${name}"]`);

const states = {
  live: "Live",
  reconnecting: "Reconnecting…",
  stale: "Not live: what is shown may be old",
};

export function signedOut() {
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}

export function say(text) {
  part("notice").textContent = text;
  part("notice").hidden = text === "";
}

export async function ask(address, options = {}) {
  const answer = await fetch(address, { headers: { accept: "application/json" }, ...options });
  heard();
  if (answer.status === 401) {
    signedOut();
    throw new Error("signed out");
  }
  const body = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body?.detail ?? "The hub could not do that."), { status: answer.status });
  return body;
}

/**
 * Of which events the account may say that they were seen, and what they show: what an element of the page says in `data-operates`.
 * @returns {(event: {site: string, source_id: string}) => boolean}
 */
export function operatedBy(element) {
  const places = new Set(element.dataset.operates.split(" "));
  return (event) => places.has("everything") || places.has(`site:${event.site}`) || places.has(`camera:${event.source_id}`);
}

/** The state of the event stream, in the bar. */
export function showConnection(state) {
  part("connection").dataset.state = state;
  part("connection-text").textContent = states[state];
}

/** A button that copies a text. Where the browser has no clipboard for this page, the text is selected to be copied by hand. */
export function offerCopy(button, text) {
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(text);
    }
  });
  // Another text is not copied yet.
  new MutationObserver(() => { button.textContent = "Copy"; }).observe(text, { childList: true });
}

part("sign-out").addEventListener("click", async () => {
  try {
    await ask("/api/v1/session", { method: "DELETE" });
    await forgetShell();
    location.assign("/sign-in");
  } catch (error) {
    say(error.message);
  }
});

// After what the page itself needs.
addEventListener("load", keepShell);
