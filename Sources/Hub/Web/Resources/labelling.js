// Those who have no name yet, as pictures: many are chosen and named at once, or said to be nobody.

import { json, showItems, times, when } from "./journal.js";
import { ask, part } from "./page.js";

/** Pictures of one group that are shown. */
const PICTURES = 24;
/** Events of one request that names, and of one that says that they are misread: after each it is told how far it is. */
const NAMED = 100;
const MISREAD = 20;

const counted = (count) => (count === 1 ? "1 picture" : `${count} pictures`);

export class Labelling {
  #kind;
  #known;
  #changed;
  #groups = new WeakMap();
  #selected = new Set();
  /** The picture that was chosen last, from which a range goes. */
  #last = null;
  #isRange = false;
  #isBusy = false;
  #isStopped = false;
  #undo = null;

  /**
   * @param {string} kind `person` or `pet`
   * @param {() => object[]} known those who have a name
   * @param {() => Promise<void>} changed shows what is known anew
   */
  constructor(kind, known, changed) {
    this.#kind = kind;
    this.#known = known;
    this.#changed = changed;
    const list = part("strangers");
    // What a label passes on to its box may not say which keys were held.
    list.addEventListener("click", (event) => {
      if (event.target.matches(".face input")) this.#choose(event.target, event.shiftKey || this.#isRange);
      this.#isRange = event.target.closest(".face") !== null && !event.target.matches("input") && event.shiftKey;
    });
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.#isBusy && document.querySelector("dialog[open]") === null) this.#clear();
    });
    part("undo")?.addEventListener("click", () => this.#undo?.());
    const bulk = part("bulk");
    bulk?.addEventListener("submit", (submission) => {
      submission.preventDefault();
      const form = new FormData(bulk);
      this.#name([...this.#selected], form.get("name").trim(), form.get("consent")?.trim() ?? "");
    });
    bulk?.addEventListener("input", () => this.#showConsent());
    part("bulk-misread")?.addEventListener("click", () => this.#askToForget());
    part("bulk-clear")?.addEventListener("click", () => {
      if (this.#isBusy) this.#isStopped = true;
      else this.#clear();
    });
  }

  /** Shows the groups, those that have not changed as they are. Whoever is at a picture or writes a name is left alone. */
  show(groups) {
    const list = part("strangers");
    const present = new Set(groups.flatMap((group) => group.events));
    for (const event of this.#selected) if (!present.has(event)) this.#selected.delete(event);
    const isWithin = list !== document.activeElement && list.contains(document.activeElement);
    if (!isWithin) showItems(list, groups, (group) => this.#card(group));
    part("strangers-section").hidden = groups.length === 0;
    this.#showSelection();
  }

  #card(group) {
    const made = part("stranger").content.firstElementChild.cloneNode(true);
    const seen = when(new Date(group.last_seen));
    const who = `${this.#kind === "person" ? "somebody" : "an animal"} without a name, last seen ${seen}`;
    this.#groups.set(made, group);
    part("facts", made).textContent = `seen ${times(group.events.length)}, last ${seen}, by ${group.cameras.join(", ")}`;
    part("event", made).href = `/events/${group.events[0]}`;
    const shown = group.events.slice(0, PICTURES);
    part("faces", made).replaceChildren(...shown.map((event, index) => this.#face(event, `Picture ${index + 1} of ${shown.length} of ${who}`)));
    part("more", made).hidden = shown.length === group.events.length;
    part("more", made).textContent = `and ${group.events.length - shown.length} more, which go with all of them`;
    const whole = part("whole", made);
    whole?.addEventListener("change", () => {
      for (const event of group.events) this.#set(event, whole.checked);
      this.#showSelection();
    });
    part("naming", made)?.addEventListener("submit", (submission) => {
      submission.preventDefault();
      this.#name(group.events, new FormData(submission.target).get("name").trim(), "");
    });
    return made;
  }

  #face(event, words) {
    const label = document.createElement("label");
    const image = document.createElement("img");
    label.className = "face";
    image.src = `/api/v1/events/${event}/portrait.jpg`;
    image.loading = "lazy";
    // Its event may have gone meanwhile.
    image.addEventListener("error", () => label.remove());
    if (part("bulk") === null) {
      image.alt = words;
      label.append(image);
      return label;
    }
    image.alt = "";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.value = event;
    box.setAttribute("aria-label", words);
    label.append(image, box);
    return label;
  }

  // What is chosen

  #set(event, isChosen) {
    if (isChosen) this.#selected.add(event);
    else this.#selected.delete(event);
  }

  #choose(box, isRange) {
    const all = [...part("strangers").querySelectorAll(".face input")];
    const place = all.indexOf(box);
    const start = isRange && all.includes(this.#last) ? all.indexOf(this.#last) : place;
    for (const one of all.slice(Math.min(place, start), Math.max(place, start) + 1)) this.#set(one.value, box.checked);
    this.#last = box;
    this.#showSelection();
  }

  #clear() {
    const wasWithin = part("bulk")?.contains(document.activeElement) ?? false;
    this.#selected.clear();
    part("bulk")?.reset();
    this.#showSelection();
    if (wasWithin) this.#focusOn();
  }

  #focusOn() {
    (part("strangers-section").hidden ? part("individuals") : part("strangers")).focus({ preventScroll: true });
  }

  #showSelection() {
    const bulk = part("bulk");
    if (bulk === null) return;
    for (const element of part("strangers").children) {
      const { events } = this.#groups.get(element);
      const chosen = events.filter((event) => this.#selected.has(event)).length;
      part("whole", element).checked = chosen === events.length;
      part("whole", element).indeterminate = chosen > 0 && chosen < events.length;
      for (const box of element.querySelectorAll(".face input")) box.checked = this.#selected.has(box.value);
    }
    bulk.hidden = this.#selected.size === 0 && !this.#isBusy;
    if (!this.#isBusy) part("bulk-count").textContent = `${counted(this.#selected.size)} chosen`;
    this.#showConsent();
  }

  /** Of somebody who is known already what they have consented to stands on their page. */
  #showConsent() {
    const consent = part("bulk-consent");
    if (consent === null) return;
    const name = part("bulk").elements.name.value.trim();
    consent.hidden = name === "" || this.#known().some((one) => one.name === name);
  }

  // What is said of them

  async #name(events, name, consent) {
    if (name === "" || this.#isBusy) return;
    this.#begin();
    let who = this.#known().find((one) => one.name === name)?.id;
    const failed = [];
    const single = [];
    const give = async (some) => {
      try {
        if (who !== undefined) await ask(`/api/v1/individuals/${who}`, json("PATCH", { events: some }));
        else ({ id: who } = await ask("/api/v1/individuals", json("POST", { kind: this.#kind, name, events: some, ...(consent === "" ? {} : { consent }) })));
        if (some.length === 1) single.push(...some);
        return;
      } catch (error) {
        if (error.status !== 404 || some.length === 1) {
          failed.push(...some.map(() => error.message));
          return;
        }
      }
      // A request names all or none: one that has gone meanwhile keeps no other from its name.
      const half = Math.ceil(some.length / 2);
      await give(some.slice(0, half));
      await give(some.slice(half));
    };
    const before = await this.#merges(who);
    const done = await this.#inSlices(events, NAMED, give) - failed.length;
    const after = await this.#merges(who);
    // What was named before stays: without knowing both nothing can be taken back.
    const canUndo = done > 0 && before !== null && after !== null;
    const takeBack = () => this.#takeBack(who, after.filter((merge) => !before.includes(merge)), single, name);
    const words = done === 1 ? `1 picture is of ${name} now.` : `${done} pictures are of ${name} now.`;
    this.#tell(words, done, events.length, failed, canUndo ? takeBack : null);
    await this.#end();
  }

  /** Which pictures got somebody's name together; null where the hub does not say it. */
  async #merges(who) {
    if (who === undefined) return [];
    try {
      return (await ask(`/api/v1/individuals/${who}/merges`)).items.filter((merge) => merge.name === null).map((merge) => merge.id);
    } catch {
      return null;
    }
  }

  async #takeBack(who, merges, single, name) {
    this.#undo = null;
    try {
      for (const merge of merges) await ask(`/api/v1/individuals/${who}/merges/${merge}`, { method: "DELETE" });
      for (const event of single) await ask(`/api/v1/events/${event}/identity`, json("PUT", { individual: null }));
      this.#tell(`Taken back. ${name} is still in the list, and can be removed on the page of that name.`, 0, 0, [], null);
    } catch (error) {
      this.#tell(error.message, 0, 0, [], null);
    }
    await this.#changed();
  }

  #askToForget() {
    const dialog = part("forgetting");
    const count = this.#selected.size;
    part("forgetting-count").textContent = counted(count);
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => { if (dialog.returnValue === "yes") this.#forget([...this.#selected]); }, { once: true });
    dialog.showModal();
  }

  async #forget(events) {
    if (this.#isBusy) return;
    this.#begin();
    const failed = [];
    const done = await this.#inSlices(events, MISREAD, async (some) => {
      try {
        const answer = await ask("/api/v1/strangers/misread", json("POST", { events: some }));
        failed.push(...answer.items.map((item) => item.trouble).filter((trouble) => trouble !== null));
      } catch (error) {
        failed.push(...some.map(() => error.message));
      }
    }) - failed.length;
    this.#tell(done === 1 ? "1 picture was forgotten." : `${done} pictures were forgotten.`, done, events.length, failed, null);
    await this.#end();
  }

  /** Before anything is waited for, so that nothing is done twice. */
  #begin() {
    this.#isBusy = true;
    this.#isStopped = false;
    this.#showBusy();
  }

  /** @returns how many were asked for, until somebody stopped it */
  async #inSlices(events, size, action) {
    let place = 0;
    while (place < events.length && !this.#isStopped) {
      part("bulk-count").textContent = `${place} of ${counted(events.length)} …`;
      part("bulk-progress").max = events.length;
      part("bulk-progress").value = place;
      await action(events.slice(place, place + size));
      place = Math.min(place + size, events.length);
    }
    return place;
  }

  #showBusy() {
    const bulk = part("bulk");
    bulk.hidden = false;
    for (const one of bulk.elements) if (one !== part("bulk-clear")) one.disabled = this.#isBusy;
    part("bulk-clear").textContent = this.#isBusy ? "Stop" : "Choose none";
    part("bulk-progress").hidden = !this.#isBusy;
  }

  async #end() {
    this.#isBusy = false;
    this.#showBusy();
    this.#clear();
    document.activeElement?.blur();
    await this.#changed();
    this.#focusOn();
  }

  #tell(words, done, wanted, failed, undo) {
    const left = wanted - done - failed.length;
    const reasons = [...new Set(failed)].join(" ");
    part("labelled-words").textContent = [
      words, failed.length === 0 ? "" : `Not done for ${failed.length}: ${reasons}`, left > 0 ? `${left} were left as they were.` : "",
    ].filter((text) => text !== "").join(" ");
    part("labelled").hidden = false;
    this.#undo = undo;
    part("undo").hidden = undo === null;
  }
}
