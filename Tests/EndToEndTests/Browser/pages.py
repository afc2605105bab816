"""Visits every page in a real Chromium, on a phone and on a desk, dark and light, and looks for what keeps somebody from using it.
usage: pages.py ADDRESS PASSWORD SCREENSHOT-FOLDER [ASSETS-FOLDER]

With ASSETS-FOLDER style sheet and scripts are taken from there, so that they can be tried without building the hub."""
import pathlib
import re
import sys
from functools import partial

from axe_playwright_python.sync_playwright import Axe

from browser import LIVE, address, chromium, full_width, others, screenshot, seen, sign_in, until, watched_page

REFERENCE = pathlib.Path(__file__).parents[3] / "docs/reference/http.md"
# Routes for programs that lie beside the pages.
NO_PAGES = {"/healthz", "/readyz", "/metrics", "/events/stream", "/assets/{name}", "/authority.crt", "/manifest.webmanifest", "/service-worker.js"}
# What there is to see on a page once it shows what it is for.
PAGES = {
    "/": ".live-tile",
    "/events": "li.event .picture img",
    "/events/{id}": ".event-page .boxes",
    "/recordings": ".recorded-day[data-state] [role=slider]",
    "/visitors": "[data-part=individuals] h3",
    "/pets": "[data-part=individuals] h3",
    "/individuals/{id}": "[data-part=by-hour] svg",
    "/wildlife": "[data-part=animals] h3",
    "/system": ".node-camera",
    "/cameras/{id}": "[data-part=fields]:enabled",
    "/account": "[data-part=sessions] .account",
    "/audit": "[data-part=lines] li",
    "/components": ".live-tile",
    "/offline": "[data-part=back]",
    "/trust": ".fingerprint",
    "/kiosk": "[data-part=code]:not(:empty)",
    "/sign-in": "input[type=password]",
    "/welcome": "input[type=password]",
}
# Another way of using a page: its name, the button that turns it on, and what there is to see then.
MODES = {
    "/": ("arranging", "[data-part=arrange]", "[data-part=earlier]"),
    "/events": ("selecting", "[data-part=select]", ".choose input"),
}
# Whoever comes to these is not signed in.
DOORS = {"/kiosk", "/sign-in", "/welcome"}
# Is there where no page is.
PROBLEM = "/no/such/page"

NAMES = {"/": "live", "/events/{id}": "event", "/individuals/{id}": "individual", "/cameras/{id}": "camera", PROBLEM: "problem"}

WIDTHS = {"phone": (360, 740), "desktop": (1280, 900)}
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}

OPEN = "() => { for (const one of document.querySelectorAll('main details')) one.open = true; }"

# Everything that can be pressed or filled in, as far as it is shown; of radio buttons one of a group is reached, and arrows go on from it.
NOTE_CONTROLS = """() => {
  const look = (element) => {
    const style = getComputedStyle(element);
    return ["outline", "boxShadow", "borderColor", "backgroundColor", "stroke", "textDecoration"].map((name) => style[name]).join(" ");
  };
  const name = (element) => {
    const words = element.getAttribute("aria-label") || element.dataset.part || element.name || element.textContent.trim().slice(0, 40);
    return `${element.localName} "${words}"`;
  };
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 0;
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, video[controls], [tabindex]:not([tabindex='-1'])";
  const controls = [...document.querySelectorAll(all)].filter((element) => !element.matches(":disabled") && element.closest("[inert]") === null && isShown(element));
  document.activeElement.blur();
  const groups = new Set();
  window.controls = new Map();
  for (const one of controls) {
    if (one.type === "radio" && groups.has(one.name)) continue;
    if (one.type === "radio") groups.add(one.name);
    window.controls.set(one, { look: look(one), name: name(one) });
  }
  window.describeFocus = () => {
    const element = document.activeElement;
    const isOfGroup = ([one]) => one.type === "radio" && one.name === element.name;
    const noted = window.controls.get(element) ?? [...window.controls].find(isOfGroup)?.[1];
    const number = [...window.controls.keys()].indexOf(element);
    if (noted !== undefined) noted.isReached = true;
    const { left, top, width, height } = element.getBoundingClientRect();
    const points = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]].map(([x, y]) => [left + x * width, top + y * height]);
    const isMet = ([x, y]) => {
      const met = document.elementFromPoint(x, y);
      return met !== null && (element.contains(met) || met.closest("label")?.control === element);
    };
    return { number, name: name(element), isSame: noted?.look === look(element), isCovered: !points.some(isMet) };
  };
  return window.controls.size;
}"""
# What was taken off the page meanwhile cannot be reached any more.
MISSED = "() => [...window.controls].filter(([one, noted]) => one.isConnected && !noted.isReached).map(([, noted]) => noted.name)"

axe = Axe()
until = partial(until, seconds=60)


def routes():
    """Of the pages, as the reference has them: a test holds it to the hub's own."""
    found = re.findall(r"^\| `GET (/[^`?]*)`", REFERENCE.read_text(encoding="utf-8").split("\n## ")[0], re.MULTILINE)
    return {route for route in found if not route.startswith("/api/")} - NO_PAGES


def complain(kind, where, what):
    seen[kind].append(f"{where}: {what}")


def check_rules(page, where):
    for violation in axe.run(page, options=RULES).response["violations"]:
        for node in violation["nodes"]:
            # What axe has measured, such as a contrast, is in the summary.
            complain("violations", where, f"{violation['id']} {node['target']} {node['failureSummary']} {node['html'][:200]}")


def check_dialogs(page, where):
    for number in range(page.locator("dialog").count()):
        page.evaluate("number => document.querySelectorAll('dialog')[number].showModal()", number)
        check_rules(page, f"{where} dialog {number}")
        page.evaluate("number => document.querySelectorAll('dialog')[number].close()", number)


def walk(page, where, key):
    """By Tab through the page, until it comes round to where it began. Backwards, what is reached comes from beneath the bar on top."""
    count = page.evaluate(NOTE_CONTROLS)
    first = last = None
    # Some controls, such as dates, have several stops within.
    for _ in range(5 * count + 20):
        page.keyboard.press(key)
        focus = page.evaluate("() => window.describeFocus()")
        if focus["number"] < 0:
            continue
        if first is None:
            first = focus["number"]
        elif focus["number"] == first and last != first:
            break
        last = focus["number"]
        if focus["isSame"]:
            complain("unmarked", where, focus["name"])
        if focus["isCovered"]:
            complain("covered", where, focus["name"])
    for name in page.evaluate(MISSED):
        complain("missed", where, name)
    seen["controls"] += count


def look(page, sight, where):
    until(page, f"{where} to show what it is for", lambda: sight is None or page.locator(sight).first.is_visible())
    if page.locator("[data-part=connection]").count() > 0:
        until(page, f"{where} to be live", LIVE)
    page.evaluate(OPEN)
    screenshot(page, where, full_page=True)
    if full_width(page) > page.viewport_size["width"]:
        complain("wide", where, f"{full_width(page)} px")
    check_rules(page, where)
    check_dialogs(page, where)


TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


def from_folder(page, folder):
    """The hub's addresses of them carry a hash, which the files' names do not."""
    def answer(route):
        name = re.sub(r"-[0-9a-f]{12}(\.\w+)$", r"\1", route.request.url.rsplit("/", 1)[1])
        route.fulfill(path=f"{folder}/{name}", content_type=TYPES[name.rsplit(".")[-1]])

    page.route("**/assets/*", answer)


INVITE = """async () => {
  const body = JSON.stringify({ grants: [{ role: "viewer", site: null, camera: null, video: true, faces: false }] });
  const answer = await fetch("/api/v1/accounts/invitations", { method: "POST", headers: { "content-type": "application/json" }, body });
  return (await answer.json()).link;
}"""
CAMERA = "async () => (await (await fetch('/api/v1/nodes')).json()).items.flatMap((node) => node.cameras)[0].id"
# With a picture, which those of nodes have not.
EVENT = "async () => (await (await fetch('/api/v1/events?limit=500')).json()).items.find((event) => event.snapshot !== null).id"
INDIVIDUAL = "async () => (await (await fetch('/api/v1/individuals')).json()).items[0].id"

seen.update({"violations": [], "wide": [], "missed": [], "unmarked": [], "covered": [], "controls": 0})
unknown = routes() - PAGES.keys()
if unknown:
    sys.exit(f"say in PAGES what there is to see on {unknown}")

with chromium() as browser:
    first = watched_page(browser, 1280, 900)
    sign_in(first)
    session = first.context.storage_state()
    addresses = {"/welcome": first.evaluate(INVITE), "/cameras/{id}": f"/cameras/{first.evaluate(CAMERA)}",
                 "/events/{id}": f"/events/{first.evaluate(EVENT)}", "/individuals/{id}": f"/individuals/{first.evaluate(INDIVIDUAL)}"}
    first.context.close()
    for size, (width, height) in WIDTHS.items():
        for theme in ("dark", "light"):
            # Without motion, so that what is measured does not depend on the moment.
            options = {"color_scheme": theme, "reduced_motion": "reduce", "has_touch": size == "phone", "is_mobile": size == "phone"}
            for route in [*PAGES, PROBLEM]:
                page = watched_page(browser, width, height, **options, **({} if route in DOORS else {"storage_state": session}))
                if others:
                    from_folder(page, others[0])
                page.goto(address + addresses.get(route, route))
                where = f"{NAMES.get(route, route.strip('/'))}-{size}-{theme}"
                views = [(where, None, PAGES.get(route))]
                if route in MODES:
                    mode, button, sight = MODES[route]
                    views.append((f"{where}-{mode}", button, sight))
                for view, button, sight in views:
                    if button is not None:
                        # Where the page was left it may lie beneath the bar.
                        page.evaluate("scrollTo(0, 0)")
                        page.click(button)
                    look(page, sight, view)
                    # The focus looks the same way in both.
                    if theme == "dark":
                        walk(page, view, "Shift+Tab" if size == "phone" else "Tab")
                page.context.close()
    # Chromium notes that there is no such page, which is what was asked for.
    seen["console"] = [text for text in seen["console"] if "status of 404" not in text]
