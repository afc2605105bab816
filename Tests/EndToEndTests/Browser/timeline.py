"""Drives the timeline in a real Chromium. usage: timeline.py ADDRESS PASSWORD SCREENSHOT-FOLDER"""
from browser import LIVE, address, chromium, full_width, notice_reload, reloaded, screenshot, seen, sign_in, until, watched_page

# What is said to whoever does not see the page; the next event takes the place of it soon.
NOTE_SAID = """() => {
  const said = document.querySelector("[data-part=announcement]");
  window.said = [];
  new MutationObserver(() => window.said.push(said.textContent)).observe(said, { childList: true });
}"""
UNSEEN = "li.event:not([data-acknowledged])"
CHOSEN = "() => [...document.querySelectorAll('li.event:has(.choose input:checked)')].map(row => row.dataset.id)"
MARKED = "ids => ids.every(id => document.querySelector(`li.event[data-id='${id}']`)?.hasAttribute('data-acknowledged') ?? false)"
FOCUSED = "() => document.activeElement.matches('[data-part=title]') ? document.activeElement.closest('li.event').dataset.id : ''"


def is_selecting(page):
    return page.locator("[data-part=selection]").is_visible()


def set_letters(page, is_on):
    """By the dialog that lists the keys."""
    page.click("[data-part=show-keys]")
    page.set_checked("dialog[open] input", is_on)
    page.keyboard.press("Escape")
    until(page, "the dialog to close", "() => document.querySelector('dialog[open]') === null")


with chromium() as browser:
    page = watched_page(browser, 1280, 800)
    sign_in(page)
    notice_reload(page)
    # Rows of motion that were not there when the page was opened come by themselves.
    before = set(page.evaluate("[...document.querySelectorAll('li.event')].map(row => row.dataset.id)"))
    until(
        page, "a new row of motion",
        "known => [...document.querySelectorAll('#timeline li.event')].some(row => row.dataset.type === 'motion' && !known.includes(row.dataset.id))",
        sorted(before))
    # An ongoing event ends in place: its row stays one row.
    until(
        page, "a row that ended in place",
        "() => [...document.querySelectorAll('#timeline li.event[data-type=motion]')].some(row => Number(row.dataset.rev) > 1 && row.dataset.end)")
    until(page, "a live connection", LIVE)
    first = page.locator("#timeline li.event[data-type=motion]").first.get_attribute("data-id")
    page.locator(f"li.event[data-id='{first}'] button.acknowledge").click()
    until(page, "the acknowledgement", "id => document.querySelector(`li.event[data-id='${id}']`)?.hasAttribute('data-acknowledged') ?? false", first)
    screenshot(page, "timeline-desktop")
    ids = page.evaluate("[...document.querySelectorAll('#timeline li.event')].map(row => row.dataset.id)")
    seen.update(
        acknowledged=first, rows=len(ids), distinct=len(set(ids)), reloaded=reloaded(page))

    # Several at once, by keyboard: letters go from row to row, select, and mark what is selected; another browser hears of it.
    phone = watched_page(browser, 360, 740)
    sign_in(phone)
    until(phone, "a live connection", LIVE)
    until(page, "two rows that nobody has seen", f"() => document.querySelectorAll('#timeline {UNSEEN}').length > 1")
    page.evaluate(NOTE_SAID)
    page.keyboard.press("?")
    seen["keys"] = page.locator("dialog[open] kbd").all_inner_texts()
    page.keyboard.press("Escape")
    page.locator(f"#timeline {UNSEEN} [data-part=title]").first.focus()
    start = page.evaluate(FOCUSED)
    page.keyboard.press("x")
    until(page, "the row to be selected", lambda: page.inner_text("[data-part=mark]") == "Mark 1 as seen")
    steps = []
    for key in ("j", "k", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        steps.append(page.evaluate(FOCUSED))
    seen["moves"] = steps == [steps[0], start, steps[0], start] and steps[0] not in ("", start)
    page.click("[data-part=select-all]")
    seen["chosen"] = page.evaluate(CHOSEN)
    page.keyboard.press("a")
    until(page, "them to be marked", MARKED, seen["chosen"])
    until(phone, "the other browser to show it", MARKED, seen["chosen"])
    until(page, "it to be said", "() => window.said.some(words => words.endsWith('marked as seen.'))")
    until(page, "the selection to be over", lambda: not is_selecting(page))

    # A letter is one where something is chosen by it, and does nothing where somebody has turned letters off.
    page.focus("select[name=camera]")
    page.keyboard.press("x")
    seen["typed"] = is_selecting(page)
    set_letters(page, False)

    # Filters live in the address, and only what matches is shown.
    page.select_option("select[name=type]", "motion")
    page.wait_for_url("**type=motion*")
    page.wait_for_selector("#timeline li.event[data-type=motion]")
    seen["otherTypesUnderFilter"] = page.locator("#timeline li.event:not([data-type=motion])").count()

    page.keyboard.press("x")
    seen["silent"] = not is_selecting(page)
    set_letters(page, True)
    page.keyboard.press("x")
    seen["again"] = is_selecting(page)

    # What belongs together stands together: one line that opens, that what comes live goes into, and that is marked as seen as a whole.
    # The session alone: what the browser remembers of the page would turn incidents off.
    signed_in = {"cookies": page.context.cookies(), "origins": []}
    grouped = watched_page(browser, 1280, 800, incidents=True, storage_state=signed_in)
    grouped.goto(address + "/events")
    until(grouped, "an incident", "() => document.querySelector('#timeline .incident') !== null")
    until(grouped, "a live connection", LIVE)
    incident = grouped.locator("#timeline .incident").first.get_attribute("data-incident")
    line = grouped.locator(f"#timeline .incident[data-incident='{incident}']")
    seen["incident"] = incident
    seen["hidden"] = line.locator("li.event").first.is_hidden()
    seen["words"] = line.locator(".incident-line").inner_text()
    line.locator(".incident-line [data-part=title]").focus()
    grouped.keyboard.press("Enter")
    until(grouped, "it to open", lambda: line.locator("li.event").first.is_visible())
    grouped.keyboard.press("j")
    seen["entered"] = grouped.evaluate(FOCUSED) == line.locator("li.event").first.get_attribute("data-id")
    screenshot(grouped, "incident-desktop")
    held = "id => document.querySelectorAll(`.incident[data-incident='${id}'] li.event`).length"
    size = grouped.evaluate(held, incident)
    focused = grouped.evaluate(FOCUSED)
    until(grouped, "what comes live to go into it", lambda: grouped.evaluate(held, incident) > size)
    seen["kept"] = focused != "" and grouped.evaluate(FOCUSED) == focused
    # Where a part of it is selected, its line selects the rest and does not turn it around.
    until(
        grouped, "two of its rows that nobody has seen",
        f"id => document.querySelectorAll(`.incident[data-incident='${{id}}'] {UNSEEN}`).length > 1", incident)
    half = line.locator(UNSEEN).first.get_attribute("data-id")
    grouped.locator(f"li.event[data-id='{half}'] [data-part=title]").focus()
    grouped.keyboard.press("x")
    until(grouped, "a row of it to be selected", lambda: grouped.evaluate(CHOSEN) == [half])
    line.locator(".incident-line [data-part=title]").focus()
    grouped.keyboard.press("x")
    chosen = grouped.evaluate(CHOSEN)
    seen["whole"] = half in chosen and len(chosen) > 1
    grouped.keyboard.press("Escape")
    line.locator(".incident-line .acknowledge").click()
    until(grouped, "it to be said", "() => document.querySelector('[data-part=announcement]').textContent.endsWith('marked as seen.')")
    seen["marked"] = grouped.evaluate(
        "id => [...document.querySelectorAll(`.incident[data-incident='${id}'] li.event[data-acknowledged]`)].map(row => row.dataset.id)", incident)
    narrow = watched_page(browser, 360, 740, incidents=True, storage_state=signed_in)
    narrow.goto(address + "/events")
    until(narrow, "an incident", "() => document.querySelector('#timeline .incident') !== null")
    seen["narrowWidth"] = full_width(narrow)
    screenshot(narrow, "incident-phone")

    seen["phoneWidth"] = full_width(phone)
    screenshot(phone, "timeline-phone")
