"""Looks at one event in a real Chromium. usage: event.py ADDRESS PASSWORD SCREENSHOT-FOLDER"""
from browser import LIVE, chromium, full_width, screenshot, seen, sign_in, until, watched_page

ENDED = """() => [...document.querySelectorAll('#timeline li.event[data-type=motion]')].find(
  row => row.dataset.end !== '' && row.querySelector('.picture img')?.naturalWidth > 0)?.dataset.id"""


def part(page, name):
    return page.locator(f"[data-part={name}]")


with chromium() as browser:
    page = watched_page(browser, 1280, 900)
    sign_in(page)
    until(page, "an event that is over, with a picture", ENDED)
    event = page.evaluate(ENDED)
    # From the list to its page, in one step.
    page.click(f"li.event[data-id='{event}'] [data-part=title]")
    page.wait_for_url(f"**/events/{event}")
    until(page, "the large picture", "() => document.querySelector('.event-page .picture img')?.naturalWidth > 320")
    until(page, "a live connection", LIVE)
    screenshot(page, "event-desktop")
    seen["facts"] = page.locator("[data-part=facts] dt").all_inner_texts()

    part(page, "acknowledge").click()
    until(page, "it to be seen", "() => document.querySelector('.event-page').hasAttribute('data-acknowledged')")
    page.fill("[data-part=write] textarea", "The neighbour's <b>cat</b>\nagain")
    page.click("[data-part=write] button")
    until(page, "the note", "() => document.querySelectorAll('.notes li').length === 1")
    seen["note"] = page.locator(".notes [data-part=text]").inner_text()
    screenshot(page, "event-note")

    part(page, "play").click()
    video = "document.querySelector('[data-part=video]')"
    until(page, "the recording to play", f"() => {video}.currentTime > 1 && !{video}.paused")
    seen["duration"] = page.evaluate(f"() => {video}.duration")
    screenshot(page, "event-playing")
    part(page, "picture-again").click()
    until(page, "the picture again", f"() => {video}.hidden && !{video}.hasAttribute('src')")

    phone = watched_page(browser, 360, 740, has_touch=True, is_mobile=True, storage_state=page.context.storage_state())
    phone.goto(page.url)
    until(phone, "the note", "() => document.querySelectorAll('.notes li').length === 1")
    until(phone, "the large picture", "() => document.querySelector('.event-page .picture img')?.naturalWidth > 320")
    seen["phoneWidth"] = full_width(phone)
    screenshot(phone, "event-phone")
    phone.tap(".notes [data-part=delete]")
    until(phone, "no note", "() => document.querySelectorAll('.notes li').length === 0")
    seen["event"] = event

    # A false alarm leads to what would have prevented it, filled in and not saved.
    page.click("[data-verdict=false_alarm]")
    until(page, "what would have prevented it", "() => document.querySelectorAll('.advice a').length === 2")
    screenshot(page, "event-advice")
    page.click(".advice li:last-child a")
    until(page, "the mask to be drawn", "() => document.querySelectorAll('[data-part=area-list] [data-kind=mask]').length === 1")
    seen["suggested"] = page.locator("[data-part=suggested]").is_visible()
    seen["address"] = page.evaluate("location.search")
    screenshot(page, "camera-suggested")
    page.click("[data-part=save]")
    until(page, "the settings to be in force", "() => document.querySelector('[data-part=state]').dataset.state === 'applied'")
    page.reload()
    until(page, "the mask of the node", "() => document.querySelectorAll('[data-part=area-list] [data-kind=mask]').length === 1")
