"""Drives the timeline in a real Chromium. usage: timeline.py ADDRESS PASSWORD SCREENSHOT-FOLDER
Prints one JSON object of what a person would have seen; exits with an error where a step never comes true."""
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


def until(page, what, condition, argument=None, seconds=120):
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


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    watch(page)
    sign_in(page)
    page.evaluate("window.neverReloaded = true")
    # Rows of motion that were not there when the page was opened come by themselves.
    before = set(page.evaluate("[...document.querySelectorAll('li.event')].map(row => row.dataset.id)"))
    until(
        page, "a new row of motion",
        "known => [...document.querySelectorAll('#timeline li.event')].some(row => row.dataset.type === 'motion' && !known.includes(row.dataset.id))",
        sorted(before))
    # An ongoing event ends in place: its row stays one row.
    until(
        page, "a row that ended in place",
        "() => [...document.querySelectorAll('#timeline li.event[data-type=motion]')].some(row => Number(row.dataset.rev) > 1 && row.dataset.end)")
    until(page, "a live connection", "() => document.querySelector('[data-part=connection]')?.dataset.state === 'live'")
    first = page.locator("#timeline li.event[data-type=motion]").first.get_attribute("data-id")
    page.locator(f"li.event[data-id='{first}'] button.acknowledge").click()
    until(page, "the acknowledgement", "id => document.querySelector(`li.event[data-id='${id}']`)?.hasAttribute('data-acknowledged') ?? false", first)
    page.screenshot(path=f"{folder}/timeline-desktop.png")
    ids = page.evaluate("[...document.querySelectorAll('#timeline li.event')].map(row => row.dataset.id)")
    seen.update(
        acknowledged=first, rows=len(ids), distinct=len(set(ids)), reloaded=not page.evaluate("window.neverReloaded === true"))

    # Filters live in the address, and only what matches is shown.
    page.select_option("select[name=type]", "motion")
    page.wait_for_url("**type=motion*")
    page.wait_for_selector("#timeline li.event[data-type=motion]")
    seen["otherTypesUnderFilter"] = page.locator("#timeline li.event:not([data-type=motion])").count()

    phone = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    watch(phone)
    sign_in(phone)
    phone.wait_for_selector("li.event")
    seen["phoneWidth"] = phone.evaluate("document.documentElement.scrollWidth")
    phone.screenshot(path=f"{folder}/timeline-phone.png")
    browser.close()
print(json.dumps(seen))
