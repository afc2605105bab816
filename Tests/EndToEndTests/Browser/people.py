"""Names somebody who was seen in a real Chromium, and removes them again. usage: people.py ADDRESS PASSWORD SCREENSHOT-FOLDER"""
import json

from browser import chromium, full_width, screenshot, seen, sign_in, until, watched_page, address


def part(page, name):
    return page.locator(f'[data-part="{name}"]')


def titles(page):
    """Of the events of people, the newest first."""
    return page.locator('.event[data-type="person"] [data-part="title"]').all_inner_texts()


LOADED = "() => [...document.querySelectorAll('[data-part=strangers] img')].some((image) => image.complete && image.naturalWidth > 0)"
SIZE = """() => {
  const image = document.querySelector('[data-part=individuals] img');
  return image === null || !image.complete ? [] : [image.naturalWidth, image.naturalHeight];
}"""

# Of the pictures of all events that have one.
TAGS = """async () => {
  const events = await (await fetch("/api/v1/events?type=person")).json();
  const answers = await Promise.all(events.items.filter((event) => event.snapshot).map((event) => fetch(`/api/v1/events/${event.id}/snapshot.jpg`)));
  return answers.map((answer) => answer.status === 200 ? answer.headers.get("etag") : `${answer.status}`);
}"""

ADA = """() => fetch("/api/v1/individuals", {
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ kind: "person", name: "Ada" }),
})"""


def names(page):
    return part(page, "individuals").locator("h3").all_inner_texts()


def opened(page, name):
    """The page of somebody."""
    until(page, f"{name} in the list", lambda: name in names(page))
    part(page, "individuals").get_by_role("link", name=name, exact=True).click()
    page.wait_for_url("**/individuals/*")
    until(page, "what they are known by", lambda: part(page, "facts").inner_text() != "")


def merge(page):
    """Makes one of the one whose page is open and of the other."""
    until(page, "the other", lambda: part(page, "merge").locator("option").all_inner_texts() == ["Ada"])
    part(page, "merge").locator("button").click()
    until(page, "what was merged", lambda: "Ada" in part(page, "merges").inner_text())


with chromium() as browser:
    page = watched_page(browser, 1280, 900)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, "/visitors")
    until(page, "the choice", lambda: part(page, "recognition").is_visible())
    screenshot(page, "people-off")
    page.fill("input[name=ground]", "Our own home")
    part(page, "recognition-button").click()
    until(page, "the choice to be made", lambda: part(page, "recognition-button").inner_text() == "Turn off")
    until(page, "a face", LOADED)
    screenshot(page, "people-stranger")

    events = watched_page(browser, 1280, 900, storage_state=page.context.storage_state())
    events.goto(address + "/events")
    until(events, "an event of a person", lambda: len(titles(events)) > 0)
    count = len(titles(events))
    seen["before"] = titles(events)[-1]

    stranger = part(page, "strangers").locator("form").first
    stranger.locator("input").fill("Grace")
    stranger.locator("button").click()
    until(page, "the name", lambda: part(page, "individuals").locator("h3").all_inner_texts() == ["Grace"])
    until(events, "the name on an event that is there", lambda: "Grace" in titles(events))
    seen["named"] = next(title for title in titles(events) if title == "Grace")
    until(page, "the picture", lambda: len(page.evaluate(SIZE)) == 2)
    seen["portrait"] = page.evaluate(SIZE)
    opened(page, "Grace")
    page.fill("input[name=consent]", "Signed on paper")
    page.fill("input[name=until]", "2099-05-03")
    part(page, "about").locator("button").click()
    until(page, "the consent", lambda: part(page, "consented").inner_text().startswith("Consent: Signed on paper until"))
    screenshot(page, "people-named", full_page=True)
    with page.expect_download() as download:
        part(page, "export").click()
    with open(download.value.path(), encoding="utf-8") as export:
        person = json.load(export)
    seen["exported"] = f'{person["individual"]["name"]} {len(person["known_by"])} {len(person["events"]) > 0}'
    until(events, "them to come again, and be known", lambda: len(titles(events)) > count and titles(events)[0] == "Grace")
    seen["arrived"] = titles(events)[0]
    screenshot(events, "people-events")

    phone = watched_page(browser, 360, 740, storage_state=page.context.storage_state())
    phone.goto(address + "/visitors")
    until(phone, "the name", lambda: part(phone, "individuals").locator("h3").all_inner_texts() == ["Grace"])
    seen["phoneWidth"] = full_width(phone)
    screenshot(phone, "people-phone")

    # Somebody else turns out to be the same.
    page.evaluate(ADA)
    page.reload()
    merge(page)
    seen["merged"] = part(page, "merges").locator("span", has_text="Ada").inner_text()
    screenshot(page, "people-merged", full_page=True)
    part(page, "merges").locator("li", has_text="Ada").locator("button").click()
    until(page, "them to be two again", lambda: "Ada" not in part(page, "merges").inner_text())
    merge(page)
    part(page, "erase").click()
    page.locator('[data-part="erasing"] [value="hide"]').check()
    screenshot(page, "people-erasing")
    page.locator('[data-part="erasing"] [value="yes"]').click()
    until(page, "them to be gone", lambda: part(page, "individuals").locator("h3").count() == 0)
    until(events, "their name to be gone", lambda: "Grace" not in titles(events))
    seen["after"] = titles(events)[-1]
    until(page, "the receipt", lambda: "confirmed" in part(page, "erasures").inner_text() and "still to be done" not in part(page, "erasures").inner_text())
    seen["erased"] = part(page, "erasures").inner_text()
    # The pictures are there, and are not those of before.
    seen["tags"] = sorted(set(page.evaluate(TAGS)))
    screenshot(page, "people-erased")
