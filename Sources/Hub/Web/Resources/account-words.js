// What accounts may do, and where somebody is signed in, in words.

const ROLES = { viewer: "Viewer", operator: "Operator", administrator: "Administrator" };

function rightText(grant) {
  const where = grant.camera !== null ? `camera ${grant.camera}` : grant.site !== null ? `site ${grant.site}` : "everything";
  const without = [grant.video ? "" : "no video", grant.faces ? "" : "no faces and names"].filter((text) => text !== "");
  return `${ROLES[grant.role]}: ${where}${without.length > 0 ? ` (${without.join(", ")})` : ""}`;
}

export const rightsText = (grants) => (grants.length > 0 ? grants.map(rightText).join("; ") : "No rights");

// Those that say that they are another one stand before that one.
const BROWSERS = [["Edg", "Edge"], ["OPR", "Opera"], ["Firefox", "Firefox"], ["Chrome", "Chrome"], ["Safari", "Safari"], ["curl", "curl"]];
const SYSTEMS = [["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"], ["Windows", "Windows"], ["Mac OS", "macOS"], ["CrOS", "ChromeOS"], ["Linux", "Linux"]];
const find = (list, text) => list.find(([sign]) => text.includes(sign))?.[1];

/** `Firefox on Linux`, of what a browser says that it is. */
export function browserName(agent) {
  const [browser, system] = [find(BROWSERS, agent), find(SYSTEMS, agent)];
  if (browser === undefined) return agent === "" ? "Unknown browser" : agent.slice(0, 40);
  return system === undefined ? browser : `${browser} on ${system}`;
}
