// One's own account: its password and second factor, where it is signed in, and its tokens.

import { browserName, rightsText } from "./account-words.js";
import { when } from "./journal.js";
import "./notifications.js";
import { ask, offerCopy, part, say } from "./page.js";

const JSON_HEADERS = { accept: "application/json", "content-type": "application/json" };
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const send = (address, method, body) => ask(address, { method, headers: JSON_HEADERS, body: JSON.stringify(body) });

/** Runs what a form asks for; what goes wrong is said beside it. */
function onSubmit(form, problem, work) {
  form.addEventListener("submit", async (submit) => {
    submit.preventDefault();
    problem.hidden = true;
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await work(form.elements);
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    }
    button.disabled = false;
  });
}

// Password

const passwordForm = part("password");
onSubmit(passwordForm, part("problem", passwordForm), async (fields) => {
  part("done", passwordForm).hidden = true;
  await send("/api/v1/account/password", "PUT", { current: fields.current.value, new: fields.new.value });
  passwordForm.reset();
  part("done", passwordForm).textContent = "The password is changed.";
  part("done", passwordForm).hidden = false;
  await refreshSessions();
});

// Second factor

const factorForm = part("factor");
const factorProblem = part("factor-problem");
let secret = "";

async function refreshAccount() {
  const account = await ask("/api/v1/account");
  part("rights").textContent = rightsText(account.grants);
  const left = account.recovery_codes;
  part("factor-state").textContent = account.second_factor
    ? `On. ${left === 1 ? "One recovery code is" : `${left} recovery codes are`} left; setting it up anew makes ten.`
    : "Off. With a code from your phone beside the password, nobody comes in who has only found out the password.";
  part("factor-begin").textContent = account.second_factor ? "Set up anew" : "Set up";
  part("factor-remove").hidden = !account.second_factor;
}

part("factor-begin").addEventListener("click", async () => {
  factorProblem.hidden = true;
  try {
    const made = await ask("/api/v1/account/second-factor", { method: "POST" });
    secret = made.secret;
    part("secret").textContent = secret.replace(/(.{4})(?=.)/g, "$1 ");
    // Parsed as a picture: markup within it would stay text.
    part("picture").replaceChildren(new DOMParser().parseFromString(made.picture, "image/svg+xml").documentElement);
    part("recovery").hidden = true;
    factorForm.hidden = false;
    factorForm.elements.code.focus();
  } catch (error) {
    factorProblem.textContent = error.message;
    factorProblem.hidden = false;
  }
});

onSubmit(factorForm, factorProblem, async (fields) => {
  const made = await send("/api/v1/account/second-factor", "PUT", { secret, code: fields.code.value, password: fields.password.value });
  factorForm.reset();
  factorForm.hidden = true;
  secret = "";
  part("secret").textContent = "";
  part("picture").replaceChildren();
  part("codes").replaceChildren(...made.recovery_codes.map((code) => {
    const line = document.createElement("li");
    line.textContent = code;
    return line;
  }));
  part("recovery").hidden = false;
  await refreshAccount();
});

onSubmit(part("factor-remove"), factorProblem, async (fields) => {
  await send("/api/v1/account/second-factor", "DELETE", { password: fields.password.value });
  part("factor-remove").reset();
  part("recovery").hidden = true;
  await refreshAccount();
});

// This device

/** Says what there is to do for an app, which depends on browser and address. */
function showDevice(kind) {
  for (const words of part("device").querySelectorAll("[data-device]")) words.hidden = words.dataset.device !== kind;
}

let offer = null;
addEventListener("beforeinstallprompt", (event) => {
  // The browser's own banner would come over whatever page somebody is at.
  event.preventDefault();
  offer = event;
  showDevice("offer");
});
addEventListener("appinstalled", () => showDevice("app"));
part("install").addEventListener("click", async () => {
  // It can be asked once; who declines finds it in the menu.
  const { outcome } = await offer.prompt();
  if (outcome !== "accepted") showDevice("menu");
});

// Only Safari on an iPhone or iPad knows this property.
const isApple = "standalone" in navigator;
if (!isSecureContext) showDevice("http");
else if (navigator.standalone === true || matchMedia("(display-mode: standalone)").matches) showDevice("app");
else showDevice(isApple ? "apple" : "menu");

// Sessions and tokens

function line(session) {
  const made = part("session").content.firstElementChild.cloneNode(true);
  const name = session.kind === "token" ? session.label : browserName(session.label);
  const facts = session.kind === "token"
    ? [rightsText(session.grants), `last used ${when(new Date(session.used_at))}`, `good until ${day.format(new Date(session.expires_at))}`]
    : [session.is_this ? "this browser" : `last used ${when(new Date(session.used_at))}`, `since ${when(new Date(session.created_at))}`, session.address];
  part("name", made).textContent = name;
  part("rights", made).textContent = facts.filter((fact) => fact !== "").join(" · ");
  part("end", made).setAttribute("aria-label", `End ${name}`);
  part("end", made).hidden = session.is_this;
  part("end", made).addEventListener("click", async () => {
    try {
      await ask(`/api/v1/account/sessions/${session.id}`, { method: "DELETE" });
      say("");
    } catch (error) {
      say(error.message);
    }
    await refreshSessions();
  });
  return made;
}

async function refreshSessions() {
  try {
    const { items } = await ask("/api/v1/account/sessions");
    part("sessions").replaceChildren(...items.filter((one) => one.kind === "browser").map(line));
    part("tokens").replaceChildren(...items.filter((one) => one.kind === "token").map(line));
    part("end-others").hidden = items.filter((one) => one.kind === "browser").length < 2;
  } catch (error) {
    say(error.message);
  }
}

part("end-others").addEventListener("click", async () => {
  try {
    await ask("/api/v1/account/sessions", { method: "DELETE" });
    say("");
  } catch (error) {
    say(error.message);
  }
  await refreshSessions();
});

const tokenForm = part("token");
onSubmit(tokenForm, part("problem", tokenForm), async (fields) => {
  const limits = fields.role.value === "" ? {} : { grants: [{ role: fields.role.value }] };
  const made = await send("/api/v1/account/tokens", "POST", { name: fields.name.value, days: Number(fields.days.value), ...limits });
  tokenForm.reset();
  part("made-token").textContent = made.token;
  part("made").hidden = false;
  await refreshSessions();
});
offerCopy(part("copy"), part("made-token"));

refreshAccount().catch((error) => say(error.message));
refreshSessions();
