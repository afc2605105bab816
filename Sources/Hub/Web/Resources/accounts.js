// Accounts on the page of nodes, for administrators: who may come in and to what, and a link for somebody else.

import { ask, part, say } from "./page.js";

const ROLES = { viewer: "Viewer", operator: "Operator", administrator: "Administrator" };
const JSON_HEADERS = { accept: "application/json", "content-type": "application/json" };

const form = part("invite-account");

function words(grant) {
  const where = grant.camera !== null ? `camera ${grant.camera}` : grant.site !== null ? `site ${grant.site}` : "everything";
  const without = [grant.video ? "" : "no video", grant.faces ? "" : "no faces and names"].filter((text) => text !== "");
  return `${ROLES[grant.role]}: ${where}${without.length > 0 ? ` (${without.join(", ")})` : ""}`;
}

function line(account) {
  const made = part("account").content.firstElementChild.cloneNode(true);
  part("name", made).textContent = account.name;
  part("rights", made).textContent = account.grants.length > 0 ? account.grants.map(words).join("; ") : "No rights";
  part("remove", made).setAttribute("aria-label", `Remove ${account.name}`);
  part("remove", made).addEventListener("click", async () => {
    if (!confirm(`Remove ${account.name}? They are signed out everywhere within seconds.`)) return;
    try {
      await ask(`/api/v1/accounts/${encodeURIComponent(account.name)}`, { method: "DELETE" });
      say("");
    } catch (error) {
      say(error.message);
    }
    await refresh();
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

/** Sites that there are; the whole installation comes first. */
async function offerSites() {
  const sites = await ask("/api/v1/sites");
  form.elements.site.append(...sites.items.map((one) => new Option(`Site ${one.site}`, one.site)));
}

/** What a role has by itself is offered, and administrators have everything. */
function offerRights() {
  const role = form.elements.role.value;
  form.elements.faces.checked = role !== "viewer";
  form.elements.video.checked = true;
  for (const name of ["faces", "video"]) form.elements[name].disabled = role === "administrator";
}

form.elements.role.addEventListener("change", offerRights);

form.addEventListener("submit", async (submit) => {
  submit.preventDefault();
  const { role, site, video, faces } = form.elements;
  const grant = { role: role.value, site: site.value === "" ? null : site.value, video: video.checked, faces: faces.checked };
  try {
    const made = await ask("/api/v1/accounts/invitations", { method: "POST", headers: JSON_HEADERS, body: JSON.stringify({ grants: [grant] }) });
    part("account-link").textContent = new URL(made.link, location.href).href;
    part("account-copy").textContent = "Copy";
    part("account-invitation").hidden = false;
    say("");
  } catch (error) {
    part("account-invitation").hidden = true;
    say(error.message);
  }
});

// Where the browser has no clipboard for this page, the link is selected to be copied by hand.
part("account-copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(part("account-link").textContent);
    part("account-copy").textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(part("account-link"));
  }
});

offerRights();
offerSites().catch((error) => say(error.message));
refresh();
