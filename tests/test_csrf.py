"""Nobody else's page can act for somebody: every address that changes something, from the URL map.

Forms of signed-in people, sign-in and registration carry a token. Forms that visitors fill in
without a cookie, and links whose secret is their right, look at where the request comes from.
"""

import pytest

BY_ORIGIN = {
    "moderation.report",
    "accounts.open_link",
    "membership.invitation",
    "following.subject_by_mail",
    "following.party_by_mail",
}
"""A new one needs a reason that stands beside its exemption."""
BY_SECRET = {"following.stop"}
"""Whoever has the secret in the address may, from wherever: mail programs ask by themselves. All
that it can do is to end mails."""

FOREIGN = ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"})
SAFE = {"GET", "HEAD", "OPTIONS"}


def changing(app):
    return [rule for rule in app.url_map.iter_rules() if (rule.methods or set()) - SAFE]


def address(app, rule):
    from flask import url_for

    values = {
        name: 1 if type(converter).__name__ == "IntegerConverter" else "x"
        for name, converter in rule._converters.items()
    }
    with app.test_request_context():
        return url_for(rule.endpoint, **values)


def test_only_those_addresses_are_exempt(app):
    exempt = app.extensions["csrf"]._exempt_views
    names = {f"{view.__module__}.{view.__name__}": n for n, view in app.view_functions.items()}

    assert {names[view] for view in exempt if view in names} == BY_ORIGIN | BY_SECRET
    assert app.extensions["csrf"]._exempt_blueprints == set()


@pytest.mark.parametrize("signed_in", [False, True])
def test_without_its_token_nothing_is_taken(app, make, browse, count_queries, signed_in):
    make.consultation()
    browser = browse(as_=make.member() if signed_in else None)
    browser.token = ""  # a page of somebody else's does not know it
    for rule in changing(app):
        if rule.endpoint in BY_ORIGIN | BY_SECRET:
            continue
        with count_queries() as statements:
            answer = browser.raw("POST", address(app, rule), data={"email": "a@example.org"})
        refused = answer.status_code == 400 or (answer.status_code in {303, 401} and not signed_in)
        assert refused, f"{rule.endpoint}: {answer.status_code}"
        written = [s for s in statements if not s.startswith("SELECT") and "held_forms" not in s]
        assert not written, rule.endpoint


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda h: next(iter(h)))
def test_forms_without_a_token_are_taken_from_our_pages_only(app, make, browse, headers):
    make.consultation()
    for rule in changing(app):
        if rule.endpoint in BY_ORIGIN:
            answer = browse().raw("POST", address(app, rule), headers=headers)
            assert answer.status_code == 403, rule.endpoint
