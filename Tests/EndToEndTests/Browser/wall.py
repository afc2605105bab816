"""Watches sixteen cameras in one tab and has three more open, over HTTP/1.1. usage: wall.py ADDRESS PASSWORD SCREENSHOT-FOLDER CAMERA

Something walks before CAMERA, and before no other."""
from browser import LIVE, address, chromium, metric, others, screenshot, seen, sign_in, until, watched_page, watched_tab

[camera] = others
TIMES = "() => [...document.querySelectorAll('.live-tile video')].map((video) => video.currentTime)"
ALL = "state => [...document.querySelectorAll('.live-tile')].every((tile) => tile.dataset.state === state)"
STATES = "() => Object.fromEntries([...document.querySelectorAll('.live-tile')].map((tile) => [tile.dataset.camera, tile.dataset.state]))"
ROWS = "() => [...document.querySelectorAll('#timeline li.event')].map((row) => row.dataset.id)"
ANSWERS = "async () => (await fetch('/api/v1/sites')).ok"


def moves(page):
    before = page.evaluate(TIMES)
    until(page, "every picture to move", lambda: all(now > then + 0.5 for now, then in zip(page.evaluate(TIMES), before)))


with chromium() as browser:
    wall = watched_page(browser, 1920, 1080)
    sign_in(wall, "/")
    # A node may have told of its cameras only after the page was opened: it is made anew then.
    wall.locator(".live-tile").nth(15).wait_for()
    until(wall, "every camera's picture", ALL, "live")
    tabs = [watched_tab(wall.context) for _ in range(3)]
    timeline, one, recordings = tabs
    for tab, path in zip(tabs, ["/events", f"/cameras/{camera}", "/recordings"]):
        tab.goto(address + path)
    for tab in [wall, timeline, one]:
        until(tab, "a live connection", LIVE)
    until(one, "the camera's picture", "() => document.querySelector('[data-part=video]').readyState >= 2")
    until(wall, "one event stream for all tabs", lambda: metric(wall, "vigilar_stream_subscribers") == 1)
    moves(wall)
    known = timeline.evaluate(ROWS)
    until(timeline, "a new row", lambda: set(timeline.evaluate(ROWS)) - set(known))
    until(wall, "the camera to have a frame", f"() => document.querySelector('.live-tile[data-camera={camera}]').hasAttribute('data-active')")
    # Every tab still gets an answer.
    for tab in [wall, *tabs]:
        until(tab, "an answer", ANSWERS)
    screenshot(wall, "wall-desktop")

    # A wall moves unless it is told otherwise. Nobody points at anything then.
    wall.click("[data-part=stills]")
    wall.evaluate("document.activeElement.blur()")
    wall.mouse.move(1, 1)
    until(wall, "the others to come to rest", lambda: list(wall.evaluate(STATES).values()).count("still") == 15)
    seen["idle"] = [name for name, state in wall.evaluate(STATES).items() if state == "still"]
    until(wall, "their stills", "() => document.querySelectorAll('.live-tile canvas').length === 15")
    until(wall, "their ages", "() => document.querySelectorAll('.live-age:not([hidden])').length === 15")
    screenshot(wall, "wall-at-rest-desktop")
    # The one that goes on does, and one that somebody points at moves at once.
    tile = f".live-tile[data-camera={seen['idle'][0]}]"
    wall.hover(tile)
    until(wall, "it to move", f"() => document.querySelector('{tile}').dataset.state === 'live' && document.querySelector('{tile} canvas') === null")
    wall.click("[data-part=stills]")
    until(wall, "all to move again", ALL, "live")
    moves(wall)
