"""Changes a camera's settings in a real Chromium. usage: camera.py ADDRESS PASSWORD SCREENSHOT-FOLDER HAND-FILE SOURCE
Makes HAND-FILE-0 and HAND-FILE-1 when the settings may be changed by hand on the node. SOURCE is an address to send."""
import json

from browser import address, chromium, full_width, others, screenshot, seen, sign_in, until, watched_page

hand, source = others


def part(page, name):
    return page.locator(f'[data-part="{name}"]')


def state(page, wanted):
    until(page, f"the state {wanted}", lambda: part(page, "state").get_attribute("data-state") == wanted)


def answer(page):
    return page.evaluate("fetch('/api/v1/cameras/yard-cam/config').then((answer) => answer.json())")


def at(page, x, y):
    """A place on the picture, in the page's pixels."""
    part(page, "areas").scroll_into_view_if_needed()
    box = part(page, "areas").bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def save(page):
    part(page, "save").click()


with chromium() as browser:
    page = watched_page(browser, 1280, 1400)
    sign_in(page, "/system")
    page.locator("a.camera-name", has_text="yard-cam").click()
    page.wait_for_url("**/cameras/yard-cam")
    state(page, "own")
    until(page, "the picture", lambda: page.evaluate("document.querySelector('.frame img').naturalWidth") == 640)
    seen["values"] = [page.input_value(f"[name={name}]") for name in ("name", "sensitivity", "minimum_area", "minimum_duration")]

    # A zone by clicks, the first corner again to close it; a mask by the keyboard alone.
    part(page, "add-zone").click()
    for x, y in [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9), (0.1, 0.1)]:
        page.mouse.click(*at(page, x, y))
    until(page, "the zone", lambda: page.locator(".areas li[data-kind=zone]").count() == 1)
    page.fill(".areas li[data-kind=zone] > label input", "drive")
    # What counts in the zone, and what is looked for.
    page.locator(".zone-rules summary").click()
    for kind in ("pet", "wildlife"):
        page.locator(f'.zone-rules [data-key="{kind}"]').uncheck()
    page.fill('.zone-rules [data-key="loitering"]', "5")
    page.fill('.zone-rules [data-key="minimum_area"]', "0.7")
    page.fill("[name=pets]", "cat, teddy bear ,")
    page.check("[name=faces]")
    for number, (of, zone, key, value) in enumerate([("person", "drive", "minimum_score", "70"), ("car", "", "maximum_size", "12.5")]):
        part(page, "add-limit").click()
        row = page.locator(".limits li").nth(number)
        row.locator('[data-key="of"]').fill(of)
        row.locator('[data-key="zone"]').select_option(zone)
        row.locator(f'[data-key="{key}"]').fill(value)
    # Limits of a zone follow its name.
    page.fill(".areas li[data-kind=zone] > label input", "driveway")
    part(page, "add-limit").click()
    page.locator(".limits li").nth(2).locator("button").click()
    part(page, "add-mask").focus()
    page.keyboard.press("Enter")
    for key in ["Space", "Shift+ArrowRight", "Shift+ArrowRight", "Space", "Shift+ArrowDown", "Shift+ArrowDown", "Space", "Enter"]:
        page.keyboard.press(key)
    until(page, "the mask", lambda: page.locator(".areas li[data-kind=mask]").count() == 1)
    page.fill("[name=sensitivity]", "80")
    page.select_option("[name=recording]", "event")
    page.fill("[name=preroll]", "15")
    screenshot(page, "camera-desktop", full_page=True)
    save(page)
    state(page, "applied")
    seen["sent"] = json.dumps(answer(page)["node_settings"])

    # A corner is moved by the pointer, another by the keyboard.
    page.mouse.move(*at(page, 0.9, 0.9))
    page.mouse.down()
    page.mouse.move(*at(page, 0.7, 0.7), steps=4)
    page.mouse.up()
    page.locator('.grip[data-shape="0"][data-corner="0"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.fill("[name=sensitivity]", "13")
    save(page)
    state(page, "refused")
    fault = page.locator('[data-fault="sensitivity"]')
    seen["limitFault"] = page.locator('[data-fault="limits"]').inner_text()
    until(page, "the error at its field", lambda: fault.is_visible())
    seen["fault"] = fault.inner_text()
    screenshot(page, "camera-desktop-refused", full_page=True)
    page.fill("[name=sensitivity]", "60")
    page.locator('.zone-rules [data-key="pet"]').check()
    page.locator('.zone-rules [data-key="wildlife"]').check()
    page.fill("[name=pets]", "")
    page.locator(".limits li").nth(1).locator("button").click()
    save(page)
    state(page, "applied")
    settings = answer(page)["node_settings"]
    seen["edited"] = json.dumps(settings)
    corners = settings["zones"][0]["polygon"]
    # A zone's limits go with it, and come back with it.
    page.locator(".areas li[data-kind=zone] > button").click()
    seen["limitsWithoutZone"] = page.locator(".limits li").count()
    part(page, "discard").click()
    seen["limitsWithZone"] = page.locator(".limits li").count()
    # While a name is typed it may for a moment be another zone's, whose limits stay its own.
    part(page, "add-zone").click()
    for x, y in [(0.3, 0.3), (0.5, 0.3), (0.5, 0.5), (0.3, 0.3)]:
        page.mouse.click(*at(page, x, y))
    until(page, "another zone", lambda: page.locator(".areas li[data-kind=zone]").count() == 2)
    part(page, "add-limit").click()
    typed = page.locator(".limits li").nth(1).locator('[data-key="zone"]')
    typed.select_option("zone-1")
    page.locator(".areas li[data-kind=zone] > label input").nth(1).fill("driveway")
    page.locator(".areas li[data-kind=zone] > label input").nth(1).press_sequentially("-end")
    seen["limitZones"] = [row.locator('[data-key="zone"]').input_value() for row in page.locator(".limits li").all()]
    part(page, "discard").click()
    until(page, "the corners to have moved", lambda: abs(corners[2][0] - 0.7) < 0.01 and abs(corners[0][0] - 0.12) < 0.01, seconds=1)

    # Changed by hand on the node: both are shown, and nothing is overwritten until somebody decides.
    open(hand + "-0", "w").close()
    state(page, "conflict")
    until(page, "both versions", lambda: part(page, "conflict").is_visible())
    seen["rows"] = [row.locator("th, td").all_inner_texts() for row in page.locator(".conflict tbody tr").all()]
    screenshot(page, "camera-desktop-conflict", full_page=True)
    phone = watched_page(browser, 390, 844, storage_state=page.context.storage_state(), has_touch=True)
    phone.goto(address + "/cameras/yard-cam")
    state(phone, "conflict")
    seen["phoneWidth"] = full_width(phone)
    screenshot(phone, "camera-phone-conflict", full_page=True)
    part(page, "use-mine").click()
    state(page, "applied")
    until(page, "what was set here", lambda: answer(page)["node_settings"]["sensitivity"] == 60)
    state(phone, "applied")
    open(hand + "-1", "w").close()
    state(phone, "conflict")
    part(phone, "keep-node").click()
    state(phone, "applied")
    until(phone, "the node's own to stay", lambda: answer(phone)["settings"]["sensitivity"] == 34)

    # The camera's address, another camera, and its end.
    page.reload()
    state(page, "applied")
    page.fill("[data-part=address] input", source)
    page.keyboard.press("Enter")
    until(page, "the node's word", lambda: part(page, "address-done").inner_text() == "The node has the new address.")
    seen["sourceLeft"] = page.input_value("[data-part=address] input")
    page.goto(address + "/system")
    page.locator(".add summary").click()
    page.fill("[data-part=add-form] [name=id]", "new-cam")
    page.fill("[data-part=add-form] [name=source]", source)
    screenshot(page, "system-add-camera", full_page=True)
    page.keyboard.press("Enter")
    until(page, "the new camera", lambda: page.locator('.node-camera[data-camera="new-cam"]').count() == 1)
    page.goto(address + "/cameras/new-cam")
    state(page, "own")
    part(page, "remove").click()
    screenshot(page, "camera-remove")
    page.locator('[data-part="confirm"] [value="yes"]').click()
    page.wait_for_url("**/system")
    until(page, "the camera to be gone", lambda: page.locator('.node-camera[data-camera="new-cam"]').count() == 0)
