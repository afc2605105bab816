// The clocks of the nodes: the times of an event are those of its node, and are shown by the hub's clock where the two differ by more than a second.

import { ask } from "./page.js";

const EVERY = 60_000;
const BOUND = 1;

let wrong = new Map();

/** Seconds to add to a time that a node wrote; 0 where its clock is right, or the time is older than what is known of the clock. */
export function correction(node, date) {
  const clock = wrong.get(node);
  return clock !== undefined && date >= clock.since ? clock.offset : 0;
}

/** Asks for the nodes' clocks now and then, and tells when they are others than before. */
export async function watch(changed) {
  try {
    const nodes = (await ask("/api/v1/nodes")).items.filter((node) => Math.abs(node.clock_offset_s ?? 0) > BOUND);
    const now = new Map(nodes.map((node) => [
      // A node's process has its clock from its start on; what it wrote before may be by another.
      node.name, { offset: Math.round(node.clock_offset_s * 10) / 10, since: new Date(node.started ?? 0) },
    ]));
    const text = (map) => JSON.stringify([...map].map(([name, clock]) => [name, Math.round(clock.offset)]));
    const isChanged = text(now) !== text(wrong);
    wrong = now;
    if (isChanged) changed();
  } catch {
    // The times are shown as they are, and the page says by itself when the hub does not answer.
  }
  setTimeout(watch, EVERY, changed);
}
