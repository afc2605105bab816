"""Plays the recording of an event in a real Chromium. usage: recordings.py ADDRESS PASSWORD SCREENSHOT-FOLDER"""
from browser import chromium, screenshot, seen, sign_in, until, watched_page

ENDED = """() => [...document.querySelectorAll('#timeline li.event[data-type=motion]')].some(
  row => row.dataset.end !== '' && row.querySelector('.picture img')?.naturalWidth > 0)"""
VIDEO = "document.querySelector('dialog[open] video')"


def video(page, expression):
    return page.evaluate(f"() => {{ const video = {VIDEO}; return {expression} }}")


with chromium() as browser:
    page = watched_page(browser, 1280, 800)
    sign_in(page)
    until(page, "an event that is over, with a picture", ENDED)
    page.evaluate("""() => [...document.querySelectorAll('#timeline li.event[data-type=motion]')].find(
      row => row.dataset.end !== '' && row.querySelector('.picture img')?.naturalWidth > 0).querySelector('.picture').click()""")
    page.wait_for_selector("dialog[open]")
    page.click('[data-part="viewer-play"]')
    until(page, "the recording to play", lambda: video(page, "video.currentTime > 1 && !video.paused"))
    seen["width"] = video(page, "video.videoWidth")
    seen["duration"] = video(page, "video.duration")
    screenshot(page, "recording-desktop")

    # Seeking lands within a frame of where it was asked for.
    page.evaluate(f"() => {VIDEO}.pause()")
    wanted = [share * seen["duration"] for share in (0.7, 0.15, 0.5, 0.9)]
    misses = []
    for time in wanted:
        page.evaluate(f"time => {{ {VIDEO}.currentTime = time }}", time)
        until(page, "the seek to end", lambda: video(page, "!video.seeking && video.readyState >= 2"))
        misses.append(abs(video(page, "video.currentTime") - time))
    seen["miss"] = max(misses)
    screenshot(page, "recording-sought")
    page.keyboard.press("Escape")
    # The dialog is closed before its `close` event comes, which ends the fetching.
    until(page, "the recording to be let go of",
          "() => document.querySelector('dialog[open]') === null && !document.querySelector('dialog video').hasAttribute('src')")

    phone = watched_page(browser, 390, 844, has_touch=True, is_mobile=True, storage_state=page.context.storage_state())
    phone.goto(page.url)
    until(phone, "an event that is over, with a picture", ENDED)
    phone.evaluate("""() => [...document.querySelectorAll('#timeline li.event[data-type=motion]')].find(
      row => row.dataset.end !== '' && row.querySelector('.picture img')?.naturalWidth > 0).querySelector('.picture').click()""")
    phone.tap('[data-part="viewer-play"]')
    until(phone, "the recording to play", lambda: video(phone, "video.currentTime > 0.5"))
    screenshot(phone, "recording-phone")

    # A node that has not told of the recording yet is waited for. What the browser says of the refusals is not the page's own complaint.
    early = browser.new_context(storage_state=page.context.storage_state()).new_page()
    seen["refused"] = 0

    def refuse(route):
        if seen["refused"] == 3:
            return route.continue_()
        seen["refused"] += 1
        return route.fulfill(status=404, content_type="application/problem+json", body='{"status": 404, "detail": "not yet"}')

    early.route("**/video.mp4*", refuse)
    early.goto(page.url)
    # One that is over for a second or two: then nothing is taken to be missing for good.
    until(early, "an event that is just over, with a picture", """() => {
      const row = [...document.querySelectorAll('#timeline li.event[data-type=motion]')].find(
        row => row.dataset.end !== '' && Date.now() - new Date(row.dataset.end) < 10000 && row.querySelector('.picture img')?.naturalWidth > 0);
      row?.querySelector('.picture').click();
      return row !== undefined;
    }""")
    early.click('[data-part="viewer-play"]')
    until(early, "the recording to play", lambda: video(early, "video.currentTime > 0.5"))
