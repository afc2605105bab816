"""Names one of two cats that were seen in a real Chromium. usage: pet.py ADDRESS PASSWORD SCREENSHOT-FOLDER"""
from browser import address, chromium, screenshot, seen, sign_in, until, watched_page


def part(page, name):
    return page.locator(f'[data-part="{name}"]')


def titles(page):
    """Of the events of pets, the newest first."""
    return page.locator('.event[data-type="pet"] [data-part="title"]').all_inner_texts()


# Whose identity is settled.
PETS = """async () => {
  const events = await (await fetch("/api/v1/events?type=pet")).json();
  return events.items.filter((event) => event.identities.length > 0 && event.identities[0].state !== "pending")
    .map((event) => ({ name: event.identities[0].name, state: event.identities[0].state, top: event.payload.box[1] }));
}"""


with chromium() as browser:
    page = watched_page(browser, 1280, 900)
    sign_in(page, "/pets")
    strangers = part(page, "strangers").locator("form")
    until(page, "both cats", lambda: strangers.count() >= 2)
    seen["strangers"] = strangers.count()
    screenshot(page, "pet-strangers")

    events = watched_page(browser, 1280, 900, storage_state=page.context.storage_state())
    events.goto(address + "/events")
    until(events, "events of pets", lambda: len(titles(events)) > 1)
    seen["before"] = titles(events)[-1]
    strangers.first.locator("input").fill("Milo")
    strangers.first.locator("button").click()
    until(page, "the name", lambda: part(page, "individuals").locator("h3").all_inner_texts() == ["Milo"])
    until(events, "the name on what was there already", lambda: "Milo" in titles(events))
    count = len(titles(events))
    until(events, "it to come again, and be known", lambda: "Milo" in titles(events)[:max(0, len(titles(events)) - count)])
    seen["arrived"] = next(title for title in titles(events) if title == "Milo")
    screenshot(events, "pet-events")
    until(page, "the other to have come again, too", lambda: page.evaluate(
        f"(({PETS}))().then((pets) => pets[0].name === null && pets.filter((pet) => pet.name === 'Milo').length > 1)"))
    page.reload()
    until(page, "its hours", lambda: part(page, "individuals").locator('[data-part="hours"]').is_visible())
    seen["facts"] = part(page, "individuals").locator('[data-part="facts"]').inner_text()
    seen["hours"] = part(page, "individuals").locator('[data-part="hours"] *').count()
    seen["pets"] = page.evaluate(PETS)
    screenshot(page, "pet-journal", full_page=True)
