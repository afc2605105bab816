// The audit log, newest first, for administrators.

import { ask, part, say } from "./page.js";

const filters = part("filters");
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "medium" });
let next = null;

/** Ids of sessions are longer than anybody compares. */
const short = (object) => (object.length > 40 ? `${object.slice(0, 12)}…` : object);

function line(entry) {
  const made = part("line").content.firstElementChild.cloneNode(true);
  made.classList.toggle("is-refused", entry.is_refused);
  made.classList.toggle("is-nobody", entry.account === "");
  part("at", made).textContent = moment.format(new Date(entry.at));
  part("at", made).dateTime = entry.at;
  part("who", made).textContent = entry.account !== "" ? entry.account : entry.address === "" ? "On the hub's machine" : "Somebody";
  part("what", made).textContent = [entry.words, short(entry.object), entry.detail].filter((text) => text !== "").join(" · ");
  part("where", made).textContent = entry.address;
  return made;
}

async function read(page) {
  const query = new URLSearchParams();
  if (filters.elements.account.value !== "") query.set("account", filters.elements.account.value);
  if (page !== null) query.set("page", page);
  try {
    const answer = await ask(`/api/v1/audit?${query}`);
    const lines = answer.items.map(line);
    if (page === null) part("lines").replaceChildren(...lines); else part("lines").append(...lines);
    next = answer.next;
    part("older").hidden = next === null;
    part("empty").hidden = part("lines").childElementCount > 0;
    say("");
  } catch (error) {
    say(error.message);
  }
}

filters.elements.account.addEventListener("change", () => read(null));
part("older").addEventListener("click", () => read(next));
filters.addEventListener("submit", (submit) => submit.preventDefault());

ask("/api/v1/accounts")
  .then((accounts) => filters.elements.account.append(...accounts.items.map((one) => new Option(one.name, one.name))))
  .catch((error) => say(error.message));
read(null);
