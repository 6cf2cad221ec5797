"""Settings are checked at the start, and each refusal says how to mend it."""

import stat

import pytest

from forum.config import SECRETS, Config, ConfigError

LONG = {name: f"{name}-long-enough-to-be-taken-for-a-secret" for name in SECRETS}
PRODUCTION = {
    "FORUM_ENV": "production",
    "FORUM_IMPRINT": "Verein, Straße 1, Berlin",
    "FORUM_RESPONSIBLE_PERSON": "Erika Muster, Straße 1, Berlin",
    "FORUM_BASE_URL": "https://forum.example.org",
    **{f"FORUM_{name}": value for name, value in LONG.items()},
}


def refusal(environ) -> str:
    with pytest.raises(ConfigError) as caught:
        Config.from_environ(environ)
    return str(caught.value)


def test_the_demo_needs_no_setting(tmp_path):
    config = Config.from_environ({"FORUM_DATA": str(tmp_path)})

    assert not config.is_production
    assert config.DEMO
    assert config.database_url == f"sqlite:///{tmp_path / 'forum.db'}"


def test_secrets_are_generated_once_and_readable_to_the_owner_only(tmp_path):
    first = Config.from_environ({"FORUM_DATA": str(tmp_path)})
    again = Config.from_environ({"FORUM_DATA": str(tmp_path)})

    assert len({getattr(first, name) for name in SECRETS}) == 3
    for name in SECRETS:
        assert len(getattr(first, name)) >= 32
        assert getattr(first, name) == getattr(again, name)
        file = tmp_path / "secrets" / name.lower()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_production_starts_when_all_is_said():
    config = Config.from_environ(PRODUCTION)

    assert config.is_production
    assert not config.DEMO
    assert config.as_flask()["SESSION_COOKIE_SECURE"]
    assert config.as_flask()["SESSION_COOKIE_NAME"].startswith("__Host-")


@pytest.mark.parametrize(
    ("change", "name", "cure"),
    [
        ({"FORUM_SECRET_KEY": ""}, "FORUM_SECRET_KEY", "Create one with"),
        ({"FORUM_BALLOT_KEY": ""}, "FORUM_BALLOT_KEY", "Create one with"),
        ({"FORUM_SEAL_KEY": "short"}, "FORUM_SEAL_KEY", "at least 32 characters"),
        ({"FORUM_SEAL_KEY": LONG["SECRET_KEY"]}, "FORUM_SEAL_KEY", "must differ"),
        ({"FORUM_IMPRINT": ""}, "FORUM_IMPRINT", "as Markdown"),
        ({"FORUM_RESPONSIBLE_PERSON": ""}, "FORUM_RESPONSIBLE_PERSON", "name and address"),
        ({"FORUM_DEMO": "on"}, "FORUM_DEMO", "Set FORUM_DEMO=off"),
        ({"FORUM_NOW": "2017-08-17T10:00"}, "FORUM_NOW", "Unset"),
        ({"FORUM_DEBUG": "1"}, "FORUM_DEBUG", "Unset"),
        ({"FORUM_BASE_URL": "http://forum.example.org"}, "FORUM_BASE_URL", "https://"),
        ({"FORUM_ENV": "prod"}, "FORUM_ENV", "demo or production"),
        ({"FORUM_SMTP_URL": "mail.example.org"}, "FORUM_SMTP_URL", "smtp://"),
        ({"FORUM_WORKERS": "many"}, "FORUM_WORKERS", "whole number"),
        ({"FORUM_DEBUG": "perhaps"}, "FORUM_DEBUG", "on or off"),
        ({"FORUM_SEKRET_KEY": "x"}, "FORUM_SEKRET_KEY", "forum/config.py"),
    ],
)
def test_production_refuses_and_says_how_to_mend_it(change, name, cure):
    sentence = refusal(PRODUCTION | change)

    assert name in sentence
    assert cure in sentence


def test_a_refusal_never_shows_a_secret():
    for name in SECRETS:
        assert LONG[name] not in refusal(PRODUCTION | {"FORUM_IMPRINT": ""})
    assert "hidden-value" not in repr(Config(SMTP_URL="smtp://a:hidden-value@example.org"))


def test_the_env_file_is_read_and_the_environment_wins(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(f"FORUM_THREADS=3\nFORUM_WORKERS=2\nFORUM_DATA={tmp_path}\n")
    monkeypatch.setenv("FORUM_WORKERS", "4")

    config = Config.from_environ()

    assert (config.THREADS, config.WORKERS) == (3, 4)


def test_the_addresses_of_databases_as_hosters_give_them():
    assert Config(DATABASE_URL="postgres://u@h/d", **LONG).database_url == (
        "postgresql+psycopg://u@h/d"
    )
