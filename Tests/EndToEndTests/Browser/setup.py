"""Sets an installation up in a real Chromium, invites somebody, and removes them. usage: setup.py ADDRESS PASSWORD SCREENSHOT-FOLDER LINK

The password is not asked for by name: it is what the first administrator chooses."""
from browser import address, chromium, full_width, others, password, screenshot, seen, until, watched_page

[link] = others


def choose(page, name, chosen):
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", chosen)
    page.locator("button.primary").click()


with chromium() as browser:
    page = watched_page(browser, 1280, 900)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(link)
    screenshot(page, "welcome-desktop")
    # Long enough for the browser, and known to everybody.
    choose(page, "Ada", "passwordpassword")
    page.wait_for_url("**/api/v1/welcome")
    seen["refused"] = page.locator("[role=alert]").inner_text()
    choose(page, "Ada", password)
    page.wait_for_url(address + "/")
    seen["places"] = page.locator("nav.places a").all_inner_texts()

    page.goto(address + "/system")
    until(page, "the account", lambda: page.locator(".account").count() == 1)
    form = page.locator('[data-part="invite-account"]')
    seen["offered"] = [form.locator(f"input[name={name}]").is_checked() for name in ("video", "faces")]
    form.locator("select[name=role]").select_option("operator")
    seen["operator"] = [form.locator(f"input[name={name}]").is_checked() for name in ("video", "faces")]
    form.locator("select[name=role]").select_option("viewer")
    form.locator("button[type=submit]").click()
    until(page, "the link", lambda: "/welcome?token=" in form.locator("output").inner_text())
    invited = form.locator("code").inner_text()
    screenshot(page, "accounts-desktop", full_page=True)

    phone = watched_page(browser, 360, 740)
    phone.goto(invited)
    screenshot(phone, "welcome-phone")
    seen["phoneWidth"] = full_width(phone)
    choose(phone, "Grace", password)
    phone.wait_for_url(address + "/")
    seen["theirs"] = phone.locator("nav.places a").all_inner_texts()
    phone.goto(address + "/visitors")
    seen["withheld"] = phone.inner_text("body")
    phone.goto(address + "/system")
    until(phone, "their page", lambda: phone.locator("h1").inner_text() == "System")
    seen["forms"] = phone.locator("form.invite").count()
    screenshot(phone, "system-viewer-phone", full_page=True)

    again = watched_page(browser, 1280, 900)
    again.goto(link)
    seen["used"] = again.locator("[role=alert]").inner_text()
    screenshot(again, "welcome-used")

    page.reload()
    until(page, "both accounts", lambda: page.locator(".account").count() == 2)
    seen["accounts"] = page.locator(".account").all_inner_texts()
    admin_phone = watched_page(browser, 360, 740, storage_state=page.context.storage_state())
    admin_phone.goto(address + "/system")
    until(admin_phone, "both accounts", lambda: admin_phone.locator(".account").count() == 2)
    seen["accountsWidth"] = full_width(admin_phone)
    screenshot(admin_phone, "accounts-phone", full_page=True)
    page.get_by_label("Remove Grace").click()
    until(page, "one to be gone", lambda: page.locator(".account").count() == 1)
    page.get_by_label("Remove Ada").click()
    until(page, "the last to stay", lambda: "another administrator" in page.locator('[data-part="notice"]').inner_text())
    phone.wait_for_url("**/sign-in**")
