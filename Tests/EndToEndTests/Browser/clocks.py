"""Looks at the timeline of a node whose clock is wrong. usage: clocks.py ADDRESS PASSWORD SCREENSHOT-FOLDER SECONDS-BEHIND"""
from browser import chromium, others, screenshot, seen, sign_in, until, watched_page

[behind] = others

with chromium() as browser:
    page = watched_page(browser, 1280, 800)
    sign_in(page)
    rows = "[...document.querySelectorAll('#timeline li.event[data-type=motion] time')]"
    until(
        page, "the times to be corrected",
        f"() => {rows}.length > 0 && {rows}.every(time => time.hasAttribute('data-corrected'))")
    # What is shown is the node's time and what its clock is behind, to the second.
    seen["right"] = page.evaluate(
        f"behind => {rows}.every(time => [-1, 0, 1].some(slack => time.textContent === new Intl.DateTimeFormat(undefined,"
        " { hour: 'numeric', minute: '2-digit', second: '2-digit' }).format(new Date(Date.parse(time.dateTime) + (behind + slack) * 1000))))",
        float(behind))
    seen["title"] = page.locator("#timeline li.event[data-type=motion] time").first.get_attribute("title")
    screenshot(page, "clocks")
