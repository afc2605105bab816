"""Looks at the page of nodes in a real Chromium. usage: system.py ADDRESS PASSWORD SCREENSHOT-FOLDER STOP-FILE
Makes STOP-FILE when the node may be stopped."""
from browser import address, chromium, full_width, notice_reload, others, reloaded, screenshot, seen, sign_in, until, watched_page

[stop] = others


def words(page):
    """All that the page says of the nodes, but for times, which the browser shows in the reader's own way."""
    texts = page.locator("#nodes :is(h2, .where, .presence, .reason, dt, dd, .camera-name, .camera-figures span)")
    return [text.strip() for text in texts.all_text_contents()]


def refreshed(page):
    return page.locator("#nodes[data-refreshed]").count() > 0


def same(page, plain):
    """Whether the script says what the server says. The figures change every 15 s."""
    page.reload()
    until(page, "the script's own rendering", lambda: refreshed(page))
    ours = words(page)
    plain.reload()
    return ours == words(plain)


with chromium() as browser:
    page = watched_page(browser, 1280, 800)
    sign_in(page, "/system")
    until(page, "a node and its camera", lambda: page.locator(".node[data-state=online] .node-camera[data-state=online]").count() > 0)
    # The figures come with a report, every 15 s.
    until(page, "the camera's figures", lambda: page.locator(".camera-figures span").count() >= 4)
    plain = browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state(), viewport={"width": 1280, "height": 800}).new_page()
    plain.goto(address + "/system")
    until(page, "the server's and the script's words to agree", lambda: same(page, plain))
    screenshot(page, "system-desktop", full_page=True)
    phone = watched_page(browser, 390, 844, storage_state=page.context.storage_state())
    phone.goto(address + "/system")
    until(phone, "the script's own rendering", lambda: refreshed(phone))
    seen["phoneWidth"] = full_width(phone)
    screenshot(phone, "system-phone", full_page=True)

    notice_reload(page)
    open(stop, "w").close()
    until(page, "the node to be away", lambda: page.locator(".node[data-state=offline]").count() == 1)
    seen["reloaded"] = reloaded(page)
    seen["cameras"] = page.locator(".node-camera[data-state=unknown]").count()
    until(page, "the server's and the script's words to agree", lambda: same(page, plain))
    screenshot(page, "system-desktop-away", full_page=True)
    phone.reload()
    until(phone, "the script's own rendering", lambda: refreshed(phone))
    screenshot(phone, "system-phone-away", full_page=True)
    phone.goto(address + "/events")
    phone.wait_for_selector("li.event[data-type=node_offline]")
    seen["eventsWidth"] = full_width(phone)
    screenshot(phone, "events-phone-away")
