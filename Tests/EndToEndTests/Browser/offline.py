"""Uses the pages as an app in a real Chromium: what its worker keeps, what there is to see without the hub, and that it all goes with the session.
usage: offline.py ADDRESS PASSWORD SCREENSHOT-FOLDER"""
from axe_playwright_python.sync_playwright import Axe

from browser import address, chromium, full_width, screenshot, seen, sign_in, until, watched_page

WORKS = "async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'"
# Every address that is kept, in whichever cache, and what is kept of it.
KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) kept.push([new URL(request.url).pathname, await (await cache.match(request)).text()]);
  }
  return kept;
}"""
# What tells of a session: caches and workers.
LEFT = "async () => [(await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]"


def is_offline(page):
    return page.locator("[data-part=away]").is_visible()


with chromium() as browser:
    page = watched_page(browser, 360, 740, has_touch=True, is_mobile=True)
    sign_in(page, "/account")
    until(page, "the worker to be at work", WORKS)
    before = [path for path, _ in page.evaluate(KEPT)]
    # The pages that come now are the worker's to answer.
    for path in ["/", "/events", "/system", "/account"]:
        page.goto(address + path, wait_until="load")
    seen["controlled"] = page.evaluate("navigator.serviceWorker.controller !== null")
    kept = page.evaluate(KEPT)
    seen["kept"] = sorted(path for path, _ in kept)
    seen["grown"] = sorted(set(seen["kept"]) - set(before))
    seen["named"] = [path for path, text in kept if path == "/offline" and "admin" in text]

    page.context.set_offline(True)
    page.goto(address + "/account")
    until(page, "the page without the hub", lambda: is_offline(page))
    seen["title"] = page.locator("h1").inner_text()
    seen["heard"] = page.locator("[data-part=heard]").inner_text()
    seen["width"] = full_width(page)
    seen["violations"] = [one["id"] for one in Axe().run(page).response["violations"]]
    page.locator("[data-part=try]").click()
    until(page, "the try to fail", lambda: page.locator("[data-part=state]").inner_text() != "")
    seen["tried"] = page.locator("[data-part=state]").inner_text()
    screenshot(page, "offline-away-phone")
    page.context.set_offline(False)
    until(page, "the page that was wanted", lambda: page.locator("h1").inner_text() == "admin")
    seen["wanted"] = page.url.removeprefix(address)

    page.locator("[data-part=sign-out]").click()
    page.wait_for_url("**/sign-in**")
    until(page, "nothing to be kept after signing out", f"async () => String(await ({LEFT})()) === '0,0'")

    # A session that ends elsewhere: its browser learns of it with the next page.
    sign_in(page, "/account")
    until(page, "the worker to be back", WORKS)
    until(page, "the shell to be back", f"async () => (await ({KEPT})()).length > 0")
    page.evaluate("() => fetch('/api/v1/session', { method: 'DELETE' })")
    page.reload()
    page.wait_for_url("**/sign-in**")
    until(page, "nothing to be kept of the session that ended", f"async () => String(await ({LEFT})()) === '0,0'")
    seen["left"] = page.evaluate(LEFT)
