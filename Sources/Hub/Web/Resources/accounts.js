// Accounts on the page of nodes, for administrators: who may come in and to what, and links by which they do.

import { rightsText } from "./account-words.js";
import { ask, offerCopy, part, say } from "./page.js";

const JSON_HEADERS = { accept: "application/json", "content-type": "application/json" };
const post = (address, body) => ask(address, { method: "POST", headers: JSON_HEADERS, body: JSON.stringify(body) });

const invitation = part("invite-account");
const dialog = part("change-account");

/** Where somebody may have rights: everything, sites, cameras. */
let places = [["", "Everything"]];

/** Rows of rights within a form, each at a place of its own. */
class GrantRows {
  #list;

  constructor(form) {
    this.#list = part("grants", form);
    part("add-grant", form).addEventListener("click", () => this.#add({ role: "viewer", site: null, camera: null, video: true, faces: false }));
  }

  set grants(grants) {
    this.#list.replaceChildren();
    for (const grant of grants) this.#add(grant);
  }

  get grants() {
    return [...this.#list.children].map((row) => {
      const [kind, id] = row.querySelector("[name=place]").value.split(":");
      return {
        role: row.querySelector("[name=role]").value,
        site: kind === "site" ? id : null,
        camera: kind === "camera" ? id : null,
        video: row.querySelector("[name=video]").checked,
        faces: row.querySelector("[name=faces]").checked,
      };
    });
  }

  /** Places that were not known yet. */
  offer() {
    for (const select of this.#list.querySelectorAll("[name=place]")) GrantRows.#fill(select, select.value);
  }

  static #fill(select, chosen) {
    const options = places.some(([value]) => value === chosen) ? places : [...places, [chosen, chosen.replace(":", " ")]];
    select.replaceChildren(...options.map(([value, text]) => new Option(text, value, false, value === chosen)));
  }

  #add(grant) {
    const row = part("grant").content.firstElementChild.cloneNode(true);
    const role = row.querySelector("[name=role]");
    const [video, faces] = ["video", "faces"].map((name) => row.querySelector(`[name=${name}]`));
    role.value = grant.role;
    GrantRows.#fill(row.querySelector("[name=place]"), grant.camera !== null ? `camera:${grant.camera}` : grant.site !== null ? `site:${grant.site}` : "");
    [video.checked, faces.checked] = [grant.video, grant.faces];
    // Administrators have everything.
    const lock = () => { video.disabled = faces.disabled = role.value === "administrator"; };
    role.addEventListener("change", () => {
      // What a role has by itself is offered.
      faces.checked = role.value !== "viewer";
      video.checked = true;
      lock();
    });
    lock();
    part("remove-grant", row).addEventListener("click", () => row.remove());
    this.#list.append(row);
  }
}

const invited = new GrantRows(invitation);
const changed = new GrantRows(dialog);

/** Runs what a button of an account's line asks for, and shows the accounts as they are then. */
async function act(work) {
  try {
    await work();
    say("");
  } catch (error) {
    say(error.message);
  }
  await refresh();
}

function line(account) {
  const made = part("account").content.firstElementChild.cloneNode(true);
  const address = `/api/v1/accounts/${encodeURIComponent(account.name)}`;
  part("name", made).textContent = account.name;
  part("rights", made).textContent = rightsText(account.grants);
  for (const [name, text] of [["change", "Change the rights of"], ["reset", "New password for"], ["end-sessions", "Sign out everywhere:"], ["remove", "Remove"]]) {
    part(name, made).setAttribute("aria-label", `${text} ${account.name}`);
  }
  part("change", made).addEventListener("click", () => {
    part("changed-name", dialog).textContent = account.name;
    dialog.dataset.address = address;
    changed.grants = account.grants;
    part("problem", dialog).hidden = true;
    dialog.showModal();
  });
  part("reset", made).addEventListener("click", async () => {
    try {
      showLink(await post(`${address}/reset`, {}), `A link by which ${account.name} chooses another password, once, within a day:`);
    } catch (error) {
      say(error.message);
    }
  });
  part("end-sessions", made).addEventListener("click", () => {
    if (!confirm(`Sign ${account.name} out everywhere? Their tokens end, too.`)) return;
    act(() => ask(`${address}/sessions`, { method: "DELETE" }));
  });
  part("remove", made).addEventListener("click", () => {
    if (!confirm(`Remove ${account.name}? They are signed out everywhere within seconds.`)) return;
    act(() => ask(address, { method: "DELETE" }));
  });
  return made;
}

async function refresh() {
  try {
    const accounts = await ask("/api/v1/accounts");
    part("accounts").replaceChildren(...accounts.items.map(line));
  } catch (error) {
    say(error.message);
  }
}

async function learnPlaces() {
  const [sites, nodes] = await Promise.all([ask("/api/v1/sites"), ask("/api/v1/nodes")]);
  const cameras = nodes.items.flatMap((node) => node.cameras ?? []);
  places = [
    ["", "Everything"],
    ...sites.items.map((one) => [`site:${one.site}`, `Site ${one.site}`]),
    ...cameras.map((one) => [`camera:${one.id}`, `Camera ${one.name ?? one.id}`]),
  ];
  invited.offer();
  changed.offer();
}

function showLink(made, text) {
  part("account-link-words").textContent = text;
  part("account-link").textContent = new URL(made.link, location.href).href;
  part("account-invitation").hidden = false;
  part("account-invitation").scrollIntoView({ block: "nearest" });
  say("");
}

invitation.addEventListener("submit", async (submit) => {
  submit.preventDefault();
  try {
    showLink(await post("/api/v1/accounts/invitations", { grants: invited.grants }), "A link by which they make their account, once, within a week:");
  } catch (error) {
    part("account-invitation").hidden = true;
    say(error.message);
  }
});

part("change-form", dialog).addEventListener("submit", async (submit) => {
  submit.preventDefault();
  try {
    await ask(dialog.dataset.address, { method: "PATCH", headers: JSON_HEADERS, body: JSON.stringify({ grants: changed.grants }) });
    dialog.close();
  } catch (error) {
    part("problem", dialog).textContent = error.message;
    part("problem", dialog).hidden = false;
  }
  await refresh();
});
part("change-cancel", dialog).addEventListener("click", () => dialog.close());

offerCopy(part("account-copy"), part("account-link"));
invited.grants = [{ role: "viewer", site: null, camera: null, video: true, faces: false }];
learnPlaces().catch((error) => say(error.message));
refresh();
