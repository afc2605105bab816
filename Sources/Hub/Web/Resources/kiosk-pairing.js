// How a browser becomes a screen: it shows a code, and asks until an administrator has approved it.

const EVERY = 2_000;
const PATIENCE = 20_000;

const page = document.querySelector("[data-part=pairing]");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

function say(text) {
  if (part("notice").textContent !== text) part("notice").textContent = text;
  part("notice").hidden = text === "";
}

/** Null where the hub does not answer. */
async function ask(address, method = "GET", body = undefined) {
  try {
    const headers = { accept: "application/json", ...(body !== undefined && { "content-type": "application/json" }) };
    return await fetch(address, { method, headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    return null;
  }
}

/** Asks until the answer is one of these. */
async function insist(statuses, address, method, body) {
  while (true) {
    const answer = await ask(address, method, body);
    if (statuses.includes(answer?.status)) {
      say("");
      return answer;
    }
    let wait = 10;
    if (answer === null) {
      say("The hub does not answer. This page tries again by itself.");
    } else {
      const problem = await answer.json().catch(() => null);
      say(`${problem?.detail ?? "The hub could not do that."} This page tries again by itself.`);
      wait = Number(answer.headers.get("retry-after") ?? wait);
    }
    await pause(1_000 * wait);
  }
}

async function pair() {
  // What was a screen may be one still: when the page was made the hub did not know.
  if ("returning" in page.dataset && (await insist([200, 401, 404], "/api/v1/kiosk")).ok) return location.reload();
  const { code, secret } = await (await insist([201], "/api/v1/kiosks/pairings", "POST")).json();
  part("code").textContent = code;
  while (true) {
    await pause(EVERY);
    const answer = await insist([201, 202, 410], "/api/v1/kiosks/pairings/claim", "POST", { secret });
    // Paired; or the code is over, and the page that is loaded has another one.
    if (answer.status !== 202) return location.reload();
  }
}

if (part("code") !== null) pair();
part("sign-out")?.addEventListener("click", async () => {
  const answer = await ask("/api/v1/session", "DELETE");
  if (answer?.ok || answer?.status === 401) location.reload();
  else say("The hub could not sign you out: try again.");
});
