"""Turns notifications on in a real Chromium, has the hub send a test, and brings a message to the service worker as the browser would.
usage: push.py ADDRESS PASSWORD SCREENSHOT-FOLDER

Chromium by itself subscribes at its maker's push service, which tests do not reach: a push service on this machine stands in for it. What comes
to the worker then comes by the browser's debugging protocol, in plain text, as a browser has it once it has decrypted it."""
import base64
import http.server
import json
import threading

from browser import address, chromium, full_width, screenshot, seen, sign_in, until, watched_page

received = []
statuses = []


class PushService(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        received.append([self.headers["Content-Encoding"], self.headers["TTL"], self.headers["Authorization"][:8], len(body)])
        self.send_response(statuses.pop(0) if statuses else 201)
        self.send_header("Content-Length", "0")
        self.end_headers()


# A browser's keys: the base point of P-256, which is a point like any other, and a secret.
POINT = bytes.fromhex("04"
                      "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                      "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
SUBSCRIBE = """({ endpoint, p256dh, auth }) => {
  let current = null;
  const made = (options) => ({
    endpoint, options, toJSON: () => ({ endpoint, expirationTime: null, keys: { p256dh, auth } }),
    unsubscribe: async () => { current = null; return true; },
  });
  PushManager.prototype.getSubscription = async () => current;
  PushManager.prototype.subscribe = async (options) => {
    window.subscribedTo = options.applicationServerKey;
    current = made(options);
    return current;
  };
}"""


def encoded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def shown(page):
    return page.evaluate("""async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, path: data.path }));
    }""")


def visible(page, part):
    return page.locator(f"[data-part={part}]").is_visible()


service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), PushService)
threading.Thread(target=service.serve_forever, daemon=True).start()
keys = {"endpoint": f"http://127.0.0.1:{service.server_port}/push/a", "p256dh": encoded(POINT), "auth": encoded(b"0123456789abcdef")}

with chromium() as browser:
    # Where there is no secure context the page says why, and offers nothing.
    plain = watched_page(browser, 1280, 900)
    plain.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    sign_in(plain, "/account")
    until(plain, "the reason", lambda: plain.locator("[data-push=http]").is_visible())
    seen["plain"] = [plain.locator("[data-push=http]").inner_text(), plain.locator("[data-push=http] a").get_attribute("href"),
                     visible(plain, "push-on"), visible(plain, "push-test"), visible(plain, "push-off")]
    screenshot(plain, "notifications-plain", full_page=True)

    page = watched_page(browser, 360, 740, has_touch=True, is_mobile=True)
    page.context.grant_permissions(["notifications"], origin=address)
    page.add_init_script(f"({SUBSCRIBE})({json.dumps(keys)})")
    sign_in(page, "/account")
    until(page, "the button", lambda: visible(page, "push-on"))
    page.locator("[data-part=push-on]").focus()
    page.keyboard.press("Enter")
    until(page, "this browser in the list", lambda: page.locator("[data-part=push-devices] .account").count() == 1)
    key = page.evaluate("fetch('/api/v1/push').then((answer) => answer.json()).then((push) => push.public_key)")
    seen["key"] = page.evaluate("window.subscribedTo") == key and len(base64.urlsafe_b64decode(key + "=")) == 65
    until(page, "the focus where to go on", lambda: page.evaluate("document.activeElement.dataset.part") == "push-test")
    page.keyboard.press("Enter")
    until(page, "what became of it", lambda: "taken it" in page.locator("[data-part=push-status]").inner_text())
    seen["received"] = received[:]
    until(page, "when it was sent", lambda: "last sent" in page.locator("[data-part=push-devices]").inner_text())
    seen["width"] = full_width(page)
    screenshot(page, "notifications-phone", full_page=True)

    # The browser's part: a message to the worker, and what it shows. It has to keep its shell before it is there for messages.
    until(page, "the worker to be at work", "async () => (await navigator.serviceWorker.ready).active?.state === 'activated'")
    devtools = page.context.new_cdp_session(page)
    registrations = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"]))
    devtools.send("ServiceWorker.enable")
    until(page, "the worker", lambda: any(one["scopeURL"] == address + "/" for one in registrations))
    registration = next(one["registrationId"] for one in registrations if one["scopeURL"] == address + "/")

    def deliver(data):
        devtools.send("ServiceWorker.deliverPushMessage", {"origin": address, "registrationId": registration, "data": data})

    deliver(json.dumps({"title": "Front door", "body": "<b>Somebody</b> is there.", "url": "/events?camera=porch-cam", "tag": "door"}))
    until(page, "the notification", lambda: len(shown(page)) == 1)
    deliver(json.dumps({"title": "Front door", "body": "Gone again.", "url": "https://elsewhere.example/", "tag": "door"}))
    until(page, "the later one in its place", lambda: [one["body"] for one in shown(page)] == ["Gone again."])
    seen["later"] = shown(page)
    [worker] = page.context.service_workers
    # What cannot be read is a message without words, for which the worker has its own.
    seen["unread"] = worker.evaluate("JSON.stringify([messageOf({ json() { throw new SyntaxError('no JSON'); } }), messageOf(null)])")
    seen["paths"] = worker.evaluate("""["/events?camera=porch-cam#1", "//elsewhere.example/", "https://elsewhere.example/", "javascript:alert(1)",
      "/\\\\elsewhere.example", 5, null, "http://["].map(localPath)""")

    # A browser that its push service knows no more is off the list, and can be turned on again.
    statuses.append(410)
    # The hub sends one test in ten seconds.
    page.wait_for_timeout(10_500)
    page.locator("[data-part=push-test]").click()
    until(page, "the end of it", lambda: "off the list" in page.locator("[data-part=push-status]").inner_text())
    until(page, "an empty list", lambda: page.evaluate("fetch('/api/v1/push').then((a) => a.json()).then((push) => push.items.length)") == 0)
    page.reload()
    until(page, "the button again", lambda: visible(page, "push-on"))
    page.locator("[data-part=push-on]").click()
    until(page, "this browser in the list", lambda: page.locator("[data-part=push-devices] .account").count() == 1)
    page.locator("[data-part=push-off]").click()
    until(page, "it to be off", lambda: "are off" in page.locator("[data-part=push-status]").inner_text())
    seen["left"] = page.locator("[data-part=push-devices] .account").count()
