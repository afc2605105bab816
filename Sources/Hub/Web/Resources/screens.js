// Screens on the page of nodes, for administrators: which there are, and the code by which another one is approved.

import { ask, part, say } from "./page.js";
import { fullTime } from "./format.js";

const form = part("approve-screen");
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
/** Looks for a screen that was approved, which asks every other second. */
const LOOKS = 10;
const EVERY = 2_000;

/** Names of cameras, by id. */
const names = new Map();

function line(kiosk) {
  const made = part("screen").content.firstElementChild.cloneNode(true);
  part("name", made).textContent = kiosk.name;
  const cameras = kiosk.cameras.map((id) => names.get(id) ?? id).join(", ");
  part("rights", made).textContent = `${cameras}. Approved by ${kiosk.approved_by}. Last seen: ${fullTime(new Date(kiosk.used_at))}`;
  part("remove-screen", made).setAttribute("aria-label", `Remove ${kiosk.name}`);
  part("remove-screen", made).addEventListener("click", async () => {
    if (!confirm(`Remove ${kiosk.name}? The screen shows no camera any more, within seconds.`)) return;
    try {
      await ask(`/api/v1/kiosks/${kiosk.id}`, { method: "DELETE" });
      say("");
    } catch (error) {
      say(error.message);
    }
    await refresh();
  });
  return made;
}

/** @returns {Promise<number>} how many there are */
async function refresh() {
  try {
    const { items } = await ask("/api/v1/kiosks");
    part("screens").replaceChildren(...items.map(line));
    part("no-screens").hidden = items.length > 0;
    return items.length;
  } catch (error) {
    say(error.message);
    return 0;
  }
}

async function offerCameras() {
  const { items } = await ask("/api/v1/nodes");
  const cameras = items.flatMap((node) => node.cameras ?? []);
  for (const camera of cameras) names.set(camera.id, camera.name ?? camera.id);
  part("screen-cameras", form).replaceChildren(...cameras.map((camera) => {
    const label = document.createElement("label");
    label.className = "choice";
    const box = document.createElement("input");
    [box.type, box.name, box.value] = ["checkbox", "camera", camera.id];
    label.append(box, ` ${camera.name ?? camera.id}`);
    return label;
  }));
}

form.addEventListener("submit", async (submit) => {
  submit.preventDefault();
  const cameras = [...form.querySelectorAll("[name=camera]:checked")].map((box) => box.value);
  const side = Number(form.elements.side.value);
  part("screen-approved", form).hidden = true;
  if (cameras.length === 0 || cameras.length > side * side) {
    say(cameras.length === 0 ? "Choose a camera for the screen." : `A grid of ${side} by ${side} has room for ${side * side} cameras: choose fewer, or a larger grid.`);
    return;
  }
  try {
    const before = await refresh();
    await ask("/api/v1/kiosks", {
      method: "POST", headers: { accept: "application/json", "content-type": "application/json" },
      body: JSON.stringify({ code: form.elements.code.value, name: form.elements.name.value.trim(), cameras, side }),
    });
    say("");
    form.elements.code.value = "";
    part("screen-approved", form).hidden = false;
    for (let look = 0; look < LOOKS && (await refresh()) === before; look += 1) await pause(EVERY);
  } catch (error) {
    say(error.message);
  }
});

await offerCameras().catch((error) => say(error.message));
refresh();
