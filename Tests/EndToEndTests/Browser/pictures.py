"""Looks at pictures on the timeline in a real Chromium. usage: pictures.py ADDRESS PASSWORD SCREENSHOT-FOLDER
Marks an event as seen whenever it is ready for the next step of the test."""
from functools import partial

from browser import LIVE, chromium, full_width, notice_reload, reloaded, screenshot, seen, sign_in, until, watched_page

# The test hands over each event and picture itself, so nothing here waits for a camera or for a node's next report.
until = partial(until, seconds=60)


def mark(page, kind):
    page.locator(f"li.event[data-type={kind}] button.acknowledge").click()
    until(page, f"{kind} to be marked", "kind => document.querySelector(`li.event[data-type=${kind}]`).hasAttribute('data-acknowledged')", kind)


SHOWN = "kind => { const image = document.querySelector(`li.event[data-type=${kind}] .picture img`); return image !== null && image.complete && image.naturalWidth > 0 }"
PLACES = """() => [...document.querySelectorAll('#timeline li.event')].map(row => [row, row.querySelector('.tile')].map(part => {
  const place = part.getBoundingClientRect(); return [place.x, place.y, place.width, place.height] }))"""
LARGE = "() => { const image = document.querySelector('dialog[open] img'); return image !== null && image.complete && image.naturalWidth > 400 }"

with chromium() as browser:
    page = watched_page(browser, 1280, 800, color_scheme="dark")
    sign_in(page)
    notice_reload(page)
    for kind in ("vehicle", "pet"):
        until(page, f"the picture of {kind}", SHOWN, kind)
    until(page, "a live connection", LIVE)
    screenshot(page, "pictures-desktop-before")

    # A new row comes without a picture, and its picture after it.
    mark(page, "vehicle")
    page.wait_for_selector("li.event[data-type=person]")
    mark(page, "person")
    before = page.evaluate(PLACES)
    until(page, "the picture of the new row", SHOWN, "person")
    seen["moved"] = page.evaluate(PLACES) != before
    page.mouse.move(0, 0)
    screenshot(page, "pictures-desktop")
    seen["pictures"] = page.locator("#timeline .picture img").count()
    seen["tiles"] = page.locator("#timeline .tile").count()

    # By keyboard: open, and the better picture that comes meanwhile takes its place.
    mark(page, "pet")
    link = page.locator("li.event[data-type=person] .picture")
    link.focus()
    page.keyboard.press("Enter")
    until(page, "the large picture", LARGE)
    seen["large"] = page.evaluate("() => { const image = document.querySelector('dialog[open] img'); return [image.naturalWidth, image.naturalHeight] }")
    until(page, "the better picture", "() => document.querySelector('dialog[open] img').src.endsWith('rank=5')")
    until(page, "the better picture to be there", LARGE)
    seen["better"] = page.evaluate("document.querySelector('dialog[open] img').src")
    screenshot(page, "pictures-desktop-large")
    page.keyboard.press("Escape")
    until(page, "the dialog to close", "() => document.querySelector('dialog[open]') === null")
    seen["focused"] = page.evaluate("document.activeElement.matches('li.event[data-type=person] .picture')")

    # By mouse: open, and close beside it.
    page.locator("li.event[data-type=vehicle] .picture").click()
    until(page, "the large picture again", LARGE)
    page.mouse.click(5, 5)
    until(page, "the dialog to close again", "() => document.querySelector('dialog[open]') === null")
    page.locator("li.event[data-type=vehicle] .picture").click()
    page.locator('dialog[open] [data-part=viewer-close]').click()
    seen["closed"] = page.evaluate("document.querySelector('dialog[open]') === null")
    seen["reloaded"] = reloaded(page)

    phone = watched_page(browser, 360, 740, has_touch=True, is_mobile=True)
    sign_in(phone)
    for kind in ("vehicle", "pet", "person"):
        until(phone, f"the picture of {kind}", SHOWN, kind)
    seen["phoneWidth"] = full_width(phone)
    screenshot(phone, "pictures-phone")
    phone.locator("li.event[data-type=vehicle] .picture").tap()
    until(phone, "the large picture", LARGE)
    seen["phoneViewerWidth"] = round(phone.evaluate("document.querySelector('dialog[open]').getBoundingClientRect().width"))
    screenshot(phone, "pictures-phone-large")
    light = watched_page(browser, 800, 700, color_scheme="light")
    sign_in(light)
    until(light, "the picture of vehicle", SHOWN, "vehicle")
    screenshot(light, "pictures-light")
