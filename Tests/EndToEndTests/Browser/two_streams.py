"""Watches a camera whose main stream Chromium cannot play. usage: two_streams.py ADDRESS PASSWORD SCREENSHOT-FOLDER CAMERA"""
from browser import LIVE, chromium, others, screenshot, seen, sign_in, until, watched_page

[camera] = others
SMALL = "document.querySelector('[data-part=preview]')"
VIDEO = "document.querySelector('[data-part=video]')"


def width(page, video):
    return page.evaluate(f"() => {{ const one = {video}; return one.hidden || one.readyState < 2 || one.currentTime === 0 ? 0 : one.videoWidth }}")


with chromium() as browser:
    page = watched_page(browser, 1280, 800)
    requests = []
    page.on("request", lambda request: requests.append(request.url) if "/api/v1/live" in request.url else None)
    sign_in(page, "/")
    tile = f"document.querySelector('.live-tile[data-camera={camera}] video')"
    page.locator(".live-tile").first.wait_for()
    until(page, "the small picture in the grid", lambda: width(page, tile) > 0)
    seen["gridWidth"] = width(page, tile)
    until(page, "the grid to be live", LIVE)
    seen["requestedByGrid"] = list(requests)

    # Over the whole screen the main stream is asked for. As it cannot be played here, the small picture stays.
    page.hover(f".live-tile[data-camera={camera}]")
    page.click("[data-part=fill]")
    until(page, "the main stream to be asked for", lambda: any("stream=main" in request for request in requests))
    until(page, "the tile over the whole screen", "() => document.querySelector('.live-tile[data-full]') !== null")
    seen["fullWidth"] = width(page, tile)
    page.keyboard.press("Escape")
    until(page, "the page as it was", "() => document.querySelector('[data-full]') === null")

    page.goto(page.url.rstrip("/") + f"/cameras/{camera}")
    until(page, "the small picture", lambda: width(page, SMALL) > 0)
    seen["liveWidth"] = width(page, SMALL)
    until(page, "nothing to be waited for", lambda: page.inner_text("[data-part=words]") == "")
    screenshot(page, "two-streams-live")

    page.click("[data-part=back]")
    until(page, "the recording", lambda: page.inner_text("[data-part=mode-text]") == "Recorded" and width(page, VIDEO) > 0)
    seen["recordedWidth"] = width(page, VIDEO)
    # Nobody is surprised by sound; whoever wants it hears it.
    seen["wasMuted"] = page.evaluate(f"{VIDEO}.muted")
    page.click("[data-part=sound]")
    until(page, "sound to be decoded", lambda: page.evaluate(f"{VIDEO}.webkitAudioDecodedByteCount") > 0)
    seen["isHeard"] = not page.evaluate(f"{VIDEO}.muted")
    seen["download"] = page.get_attribute("[data-part=download]", "href")
    screenshot(page, "two-streams-recorded")
    page.click("[data-part=go-live]")
    until(page, "the small picture again", lambda: width(page, SMALL) > 0)
    seen["requested"] = requests
