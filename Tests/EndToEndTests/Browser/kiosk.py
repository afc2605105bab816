"""Pairs a screen in a real Chromium, watches it, has it reconnect, and removes it. usage: kiosk.py ADDRESS PASSWORD SCREENSHOT-FOLDER"""
import datetime
import json

from axe_playwright_python.sync_playwright import Axe

from browser import address, chromium, screenshot, seen, sign_in, until, watched_page

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
# Reconnects while what is held may still grow: caches fill, code is compiled.
WARM_UP, RECONNECTS = 5, 40
SHOWN = "() => document.querySelector('[data-part=code]')?.textContent.length === 9"
LIVE = """() => {
  const tiles = [...document.querySelectorAll('.kiosk-tile')];
  return tiles.length === 2 && tiles.every((tile) => tile.dataset.state === 'live') && document.querySelector('[data-part=connection]').dataset.state === 'live';
}"""
FRONT = "() => document.querySelector('.kiosk-tile[data-front]') !== null"
NO_FRONT = "() => document.querySelector('.kiosk-tile[data-front]') === null"
TIMES = "() => [...document.querySelectorAll('.kiosk-tile video')].map((video) => video.currentTime)"
OTHER = "() => JSON.stringify(document.querySelector('.kiosk-tile[data-camera=door-cam]').getBoundingClientRect())"
PLACE = "() => JSON.stringify(document.querySelector('.kiosk').getBoundingClientRect())"
SHARE = """() => {
  const [picture, grid] = ['.kiosk-tile[data-front] .kiosk-picture', '.kiosk-grid'].map((one) => document.querySelector(one).getBoundingClientRect());
  return picture.width / grid.width;
}"""
OLD = "() => [...document.querySelectorAll('.kiosk-tile')].every((tile) => tile.dataset.state === 'stale' && tile.textContent.includes('No picture for'))"
ACKNOWLEDGE = """async () => {
  const { items } = await (await fetch('/api/v1/events?type=person&acknowledged=false')).json();
  for (const event of items) await fetch(`/api/v1/events/${event.id}/acknowledge`, { method: 'POST' });
}"""
REFUSED = "async () => (await fetch('/api/v1/nodes')).status"

axe = Axe()
seen["violations"] = []


def check_rules(page, where):
    for violation in axe.run(page, options=RULES).response["violations"]:
        seen["violations"] += [f"{where}: {violation['id']} {node['html'][:200]} {node['failureSummary']}" for node in violation["nodes"]]


def advance(page):
    """Both pictures move on."""
    before = page.evaluate(TIMES)
    until(page, "the pictures to move on", lambda: all(now > then + 0.3 for now, then in zip(page.evaluate(TIMES), before)))


def toggle(page):
    """What is open ends, and is opened anew at once."""
    page.context.set_offline(True)
    page.context.set_offline(False)


def look_again(page):
    page.reload()
    # What the page asks for comes some time after it.
    page.wait_for_timeout(500)


class Held:
    """What a page holds, as Chromium counts it once it has thrown away what nobody refers to."""

    def __init__(self, page):
        self.protocol = page.context.new_cdp_session(page)
        for part in ("HeapProfiler", "Performance"):
            self.protocol.send(f"{part}.enable")

    def now(self):
        for _ in range(3):
            self.protocol.send("HeapProfiler.collectGarbage")
        usage = self.protocol.send("Runtime.getHeapUsage")
        figures = {one["name"]: one["value"] for one in self.protocol.send("Performance.getMetrics")["metrics"]}
        size = sum(usage.get(name, 0) for name in ("usedSize", "embedderHeapUsedSize", "backingStorageSize"))
        return int(size), int(figures["Nodes"]), int(figures["JSEventListeners"])


with chromium() as browser:
    screen = watched_page(browser, 1280, 720)
    opened = []
    screen.on("request", lambda request: opened.append(request.url) if "/api/v1/live?" in request.url else None)
    screen.goto(address + "/kiosk")
    until(screen, "the code", SHOWN)
    seen["code"] = screen.text_content("[data-part=code]")
    screenshot(screen, "kiosk-code")

    admin = watched_page(browser, 1280, 900)
    admin.on("dialog", lambda dialog: dialog.accept())
    sign_in(admin, "/system")
    form = admin.locator("[data-part=approve-screen]")
    # The node may have told of its cameras only after the page was opened.
    until(admin, "both cameras", lambda: form.locator("[name=camera]").count() > 1 or look_again(admin))
    form.locator("[name=name]").fill("Kitchen")
    for box in form.locator("[name=camera]").all():
        box.check()
    for code in ("ABCD-EFGH", seen["code"].lower()):
        form.locator("[name=code]").fill(code)
        form.locator("button[type=submit]").click()
        if code == "ABCD-EFGH":
            until(admin, "the refusal", lambda: "No screen" in admin.inner_text("[data-part=notice]"))
            seen["refused"] = admin.inner_text("[data-part=notice]")
    until(admin, "the screen", lambda: admin.locator(".kiosk-line").count() == 1)
    seen["listed"] = admin.locator(".kiosk-line").inner_text()
    screenshot(admin, "screens-desktop", full_page=True)

    until(screen, "every camera's picture", LIVE)
    advance(screen)
    seen["forbidden"] = screen.evaluate(REFUSED)
    until(screen, "the pointer to go", "() => 'idle' in document.documentElement.dataset")
    seen["cursor"] = screen.evaluate("getComputedStyle(document.documentElement).cursor")
    before = screen.evaluate(OTHER)
    until(screen, "the camera to come forward", FRONT)
    seen["standsStill"] = screen.evaluate(OTHER) == before
    seen["share"] = screen.evaluate(SHARE)
    seen["severity"] = screen.get_attribute(".kiosk-tile[data-front]", "data-front")
    seen["words"] = screen.inner_text("[data-part=event]")
    check_rules(screen, "front")
    screenshot(screen, "kiosk-front")
    # Whoever has seen to it sends it back.
    until(screen, "the camera to go back", lambda: (admin.evaluate(ACKNOWLEDGE), screen.evaluate(NO_FRONT))[1])
    check_rules(screen, "wall")
    screenshot(screen, "kiosk-wall")

    # Nothing comes: what is shown says how old it is, and is live again by itself.
    screen.route("**/api/v1/live?*", lambda route: route.abort())
    toggle(screen)
    until(screen, "the pictures to be old", OLD)
    seen["old"] = screen.text_content(".kiosk-tile [data-part=words]")
    screenshot(screen, "kiosk-old")
    screen.unroute("**/api/v1/live?*")
    until(screen, "the pictures to be live again", LIVE)

    # Another hub: the page is loaded again, some time within half a minute.
    def another(route):
        now = datetime.datetime.now(datetime.timezone.utc).isoformat()
        route.fulfill(content_type="application/json", body=json.dumps({"name": "Kitchen", "build": "another", "now": now}))

    screen.route("**/api/v1/kiosk", another)
    with screen.expect_event("load"):
        toggle(screen)
    screen.unroute("**/api/v1/kiosk")
    until(screen, "every camera's picture again", LIVE)
    place = screen.evaluate(PLACE)

    held = Held(screen)
    for number in range(WARM_UP + RECONNECTS):
        if number == WARM_UP:
            first = held.now()
        count = len(opened)
        toggle(screen)
        until(screen, "another stream", lambda: len(opened) > count)
        until(screen, "every camera's picture after it", LIVE)
        advance(screen)
    seen["grown"], seen["nodes"], seen["listeners"] = (after - then for after, then in zip(held.now(), first))
    until(screen, "all of it to stand elsewhere", lambda: screen.evaluate(PLACE) != place)

    admin.get_by_label("Remove Kitchen").click()
    until(screen, "another code", SHOWN)
    seen["again"] = screen.text_content("[data-part=code]")

    admin.goto(address + "/kiosk")
    check_rules(admin, "signed in")
    admin.click("[data-part=sign-out]")
    until(admin, "a code there", SHOWN)
    seen["signedOut"] = admin.text_content("[data-part=code]")
