"""Looks at pictures on the timeline in a real Chromium. usage: pictures.py ADDRESS PASSWORD SCREENSHOT-FOLDER
Marks an event as seen whenever it is ready for the next step of the test. Prints one JSON object of what a person would have seen."""
import json
import shutil
import sys
import time

from playwright.sync_api import sync_playwright

address, password, folder = sys.argv[1:4]
chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
seen = {"console": [], "foreign": []}


def watch(page):
    page.on("console", lambda message: seen["console"].append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen["console"].append(str(error)))
    page.on("request", lambda request: None if request.url.startswith((address, "data:")) else seen["foreign"].append(request.url))


def until(page, what, condition, argument=None, seconds=60):
    """Playwright's own wait_for_function evaluates strings inside the page, which the page's content security policy forbids."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(condition, argument):
        if time.monotonic() > deadline:
            sys.exit(f"waited {seconds} s in vain for {what}; the page shows: {page.inner_text('body')[:2000]}")
        page.wait_for_timeout(50)


def sign_in(page):
    page.goto(address + "/")
    page.wait_for_url("**/sign-in*")
    page.fill("input[name=name]", "admin")
    page.fill("input[type=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/events*")


def mark(page, kind):
    page.locator(f"li.event[data-type={kind}] button.acknowledge").click()
    until(page, f"{kind} to be marked", "kind => document.querySelector(`li.event[data-type=${kind}]`).hasAttribute('data-acknowledged')", kind)


SHOWN = "kind => { const image = document.querySelector(`li.event[data-type=${kind}] .picture img`); return image !== null && image.complete && image.naturalWidth > 0 }"
PLACES = """() => [...document.querySelectorAll('#timeline li.event')].map(row => [row, row.querySelector('.tile')].map(part => {
  const place = part.getBoundingClientRect(); return [place.x, place.y, place.width, place.height] }))"""
LARGE = "() => { const image = document.querySelector('dialog[open] img'); return image !== null && image.complete && image.naturalWidth > 400 }"

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    page = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="dark").new_page()
    watch(page)
    sign_in(page)
    page.evaluate("window.neverReloaded = true")
    for kind in ("vehicle", "pet"):
        until(page, f"the picture of {kind}", SHOWN, kind)
    until(page, "a live connection", "() => document.querySelector('[data-part=connection]')?.dataset.state === 'live'")
    page.screenshot(path=f"{folder}/pictures-desktop-before.png")

    # A new row comes without a picture, and its picture after it.
    mark(page, "vehicle")
    page.wait_for_selector("li.event[data-type=person]")
    mark(page, "person")
    before = page.evaluate(PLACES)
    until(page, "the picture of the new row", SHOWN, "person")
    seen["moved"] = page.evaluate(PLACES) != before
    page.mouse.move(0, 0)
    page.screenshot(path=f"{folder}/pictures-desktop.png")
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
    page.screenshot(path=f"{folder}/pictures-desktop-large.png")
    page.keyboard.press("Escape")
    until(page, "the dialog to close", "() => document.querySelector('dialog[open]') === null")
    seen["focused"] = page.evaluate("document.activeElement.matches('li.event[data-type=person] .picture')")

    # By mouse: open, and close beside it.
    page.locator("li.event[data-type=vehicle] .picture").click()
    until(page, "the large picture again", LARGE)
    page.mouse.click(5, 5)
    until(page, "the dialog to close again", "() => document.querySelector('dialog[open]') === null")
    page.locator("li.event[data-type=vehicle] .picture").click()
    page.locator("dialog[open] button").click()
    seen["closed"] = page.evaluate("document.querySelector('dialog[open]') === null")
    seen["reloaded"] = not page.evaluate("window.neverReloaded === true")

    phone = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True).new_page()
    watch(phone)
    sign_in(phone)
    for kind in ("vehicle", "pet", "person"):
        until(phone, f"the picture of {kind}", SHOWN, kind)
    seen["phoneWidth"] = phone.evaluate("document.documentElement.scrollWidth")
    phone.screenshot(path=f"{folder}/pictures-phone.png")
    phone.locator("li.event[data-type=vehicle] .picture").tap()
    until(phone, "the large picture", LARGE)
    seen["phoneViewerWidth"] = round(phone.evaluate("document.querySelector('dialog[open]').getBoundingClientRect().width"))
    phone.screenshot(path=f"{folder}/pictures-phone-large.png")
    light = browser.new_context(viewport={"width": 800, "height": 700}, color_scheme="light").new_page()
    watch(light)
    sign_in(light)
    until(light, "the picture of vehicle", SHOWN, "vehicle")
    light.screenshot(path=f"{folder}/pictures-light.png")
    browser.close()
print(json.dumps(seen))
