"""What the browser still has of somebody who has signed out."""

import re


def test_going_back_after_signing_out_shows_nothing(server, context, sign_in, people):
    page = context().new_page()
    sign_in(page, people["member"], server)
    page.goto(f"{server.url}/konto")
    name = page.locator(".masthead .who").first.inner_text().strip()
    heading = page.locator("h1").inner_text()

    page.get_by_role("button", name="Abmelden").first.click()
    page.wait_for_url(re.compile(r"/$"))
    page.go_back()
    page.wait_for_load_state()

    assert "/anmelden" in page.url
    assert page.locator("h1").inner_text() != heading
    assert name not in page.locator(".masthead").inner_text()
