"""Gives an account a second factor and a token in a real Chromium, comes in with both, and lets somebody in again who has lost all.
usage: account.py ADDRESS PASSWORD SCREENSHOT-FOLDER LINK

LINK is what the hub's machine printed for an account that is to be let in again."""
import base64
import hashlib
import hmac
import struct
import time
import urllib.error
import urllib.request

from browser import address, chromium, full_width, others, password, screenshot, seen, until, watched_page

[link] = others


def code(secret, step):
    """RFC 6238, by itself and not by the hub's code."""
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    start = mac[19] & 15
    return f"{(struct.unpack('>I', mac[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def now():
    return int(time.time()) // 30


def sign_in(page, typed):
    page.goto(address + "/sign-in")
    page.fill("input[name=name]", "admin")
    page.fill("input[name=password]", password)
    page.locator("button.primary").click()
    if typed is None:
        return
    until(page, "the code to be asked for", lambda: page.locator("input[name=code]").is_visible())
    page.fill("input[name=code]", typed)
    page.locator("button.primary").click()


def asked(token, path):
    request = urllib.request.Request(address + path, headers={"Authorization": f"Bearer {token}"})
    try:
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        return error.code


with chromium() as browser:
    page = watched_page(browser, 1280, 900)
    sign_in(page, None)
    page.wait_for_url(address + "/")
    page.goto(address + "/account")
    until(page, "the session", lambda: page.locator("[data-part=sessions] .account").count() == 1)
    seen["off"] = page.locator("[data-part=factor-state]").inner_text()
    page.locator("[data-part=factor-begin]").click()
    until(page, "the picture", lambda: page.locator("[data-part=picture] svg").is_visible())
    # What a phone reads is black on white, whatever the page's icons look like.
    seen["picture"] = page.evaluate("""() => [...document.querySelectorAll("[data-part=picture] path")].map((path) => {
      const { fill, stroke } = getComputedStyle(path);
      return `${fill} ${stroke}`;
    })""")
    secret = page.locator("[data-part=secret]").inner_text().replace(" ", "")
    form = page.locator("[data-part=factor]")
    used = now()
    form.locator("input[name=code]").fill("000000")
    form.locator("input[name=password]").fill(password)
    screenshot(page, "account-factor-desktop", full_page=True)
    form.locator("button").click()
    until(page, "what is wrong", lambda: page.locator("[data-part=factor-problem]").is_visible())
    seen["wrong"] = page.locator("[data-part=factor-problem]").inner_text()
    form.locator("input[name=code]").fill(code(secret, used))
    form.locator("button").click()
    until(page, "the recovery codes", lambda: page.locator("[data-part=codes] li").count() == 10)
    recovery = page.locator("[data-part=codes] li").all_inner_texts()
    screenshot(page, "account-codes-desktop", full_page=True)

    form = page.locator("form[data-part=token]")
    form.locator("input[name=name]").fill("Home Assistant")
    form.locator("button[type=submit]").click()
    until(page, "the token", lambda: page.locator("[data-part=made-token]").is_visible())
    token = page.locator("[data-part=made-token]").inner_text()
    seen["token"] = [asked(token, "/api/v1/events"), asked(token, "/api/v1/accounts"), asked(token + "x", "/api/v1/events")]

    phone = watched_page(browser, 360, 740, has_touch=True, is_mobile=True)
    # The next code: the one of before is used up.
    sign_in(phone, code(secret, used))
    until(phone, "the used code to be refused", lambda: "not right" in phone.locator("[role=alert]").inner_text())
    screenshot(phone, "sign-in-code-phone")
    phone.fill("input[name=code]", recovery[0])
    phone.locator("button.primary").click()
    phone.wait_for_url(address + "/")
    phone.goto(address + "/account")
    until(phone, "both sessions and the token", lambda: phone.locator(".account").count() == 3)
    seen["on"] = phone.locator("[data-part=factor-state]").inner_text()
    seen["width"] = full_width(phone)
    screenshot(phone, "account-phone", full_page=True)
    phone.locator("[data-part=end-others]").click()
    until(phone, "the other session to be gone", lambda: phone.locator("[data-part=sessions] .account").count() == 1)
    page.reload()
    page.wait_for_url("**/sign-in**")
    phone.locator("[data-part=tokens] [data-part=end]").click()
    until(phone, "the token to be gone", lambda: phone.locator("[data-part=tokens] .account").count() == 0)
    seen["ended"] = asked(token, "/api/v1/events")

    phone.goto(address + "/audit")
    until(phone, "the log", lambda: phone.locator("[data-part=lines] li").count() > 0)
    seen["log"] = phone.locator("[data-part=lines] [data-part=what]").all_inner_texts()
    seen["logWidth"] = full_width(phone)
    screenshot(phone, "audit-phone", full_page=True)

    again = watched_page(browser, 1280, 900)
    again.goto(link)
    seen["name"] = again.locator("input[name=name]").input_value()
    screenshot(again, "welcome-back")
    again.fill("input[name=password]", "another violet anchor")
    again.locator("button.primary").click()
    again.wait_for_url(address + "/")
    again.goto(address + "/audit")
    until(again, "the log", lambda: again.locator("[data-part=lines] li").count() > 0)
    seen["last"] = again.locator("[data-part=lines] [data-part=what]").first.inner_text()
    screenshot(again, "audit-desktop", full_page=True)
    phone.reload()
    phone.wait_for_url("**/sign-in**")
