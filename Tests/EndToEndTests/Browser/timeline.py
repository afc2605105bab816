"""Drives the timeline in a real Chromium. usage: timeline.py ADDRESS PASSWORD SCREENSHOT-FOLDER"""
from browser import LIVE, chromium, full_width, notice_reload, reloaded, screenshot, seen, sign_in, until, watched_page

with chromium() as browser:
    page = watched_page(browser, 1280, 800)
    sign_in(page)
    notice_reload(page)
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
    until(page, "a live connection", LIVE)
    first = page.locator("#timeline li.event[data-type=motion]").first.get_attribute("data-id")
    page.locator(f"li.event[data-id='{first}'] button.acknowledge").click()
    until(page, "the acknowledgement", "id => document.querySelector(`li.event[data-id='${id}']`)?.hasAttribute('data-acknowledged') ?? false", first)
    screenshot(page, "timeline-desktop")
    ids = page.evaluate("[...document.querySelectorAll('#timeline li.event')].map(row => row.dataset.id)")
    seen.update(
        acknowledged=first, rows=len(ids), distinct=len(set(ids)), reloaded=reloaded(page))

    # Filters live in the address, and only what matches is shown.
    page.select_option("select[name=type]", "motion")
    page.wait_for_url("**type=motion*")
    page.wait_for_selector("#timeline li.event[data-type=motion]")
    seen["otherTypesUnderFilter"] = page.locator("#timeline li.event:not([data-type=motion])").count()

    phone = watched_page(browser, 360, 740)
    sign_in(phone)
    phone.wait_for_selector("li.event")
    seen["phoneWidth"] = full_width(phone)
    screenshot(phone, "timeline-phone")
