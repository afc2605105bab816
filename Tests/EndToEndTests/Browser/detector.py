"""Sees in a real Chromium what a detector of one's own has found. usage: detector.py ADDRESS PASSWORD SCREENSHOT-FOLDER"""
from browser import chromium, notice_reload, reloaded, screenshot, seen, sign_in, until, watched_page


def titles(page, kind):
    return page.locator(f'#timeline .event[data-type="{kind}"] [data-part="title"]').all_inner_texts()


with chromium() as browser:
    page = watched_page(browser, 1280, 900)
    sign_in(page)
    notice_reload(page)
    # Both come by themselves: by the script's words first, and by the server's once the page is opened anew.
    for kind in ("person", "pet"):
        until(page, f"an event of a {kind}", lambda: len(titles(page, kind)) > 0)
    until(
        page, "one of them to have ended",
        "() => [...document.querySelectorAll('#timeline li.event[data-type=person]')].some(row => row.dataset.end)")
    seen.update(person=titles(page, "person")[0], pet=titles(page, "pet")[0], reloaded=reloaded(page))
    screenshot(page, "detector-live")
    page.reload()
    until(page, "the events again", lambda: titles(page, "person") and titles(page, "pet"))
    seen.update(personAnew=titles(page, "person")[0], petAnew=titles(page, "pet")[0], types=sorted(set(
        page.evaluate("[...document.querySelectorAll('#timeline li.event')].map(row => row.dataset.type)"))))
    screenshot(page, "detector")
