// What every page does: asking the hub, saying what went wrong, showing the stream's state, signing out.

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
  if (answer.status === 401) {
    signedOut();
    throw new Error("signed out");
  }
  const body = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body?.detail ?? "The hub could not do that."), { status: answer.status });
  return body;
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
    location.assign("/sign-in");
  } catch (error) {
    say(error.message);
  }
});
