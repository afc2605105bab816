"""Looks at the timeline of a node whose clock is wrong. usage: clocks.py ADDRESS PASSWORD SCREENSHOT-FOLDER SECONDS-BEHIND
Prints one JSON object of what a person would have seen; exits with an error where a step never comes true."""
import json
import shutil
import sys
import time

from playwright.sync_api import sync_playwright

address, password, folder, behind = sys.argv[1:5]
chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
seen = {"console": []}

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.on("console", lambda message: seen["console"].append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen["console"].append(str(error)))
    page.goto(address + "/")
    page.wait_for_url("**/sign-in*")
    page.fill("input[name=name]", "admin")
    page.fill("input[type=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/events*")
    deadline = time.monotonic() + 120
    rows = "[...document.querySelectorAll('#timeline li.event[data-type=motion] time')]"
    while not page.evaluate(f"() => {rows}.length > 0 && {rows}.every(time => time.hasAttribute('data-corrected'))"):
        if time.monotonic() > deadline:
            sys.exit(f"no time was corrected; the page shows: {page.inner_text('body')[:2000]}")
        page.wait_for_timeout(50)
    # What is shown is the node's time and what its clock is behind, to the second.
    seen["right"] = page.evaluate(
        f"behind => {rows}.every(time => [-1, 0, 1].some(slack => time.textContent === new Intl.DateTimeFormat(undefined,"
        " { hour: 'numeric', minute: '2-digit', second: '2-digit' }).format(new Date(Date.parse(time.dateTime) + (behind + slack) * 1000))))",
        float(behind))
    seen["title"] = page.locator("#timeline li.event[data-type=motion] time").first.get_attribute("title")
    page.screenshot(path=f"{folder}/clocks.png")
    browser.close()
print(json.dumps(seen))
