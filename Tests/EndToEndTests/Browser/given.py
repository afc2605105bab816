"""Adds somebody by pictures in a real Chromium, says who of two it is, and takes the picture away again. usage: given.py ADDRESS PASSWORD SCREENSHOT-FOLDER PICTURE-FOLDER

The last has two.png, with the right one to be picked, and words.jpg, which is no picture."""
from browser import chromium, full_width, others, screenshot, seen, sign_in, until, watched_page, address

folder = others[0]


def part(page, name):
    return page.locator(f'[data-part="{name}"]')


def titles(page):
    """Of the events of people, the newest first."""
    return page.locator('.event[data-type="person"] [data-part="title"]').all_inner_texts()


def states(page):
    # At once: the page may be drawing them anew, and one that has gone would be waited for.
    return part(page, "given").locator("li").evaluate_all("(lines) => lines.map((line) => line.dataset.state)")


WHOLE = "() => [...document.querySelectorAll('[data-part=given] img')].every((image) => image.complete && image.naturalWidth > 0)"

with chromium() as browser:
    page = watched_page(browser, 1280, 900)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, "/visitors")
    until(page, "the choice", lambda: part(page, "recognition").is_visible())
    page.fill("input[name=ground]", "Our own home")
    part(page, "recognition-button").click()
    until(page, "the choice to be made", lambda: part(page, "recognition-button").inner_text() == "Turn off")

    page.locator(".adding summary").click()
    page.fill(".adding input[name=name]", "Grace")
    page.set_input_files(".adding input[type=file]", [f"{folder}/two.png", f"{folder}/words.jpg"])
    screenshot(page, "given-adding")
    page.locator(".adding button").click()
    refused = part(page, "uploads").locator("[data-state=refused]")
    until(page, "what was refused", lambda: refused.count() == 1)
    seen["refused"] = refused.locator("span").inner_text()
    part(page, "added").locator("a").click()
    until(page, "the question", lambda: states(page) == ["several"] and page.evaluate(WHOLE))
    screenshot(page, "given-several")
    choices = page.locator(".choice")
    seen["choices"] = choices.count()
    # At once: the page may be drawing them anew.
    lefts = choices.evaluate_all("(choices) => choices.map((choice) => choice.getBoundingClientRect().left)")
    right = lefts.index(max(lefts))
    choices.nth(right).click()
    until(page, "the answer to be used", lambda: states(page) == ["known"] and page.evaluate(WHOLE))
    screenshot(page, "given-known")

    events = watched_page(browser, 1280, 900, storage_state=page.context.storage_state())
    events.goto(address + "/events")
    until(events, "them to be known", lambda: "Grace" in titles(events))
    seen["arrived"] = "Grace"

    phone = watched_page(browser, 360, 740, storage_state=page.context.storage_state())
    phone.goto(address + "/visitors")
    until(phone, "the name", lambda: part(phone, "individuals").locator("h3").all_inner_texts() == ["Grace"])
    part(phone, "individuals").locator("h3 a").click()
    until(phone, "the pictures", lambda: states(phone) == ["known"] and phone.evaluate(WHOLE))
    seen["phoneWidth"] = full_width(phone)
    screenshot(phone, "given-phone")

    part(page, "given").locator("button", has_text="Remove").click()
    until(page, "the picture to be gone", lambda: states(page) == [])
    until(events, "them to be known no more", lambda: "Grace" not in titles(events))
    seen["left"] = [title for title in titles(events) if title == "Grace"]
