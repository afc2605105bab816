"""Looks at the page of nodes in a real Chromium. usage: system.py ADDRESS PASSWORD SCREENSHOT-FOLDER STOP-FILE
Makes STOP-FILE when the node may be stopped. Prints one JSON object of what a person would have seen; exits with an error where a step
never comes true."""
import json
import shutil
import sys
import time

from playwright.sync_api import sync_playwright

address, password, folder, stop = sys.argv[1:5]
chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
seen = {"console": [], "foreign": []}


def watch(page):
    page.on("console", lambda message: seen["console"].append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen["console"].append(str(error)))
    page.on("request", lambda request: None if request.url.startswith((address, "data:")) else seen["foreign"].append(request.url))


def until(page, what, condition, seconds=120):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"waited {seconds} s in vain for {what}; the page shows: {page.inner_text('body')[:2000]}")
        page.wait_for_timeout(50)


def sign_in(page):
    page.goto(address + "/system")
    page.wait_for_url("**/sign-in**")
    page.fill("input[name=name]", "admin")
    page.fill("input[type=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/system")


def words(page):
    """All that the page says of the nodes, but for times, which the browser shows in the reader's own way."""
    texts = page.locator("#nodes :is(h2, .where, .presence, .reason, dt, dd, .camera-name, .camera-figures span)")
    return [text.strip() for text in texts.all_text_contents()]


def refreshed(page):
    return page.locator("#nodes[data-refreshed]").count() > 0


def same(page, plain):
    """Whether the script says what the server says. The figures change every 15 s."""
    page.reload()
    until(page, "the script's own rendering", lambda: refreshed(page))
    ours = words(page)
    plain.reload()
    return ours == words(plain)


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    watch(page)
    sign_in(page)
    until(page, "a node and its camera", lambda: page.locator(".node[data-state=online] .node-camera[data-state=online]").count() > 0)
    # The figures come with a report, every 15 s.
    until(page, "the camera's figures", lambda: page.locator(".camera-figures span").count() >= 4)
    plain = browser.new_context(java_script_enabled=False, storage_state=context.storage_state(), viewport={"width": 1280, "height": 800}).new_page()
    plain.goto(address + "/system")
    until(page, "the server's and the script's words to agree", lambda: same(page, plain))
    page.screenshot(path=f"{folder}/system-desktop.png", full_page=True)
    phone = browser.new_context(storage_state=context.storage_state(), viewport={"width": 390, "height": 844}).new_page()
    watch(phone)
    phone.goto(address + "/system")
    until(phone, "the script's own rendering", lambda: refreshed(phone))
    seen["phoneWidth"] = phone.evaluate("document.documentElement.scrollWidth")
    phone.screenshot(path=f"{folder}/system-phone.png", full_page=True)

    page.evaluate("window.neverReloaded = true")
    open(stop, "w").close()
    until(page, "the node to be away", lambda: page.locator(".node[data-state=offline]").count() == 1)
    seen["reloaded"] = not page.evaluate("window.neverReloaded === true")
    seen["cameras"] = page.locator(".node-camera[data-state=unknown]").count()
    until(page, "the server's and the script's words to agree", lambda: same(page, plain))
    page.screenshot(path=f"{folder}/system-desktop-away.png", full_page=True)
    phone.reload()
    until(phone, "the script's own rendering", lambda: refreshed(phone))
    phone.screenshot(path=f"{folder}/system-phone-away.png", full_page=True)
    phone.goto(address + "/events")
    phone.wait_for_selector("li.event[data-type=node_offline]")
    seen["eventsWidth"] = phone.evaluate("document.documentElement.scrollWidth")
    phone.screenshot(path=f"{folder}/events-phone-away.png")
    browser.close()
print(json.dumps(seen))
