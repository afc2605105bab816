"""Watches cameras live and their recordings in a real Chromium. usage: live.py ADDRESS PASSWORD SCREENSHOT-FOLDER CAMERA"""
from browser import address, chromium, full_width, others, screenshot, seen, sign_in, until, watched_page

[camera] = others
VIDEO = "document.querySelector('[data-part=video]')"
SHOWING = """() => [...document.querySelectorAll('.live-tile')].every(
  tile => tile.dataset.state === 'live' && tile.querySelector('video').videoWidth > 0 && tile.querySelector('video').currentTime > 0)"""


def video(page, expression):
    return page.evaluate(f"() => {{ const video = {VIDEO}; return {expression} }}")


def tile(camera):
    return f".live-tile[data-camera={camera}]"


def order(page):
    return page.evaluate("() => [...document.querySelectorAll('.live-tile')].map(tile => tile.dataset.camera)")


def width(page, camera):
    return page.locator(tile(camera)).bounding_box()["width"]


def drag(page, camera, onto):
    """By the middle of its picture."""
    for number, one in enumerate([camera, onto]):
        box = page.locator(tile(one)).bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
        page.mouse.down() if number == 0 else page.mouse.up()


def press(page, camera, button):
    """By keyboard alone."""
    page.focus(f"{tile(camera)} [data-part={button}]")
    page.keyboard.press("Enter")


def arrange(page):
    """Ends with the second camera first, and the first one large."""
    first, second = order(page)
    page.click("[data-part=arrange]")
    page.click(tile(first))
    seen["leadsNowhere"] = page.url == address + "/"
    drag(page, first, second)
    until(page, "the tile to be where it was dragged", lambda: order(page) == [second, first])
    press(page, first, "earlier")
    until(page, "the tile to be where it was", lambda: order(page) == [first, second])
    press(page, first, "later")
    until(page, "the tile to be behind the other", lambda: order(page) == [second, first])
    seen["announced"] = page.text_content("[data-part=arranged]")
    seen["keepsFocus"] = page.evaluate("camera => document.activeElement.matches(`[data-camera=${camera}] [data-part=later]`)", first)
    press(page, first, "large")
    until(page, "the tile to be large", lambda: width(page, first) > 1.5 * width(page, second))
    screenshot(page, "live-arranging-desktop")
    page.click("[data-part=arrange]")
    return first, second


FULL = """element => {
  const one = document.querySelector(element), { width, height } = one.getBoundingClientRect();
  return 'full' in one.dataset && width >= innerWidth && height >= innerHeight;
}"""


def fill(page, element, button):
    """Over the whole screen, and back by Escape."""
    page.hover(element)
    page.click(button)
    until(page, f"{element} over the whole screen", FULL, element)
    screenshot(page, f"live-{button.rsplit('=')[-1].rstrip(']')}-desktop")
    page.keyboard.press("Escape")
    until(page, "the page as it was", "() => document.querySelector('[data-full], :fullscreen, main [inert]') === null")


def advances(page):
    """The picture moves on by itself."""
    before = video(page, "video.currentTime")
    until(page, "the picture to move on", lambda: video(page, "video.currentTime") > before + 0.5)


with chromium() as browser:
    page = watched_page(browser, 1280, 800)
    requests = []
    page.on("request", lambda request: requests.append(request.url) if "/api/v1/live" in request.url else None)
    sign_in(page, "/")
    # The node may have told of its cameras only after the page was opened: they come by themselves.
    page.locator(".live-tile").nth(1).wait_for()
    until(page, "every camera's picture", SHOWING)
    seen["tiles"] = page.evaluate("document.querySelectorAll('.live-tile').length")
    seen["requested"] = requests[-1].split("?")[1]
    screenshot(page, "live-grid-desktop")

    first, second = arrange(page)
    page.reload()
    until(page, "every camera's picture after the reload", SHOWING)
    seen["keepsOrder"] = order(page) == [second, first]
    seen["keepsLarge"] = width(page, first) > 1.5 * width(page, second)
    screenshot(page, "live-arranged-desktop")
    fill(page, tile(camera), f"{tile(camera)} [data-part=fill]")
    fill(page, "[data-part=cameras]", "[data-part=fill-wall]")
    # These cameras have one stream, which the grid shows already.
    seen["requestedMain"] = [one for one in requests if "stream=main" in one]

    page.click(f".live-tile[data-camera={camera}] a")
    page.wait_for_url(f"**/cameras/{camera}")
    until(page, "the camera's picture", lambda: video(page, "video.readyState >= 2 && video.videoWidth > 0"))
    advances(page)
    seen["liveMode"] = page.inner_text("[data-part=mode-text]")
    seen["behind"] = video(page, "video.buffered.end(video.buffered.length - 1) - video.currentTime")
    until(page, "the day's recording to be drawn", "() => document.querySelector('[data-part=strip-drawing] [data-kind=recorded]') !== null")
    page.select_option("[data-part=zoom]", "3600")
    screenshot(page, "camera-live-desktop")

    # Back in time by a key on the timeline, and to live again.
    until(page, "something to go back to", lambda: page.evaluate(
        """async camera => {
          const from = new Date(Date.now() - 60_000).toISOString(), to = new Date().toISOString();
          const answer = await fetch(`/api/v1/cameras/${camera}/video.json?from=${from}&to=${to}`);
          return answer.ok && (await answer.json()).duration > 12;
        }""", camera))
    page.click("[data-part=back]")
    until(page, "the recording", lambda: page.inner_text("[data-part=mode-text]") == "Recorded" and video(page, "video.readyState >= 2 && video.duration < 1e6"))
    advances(page)
    # What is on the screen is of the time that the page says: within a picture of what was asked for.
    page.click("[data-part=pause]")
    seen["miss"] = page.evaluate("""async () => {
      const video = document.querySelector('[data-part=video]');
      const address = new URL(video.src);
      const facts = await (await fetch(address.pathname.replace('.mp4', '.json') + address.search)).json();
      const map = facts.timeline.map(one => ({ media: one.media, clock: new Date(one.clock).getTime() / 1000 }));
      // However long it is: somewhere in it.
      const wanted = map[0].clock + facts.duration / 2;
      const point = map.findLast(one => one.clock <= wanted);
      const media = point.media + wanted - point.clock;
      video.currentTime = media;
      await new Promise(resolve => video.addEventListener('seeked', resolve, { once: true }));
      return Math.abs(video.currentTime - media);
    }""")
    screenshot(page, "camera-recorded-desktop")
    page.click("[data-part=go-live]")
    until(page, "live again", lambda: page.inner_text("[data-part=mode-text]") == "Live" and video(page, "video.readyState >= 2 && video.duration > 1e6"))
    advances(page)

    # What is on the screen is kept, and kept no longer, and kept; the node confirms each.
    kept = "() => document.querySelector('[data-part=strip-drawing] [data-kind=kept][data-state=kept]') !== null"
    for wanted in ["true", "false", "true"]:
        page.click("[data-part=keep]")
        until(page, "the button to say so", f"() => document.querySelector('[data-part=keep]').ariaPressed === '{wanted}'")
        until(page, "the node to confirm it", f"() => document.querySelector('[data-part=keep-state]').textContent === '' && ({kept})() === {wanted}")
    screenshot(page, "camera-kept-desktop")

    phone = watched_page(browser, 390, 844, has_touch=True, is_mobile=True, storage_state=page.context.storage_state())
    phone.goto(address + "/")
    until(phone, "every camera's picture", SHOWING)
    screenshot(phone, "live-grid-phone")
    phone.goto(f"{address}/cameras/{camera}")
    until(phone, "the camera's picture", lambda: video(phone, "video.readyState >= 2 && video.videoWidth > 0"))
    seen["phoneWidth"] = full_width(phone)
    screenshot(phone, "camera-live-phone")
