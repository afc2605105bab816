"""What the scripts beside this one share: a real Chromium, and what a person would have seen in it.

Each is run as SCRIPT ADDRESS PASSWORD SCREENSHOT-FOLDER, and after these whatever it needs besides (`others`). It prints one JSON object,
`seen`, for the test that runs it to judge, and exits with an error instead where a step never comes true."""
import contextlib
import json
import shutil
import sys
import time

from playwright.sync_api import Error, sync_playwright

address, password, folder, *others = sys.argv[1:]
seen = {"console": [], "foreign": []}

# Seconds to wait for what must come.
PATIENCE = 120

LIVE = "() => document.querySelector('[data-part=connection]')?.dataset.state === 'live'"


@contextlib.contextmanager
def chromium():
    """Says what was seen only once the browser is closed, so that a complaint of its last moments is still among it."""
    with sync_playwright() as playwright:
        # Where the machine has none of these, Playwright looks for a browser that it has installed itself.
        path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
    print(json.dumps(seen))


def watched_page(browser, width, height, incidents=False, **options):
    """A page in a context of its own, signed in only where `options` hand over a session. What it complains of, and what it asks of another
    site, counts as seen, since neither may ever happen. Events stand one by one unless `incidents` are wanted."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    if not incidents:
        context.add_init_script("localStorage.setItem('vigilar.incidents', 'off')")
    return watched_tab(context)


def watched_tab(context):
    """One more page of a context, that is, a tab beside those that are there."""
    page = context.new_page()
    # Playwright's own patience of 30 s is too short for a machine on which the whole installation runs beside others.
    page.set_default_timeout(PATIENCE * 1000)
    page.on("console", lambda message: seen["console"].append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen["console"].append(str(error)))
    page.on("request", lambda request: None if request.url.startswith((address, "data:")) else seen["foreign"].append(request.url))
    return page


def until(page, what, condition, argument=None, seconds=PATIENCE):
    """`condition` is a function of no arguments, or JavaScript for the page, which gets `argument`. Playwright's own wait_for_function
    evaluates strings inside the page, which the page's content security policy forbids."""
    deadline = time.monotonic() + seconds

    def holds():
        try:
            return condition() if callable(condition) else page.evaluate(condition, argument)
        except Error as error:
            # A page that goes to another one just then is asked again there.
            if "context was destroyed" not in str(error):
                raise
            return False

    while not holds():
        if time.monotonic() > deadline:
            sys.exit(f"waited {seconds} s in vain for {what}; the page shows: {page.inner_text('body')[:2000]} {seen}")
        page.wait_for_timeout(50)


def sign_in(page, wanted="/events"):
    """Comes without a session, and has to get through the sign-in to `wanted`."""
    page.goto(address + wanted)
    # A page that was wanted is part of the sign-in's address, and may have slashes, which a single star does not match.
    page.wait_for_url("**/sign-in**")
    page.fill("input[name=name]", "admin")
    page.fill("input[type=password]", password)
    page.keyboard.press("Enter")
    # The whole address: the sign-in's own ends with what is wanted, too.
    page.wait_for_url(lambda url: url == address + wanted)


def notice_reload(page):
    """From here on `reloaded` tells a page that was loaded again from one that updated itself: what is set on a window goes with it."""
    page.evaluate("window.neverReloaded = true")


def reloaded(page):
    return not page.evaluate("window.neverReloaded === true")


def full_width(page):
    """More than the screen's width where a person would have to scroll sideways."""
    return page.evaluate("document.documentElement.scrollWidth")


def screenshot(page, name, **options):
    page.screenshot(path=f"{folder}/{name}.png", **options)


def metric(page, name):
    """What the hub counts. For whoever may see everything."""
    lines = page.request.get(address + "/metrics").text().splitlines()
    return next(float(line.split()[-1]) for line in lines if line.split(" ")[0] == name)
