"""Looks at one event in a real Chromium. usage: event.py ADDRESS PASSWORD SCREENSHOT-FOLDER"""
from browser import LIVE, chromium, full_width, screenshot, seen, sign_in, until, watched_page

ENDED = """() => [...document.querySelectorAll('#timeline li.event[data-type=motion]')].find(
  row => row.dataset.end !== '' && row.querySelector('.picture img')?.naturalWidth > 0)?.dataset.id"""

# Nothing else of the picture is nearly white than what walks.
FRAMED = """() => {
  const image = document.querySelector('.event-page .picture img');
  const outer = image.getBoundingClientRect();
  const boxes = [...document.querySelectorAll('.event-page .boxes .line')].map((line) => line.getBoundingClientRect());
  const canvas = document.createElement('canvas');
  const [width, height] = [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  let [walking, framed] = [0, 0];
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    if (data[4 * pixel] < 200) continue;
    walking += 1;
    const x = outer.left + (pixel % width + 0.5) * outer.width / width;
    const y = outer.top + (Math.floor(pixel / width) + 0.5) * outer.height / height;
    if (boxes.some((box) => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom)) framed += 1;
  }
  const isInside = (box) => box.left >= outer.left - 1 && box.right <= outer.right + 1 && box.top >= outer.top - 1 && box.bottom <= outer.bottom + 1;
  return {
    share: walking === 0 ? 0 : framed / walking,
    area: boxes.reduce((sum, box) => sum + box.width * box.height, 0) / (outer.width * outer.height),
    isInside: boxes.length > 0 && boxes.every(isInside),
  };
}"""
UNFRAMED = "() => document.querySelector('.event-page .boxes') === null"


def look_framed(page, name):
    """A better picture may come meanwhile, with boxes of its own."""
    def is_framed():
        seen[name] = page.evaluate(FRAMED)
        return seen[name]["share"] > 0.5

    until(page, "the boxes over what walks", is_framed)


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
    look_framed(page, "framed")
    seen["sentence"] = page.locator(".boxes").get_attribute("aria-label")
    screenshot(page, "event-desktop")
    part(page, "mark").click()
    until(page, "the picture by itself", UNFRAMED)
    page.reload()
    until(page, "the boxes to be there for whoever wants them", lambda: part(page, "mark").is_visible())
    seen["staysOff"] = page.evaluate(UNFRAMED) and part(page, "mark").get_attribute("aria-pressed") == "false"
    part(page, "mark").click()
    look_framed(page, "framed")
    until(page, "a live connection", LIVE)
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
    until(page, "nothing to turn on over the recording", lambda: not part(page, "mark").is_visible())
    seen["duration"] = page.evaluate(f"() => {video}.duration")
    screenshot(page, "event-playing")
    part(page, "picture-again").click()
    until(page, "the picture again", f"() => {video}.hidden && !{video}.hasAttribute('src')")

    phone = watched_page(browser, 360, 740, has_touch=True, is_mobile=True, storage_state=page.context.storage_state())
    phone.goto(page.url)
    until(phone, "the note", "() => document.querySelectorAll('.notes li').length === 1")
    until(phone, "the large picture", "() => document.querySelector('.event-page .picture img')?.naturalWidth > 320")
    look_framed(phone, "framedOnPhone")
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
