"""Browses what a camera recorded in a real Chromium. usage: recordings_page.py ADDRESS PASSWORD SCREENSHOT-FOLDER CAMERA"""
from axe_playwright_python.sync_playwright import Axe

from browser import address, chromium, full_width, others, screenshot, seen, sign_in, until, watched_page

[camera] = others
ROW = f".recorded-day[data-camera={camera}]"
RECORDED = f"() => document.querySelector('{ROW} [data-kind=recorded]') !== null"
KEPT = f"() => document.querySelector('{ROW} [data-kind=kept][data-state=kept]') !== null"
NOT_KEPT = f"() => document.querySelector('{ROW} [data-kind=recorded]') !== null && document.querySelector('{ROW} [data-kind=kept]') === null"
PLAYING = """() => {
  const video = document.querySelector('dialog[open] video');
  return video.readyState >= 2 && video.currentTime > 0.5;
}"""
# The page lists the cameras that nodes have announced by then.
LISTED = """async camera => {
  const ask = async (address) => (await (await fetch(address)).json()).items;
  const isThere = (await ask('/api/v1/nodes')).some((node) => node.cameras.some(({ id }) => id === camera));
  return isThere && (await ask(`/api/v1/recordings?camera=${camera}`)).some((one) => one.duration > 3);
}"""
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}, "resultTypes": ["violations"]}


def open_list(page):
    page.click(f"{ROW} summary")
    until(page, "the recordings one by one", lambda: page.locator(f"{ROW} .recording").count() > 0)
    # The oldest: the newest may have begun just now.
    return page.locator(f"{ROW} .recording").last


def ended(page):
    """The oldest recording of the day once it has ended, as what goes on cannot be deleted; None until then."""
    page.goto(address + "/recordings")
    until(page, "the day's recording to be drawn", RECORDED)
    line = open_list(page)
    if line.locator("[data-part=delete]").is_visible():
        return line
    page.wait_for_timeout(3000)
    return None


with chromium() as browser:
    page = watched_page(browser, 1280, 900)
    sign_in(page)
    until(page, "some seconds of recording", LISTED, camera)
    page.locator(".places a", has_text="Recordings").click()
    page.wait_for_url("**/recordings")
    until(page, "the day's recording to be drawn", RECORDED)
    until(page, "the node's disk", lambda: page.locator("[data-part=stores] meter").is_visible())
    seen["sum"] = page.inner_text(f"{ROW} [data-part=sum]")
    seen["oldest"] = page.inner_text("[data-part=stores] [data-part=oldest]")
    until(page, "how much is recorded", lambda: page.locator("[data-part=stores] [data-part=use]").is_visible())
    seen["use"] = page.inner_text("[data-part=stores] [data-part=use]")

    line = open_list(page)
    seen["violations"] = [
        f"{violation['id']} {node['target']} {node['failureSummary']}"
        for violation in Axe().run(page, options=RULES).response["violations"] for node in violation["nodes"]
    ]
    screenshot(page, "recordings-list-desktop", full_page=True)
    line.locator("[data-part=play]").click()
    until(page, "the recording to play", PLAYING)
    screenshot(page, "recordings-playing-desktop")
    page.keyboard.press("Escape")
    # The dialog is closed before its `close` event comes, which ends the fetching.
    until(page, "the recording to be let go of",
          "() => document.querySelector('dialog[open]') === null && !document.querySelector('dialog video').hasAttribute('src')")

    line.locator("[data-part=keep]").click()
    until(page, "the node to confirm it", lambda: line.get_attribute("data-state") == "confirmed")
    seen["kept"] = line.locator("[data-part=kept]").inner_text()
    until(page, "the strip to show it", KEPT)
    screenshot(page, "recordings-kept-desktop", full_page=True)
    line.locator("[data-part=keep]").click()
    until(page, "the strip to show it no longer", NOT_KEPT)
    seen["released"] = line.locator("[data-part=kept]").inner_text()

    # A day without recordings, and back by the browser's own way.
    page.click("[data-part=earlier]")
    until(page, "the empty day", lambda: page.locator("[data-part=empty]").is_visible())
    seen["emptySum"] = page.inner_text(f"{ROW} [data-part=sum]")
    seen["offered"] = page.locator("[data-part=last-day]").is_visible()
    screenshot(page, "recordings-empty-desktop", full_page=True)
    page.go_back()
    until(page, "the day with recordings", RECORDED)
    # One that is to come leads to the last one that has some.
    page.goto(address + f"/recordings?day=2099-01-01&camera={camera}")
    until(page, "the way to the last day", lambda: page.locator("[data-part=last-day]").is_visible())
    page.click("[data-part=last-day]")
    until(page, "the day with recordings", RECORDED)
    seen["camera"] = page.input_value("#camera")
    page.goto(address + "/recordings?day=yesterday&camera=nowhere")
    until(page, "what the address names not to be there", lambda: page.locator("[data-part=notice]").is_visible())
    until(page, "today in its place", RECORDED)

    # By the keyboard from the strip to the camera, at the time that was chosen there.
    page.focus(f"{ROW} [data-part=strip]")
    for key in ["ArrowRight", "ArrowLeft", "Enter"]:
        page.keyboard.press(key)
    page.wait_for_url(lambda url: f"/cameras/{camera}?at=" in url)
    until(page, "what was recorded then", lambda: page.inner_text("[data-part=mode-text]") == "Recorded")

    # One is deleted, once somebody has said so twice.
    until(page, "a recording that has ended", lambda: ended(page) is not None)
    line = page.locator(f"{ROW} .recording").last
    deleted = f"{ROW} .recording[data-id='{line.get_attribute('data-id')}']"
    line.locator("[data-part=delete]").click()
    until(page, "to be asked", lambda: page.locator("[data-part=deleting]").is_visible())
    seen["asked"] = page.inner_text("[data-part=deleting-words]")
    screenshot(page, "recordings-deleting-desktop")
    page.locator("[data-part=deleting] button[value=no]").click()
    until(page, "the question to go", lambda: page.locator("[data-part=deleting]").is_hidden())
    seen["stays"] = page.locator(deleted).count() == 1
    line.locator("[data-part=delete]").click()
    page.locator("[data-part=deleting] button[value=yes]").click()
    until(page, "it to go from the list", lambda: page.locator(deleted).count() == 0)

    def confirmed():
        words = page.inner_text(f"{ROW} [data-part=deletions]")
        return "Deleted by" in words and "not confirmed" not in words

    until(page, "the node to confirm it", confirmed)
    seen["deleted"] = page.inner_text(f"{ROW} [data-part=deletions]")
    screenshot(page, "recordings-deleted-desktop", full_page=True)

    phone = watched_page(browser, 360, 740, has_touch=True, is_mobile=True, storage_state=page.context.storage_state())
    phone.goto(address + "/recordings")
    until(phone, "the day's recording to be drawn", RECORDED)
    open_list(phone)
    seen["phoneWidth"] = full_width(phone)
    screenshot(phone, "recordings-list-phone", full_page=True)
