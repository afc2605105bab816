"""Follows events in several tabs of a browser at once. usage: shared_stream.py ADDRESS PASSWORD SCREENSHOT-FOLDER

Events come all the while, each fifth of them a warning, each second of a person."""
from browser import LIVE, address, chromium, metric, seen, sign_in, until, watched_page, watched_tab

# The module that the page itself uses, and with it the worker that its tabs share.
FOLLOW = """async ([cursor, filter]) => {
  const script = document.querySelector('script[type=module]').src;
  const [, name] = (await (await fetch(script)).text()).match(/"\\.\\/(stream-[0-9a-f]{12}\\.js)"/);
  const { EventFeed } = await import(new URL(name, script));
  const feed = { cursors: [], resets: 0, state: '' };
  (window.feeds ??= []).push(feed);
  new EventFeed(cursor, new URLSearchParams(filter), {
    event: (event) => feed.cursors.push(event.cursor), reset: () => { feed.resets += 1; }, state: (state) => { feed.state = state; }, signedOut: () => {},
  }).open();
}"""
# What the hub says to whoever has a stream to themselves.
ALONE = """([cursor, filter]) => {
  const cursors = [];
  (window.alone ??= []).push(cursors);
  new EventSource(`/events/stream?last_event_id=${cursor}&${filter}`).addEventListener('event', (message) => cursors.push(Number(message.lastEventId)));
}"""
FILTERS = ["", "type=person", "camera=porch-cam&min_severity=warning", "site=home&site=farm&type=motion,person"]


def feeds(page):
    return page.evaluate("window.feeds")


with chromium() as browser:
    first = watched_page(browser, 1280, 800)
    sign_in(first)
    until(first, "a live connection", LIVE)
    cursor = first.get_attribute("[data-part=timeline]", "data-cursor")
    reference = watched_page(browser, 1280, 800, storage_state=first.context.storage_state())
    reference.goto(address + "/account")
    for chosen in FILTERS:
        first.evaluate(FOLLOW, [cursor, chosen])
        reference.evaluate(ALONE, [cursor, chosen])
    until(first, "events", lambda: len(feeds(first)[0]["cursors"]) >= 40)

    # A second tab, made in the middle of it: from where the first began, from now on, and from what nobody has any more.
    second = watched_tab(first.context)
    second.goto(address + "/events")
    for chosen in FILTERS:
        second.evaluate(FOLLOW, [cursor, chosen])
    second.evaluate(FOLLOW, ["", ""])
    second.evaluate(FOLLOW, ["0", ""])
    until(second, "all to be live", lambda: all(feed["state"] == "live" for feed in feeds(second)))
    until(first, "one stream for both tabs", lambda: metric(first, "vigilar_stream_subscribers") - len(FILTERS) == 1)
    # Until everybody has had some more.
    enough = reference.evaluate("window.alone[0].at(-1)") + 40
    until(first, "more events", lambda: all(page.evaluate("window.feeds[0].cursors.at(-1)") > enough for page in [first, second]))
    until(reference, "the same alone", lambda: reference.evaluate("window.alone[0].at(-1)") > enough)
    truth = [[one for one in cursors if one <= enough] for cursors in reference.evaluate("window.alone")]
    until(first, "all that was sent by then", lambda: all(
        [one for one in feed["cursors"] if one <= enough] == truth[number] for page in [first, second] for number, feed in enumerate(feeds(page)[:len(FILTERS)])))
    seen["resets"] = [[feed["resets"] for feed in feeds(page)] for page in [first, second]]
    seen["fresh"] = []
    for feed in feeds(second)[len(FILTERS):]:
        cursors = [one for one in feed["cursors"] if one <= enough]
        seen["fresh"].append(len(cursors) > 0 and cursors == [one for one in truth[0] if one >= cursors[0]])
    reference.context.close()

    # A tab that goes takes nothing from the other.
    second.close()
    count = len(feeds(first)[0]["cursors"])
    until(first, "events without the second tab", lambda: len(feeds(first)[0]["cursors"]) > count + 10)
    seen["doubles"] = [len(feed["cursors"]) - len(set(feed["cursors"])) for feed in feeds(first)]

    # A sign-out is every tab's.
    third = watched_tab(first.context)
    third.goto(address + "/events")
    until(third, "a live connection", LIVE)
    third.click("[data-part=sign-out]")
    for page in [third, first]:
        page.wait_for_url("**/sign-in**")
