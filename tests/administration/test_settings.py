"""What the house decides on holds at once, with a reason, and its history stays readable."""

import pytest

from forum.accounts.models import Role
from forum.kernel.settings import Setting, history

PAGE = "/verwaltung/einstellungen"


@pytest.fixture
def setting():
    made = Setting("test.days", 30, 7, 90, "Tage zum Prüfen", "Nur in dieser Prüfung.")
    yield made
    del Setting.all["test.days"]


@pytest.fixture
def admin(make):
    return make.user(Role.ADMINISTRATOR)


def test_a_setting_has_its_default_until_somebody_changes_it(browse, make, admin, setting):
    assert "Tage zum Prüfen: 30" in browse(as_=admin).get(PAGE).text
    change = {"key": setting.key, "value": "14", "reason": "Beschluss vom Montag"}
    shown = browse(as_=admin).post(PAGE, change)
    assert "Tage zum Prüfen: 14" in shown.text
    assert "Beschluss vom Montag" in shown.text
    assert make.run(setting.value) == 14
    browse(as_=admin).post(PAGE, change | {"value": "21", "reason": "Doch länger"})
    assert make.run(lambda: [version.value for version in history(setting.key)]) == [21, 14]


@pytest.mark.parametrize("value", ["6", "91", "-7", "zehn", "", "7.5", "9" * 30])
def test_a_value_that_cannot_be_stands_at_its_field_and_changes_nothing(
    browse, make, admin, setting, value
):
    page = browse(as_=admin).post(
        PAGE, {"key": setting.key, "value": value, "reason": "Versuch"}, status=422
    )
    assert "von 7 bis 90" in page.select_one(".error").text
    assert page.select_one("#test-days-reason").text == "Versuch"
    assert make.run(setting.value) == 30


def test_a_change_without_a_reason_is_refused(browse, make, admin, setting):
    browse(as_=admin).post(PAGE, {"key": setting.key, "value": "14", "reason": " "}, status=422)
    assert make.run(setting.value) == 30


def test_unknown_settings_are_refused(browse, admin):
    browse(as_=admin).post(PAGE, {"key": "nope", "value": "14", "reason": "Versuch"}, status=422)
