"""Reads the journals in a real Chromium as somebody who runs the place does. usage: journals.py ADDRESS PASSWORD SCREENSHOT-FOLDER"""
from axe_playwright_python.sync_playwright import Axe

from browser import chromium, full_width, screenshot, seen, sign_in, until, watched_page, address


def part(page, name):
    return page.locator(f'[data-part="{name}"]')


def names(page, list_name, of="h3"):
    return part(page, list_name).locator(of).all_inner_texts()


def bars(page):
    """Of the first chart: how many hours are not empty."""
    return page.evaluate("() => [...document.querySelector('.chart').children].filter((bar) => bar.style.getPropertyValue('--share') > 0).length")


def axe(page, where):
    """What keeps somebody from using it, as it is now."""
    for violation in Axe().run(page).response["violations"]:
        seen["violations"].append(f"{where}: {violation['id']} {[node['html'][:200] for node in violation['nodes']]}")


seen["violations"] = []
LOADED = "() => { const image = document.querySelector('[data-part=animals] img'); return image !== null && image.complete && image.naturalWidth > 0; }"

with chromium() as browser:
    page = watched_page(browser, 1280, 900)
    sign_in(page, "/wildlife")
    until(page, "the animals", lambda: names(page, "animals") == ["Owl", "Fox"])
    until(page, "the picture", LOADED)
    seen["hours"] = bars(page)
    screenshot(page, "wildlife")
    line = part(page, "sightings").locator("li").first
    seen["latest"] = line.locator("strong").inner_text()
    line.locator("input").fill("Badger")
    line.locator("button").click()
    until(page, "the correction", lambda: sorted(names(page, "animals")) == ["Badger", "Fox", "Owl"])
    seen["corrected"] = part(page, "sightings").locator("strong").first.inner_text()
    with page.expect_download() as download:
        part(page, "table").click()
    with open(download.value.path(), encoding="utf-8") as table:
        seen["lines"] = len(table.read().splitlines())
    page.select_option("#camera", "hall")
    until(page, "one camera's animals", lambda: names(page, "animals") == ["Fox"])

    page.goto(address + "/pets")
    until(page, "the pet", lambda: names(page, "individuals") == ["Milo"])
    until(page, "where it was", lambda: "garden" in part(page, "where").first.inner_text())
    seen["petHours"] = bars(page)
    page.locator("[data-part=rule] button").click()
    until(page, "the rule", lambda: len(part(page, "rules").locator("li").all()) == 3)
    page.select_option("[data-part=rule] select[name=condition]", "unseen")
    page.locator("[data-part=rule] button").click()
    until(page, "both rules", lambda: len(part(page, "rules").locator("li").all()) == 4)
    seen["rules"] = names(page, "rules", "[data-part=words]")
    seen["waits"] = names(page, "rules", "[data-part=waits]")
    page.locator("[data-part=rules-section] summary").click()
    page.locator("[data-part=places] select").first.select_option("outdoor")
    page.evaluate("document.activeElement.blur()")
    until(page, "the rule to be told", lambda: names(page, "rules", "[data-part=waits]")[0] == "")
    page.locator("[data-part=sites] select").first.select_option("Europe/Berlin")
    screenshot(page, "pets", full_page=True)

    # Those that nobody knows: two at once, by keyboard, and taken back; then one that is no animal.
    faces = part(page, "strangers").locator(".face input")
    until(page, "the strangers", lambda: faces.count() == 3)
    faces.nth(0).focus()
    page.keyboard.press("Space")
    faces.nth(1).focus()
    page.keyboard.press("Space")
    seen["chosen"] = part(page, "bulk-count").inner_text()
    axe(page, "chosen")
    screenshot(page, "pets-chosen")
    page.fill("[data-part=bulk] input[name=name]", "Luna")
    page.keyboard.press("Enter")
    until(page, "the name", lambda: names(page, "individuals") == ["Luna", "Milo"] and faces.count() == 1)
    seen["named"] = part(page, "labelled-words").inner_text()
    part(page, "undo").click()
    until(page, "it to be taken back", lambda: faces.count() == 3)
    faces.nth(0).click()
    part(page, "bulk-misread").click()
    page.locator("[data-part=forgetting] [value=yes]").click()
    until(page, "it to be forgotten", lambda: faces.count() == 2)
    seen["forgotten"] = part(page, "labelled-words").inner_text()

    part(page, "individuals").get_by_role("link", name="Milo", exact=True).click()
    until(page, "its sightings", lambda: part(page, "sightings").locator("li").count() == 3)
    until(page, "its hours in a table", lambda: part(page, "by-hour").locator("tbody tr").count() > 0)
    seen["profileHours"] = page.evaluate("() => [...document.querySelectorAll('[data-part=by-hour] rect')].filter((bar) => bar.getAttribute('height') > 0).length")
    seen["profileRows"] = part(page, "by-hour").locator("tbody tr").count()
    with page.expect_download() as download:
        part(page, "table").click()
    with open(download.value.path(), encoding="utf-8") as table:
        seen["petLines"] = len(table.read().splitlines())
    axe(page, "profile")
    screenshot(page, "pet-profile", full_page=True)
    seen["sightingLink"] = part(page, "sightings").locator("a").first.get_attribute("href")

    page.goto(address + "/events")
    until(page, "what was told", lambda: "Milo is outside" in page.inner_text("body"))
    screenshot(page, "pet-alert")

    page.goto(address + "/visitors")
    until(page, "the visits", lambda: len(part(page, "visits").locator("li").all()) == 2)
    seen["visits"] = names(page, "visits", "strong")
    screenshot(page, "visits")

    phone = watched_page(browser, 360, 740, storage_state=page.context.storage_state())
    for name in ("wildlife", "pets", "visitors"):
        phone.goto(f"{address}/{name}")
        lists = {"wildlife": "animals", "pets": "rules", "visitors": "visits"}
        until(phone, "the page", lambda: len(part(phone, lists[name]).locator("li").all()) > 0)
        seen[f"{name}Width"] = full_width(phone)
        screenshot(phone, f"{name}-phone", full_page=True)
