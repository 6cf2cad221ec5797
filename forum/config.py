"""Settings: one typed object, read once from the environment, checked before the first request."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from dotenv import dotenv_values

PREFIX = "FORUM_"
SECRETS = ("SECRET_KEY", "BALLOT_KEY", "SEAL_KEY")


class ConfigError(Exception):
    """A setting is missing or wrong. The message says which, and how to mend it."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """Every setting there is. Each is read from the variable FORUM_<NAME>."""

    ENV: str = "demo"
    """`demo` runs out of the box; `production` refuses everything that only a demo may have."""
    DATA: Path = Path("data")
    """The folder that holds all state: database, index, secrets, clock, mails of the demo."""
    DATABASE_URL: str = ""
    """SQLAlchemy's address of the database. Empty: SQLite in the data folder."""
    REDIS_URL: str = ""
    """Rate limits of several processes, and jobs. Empty: limits count in memory of one process."""
    JOBS: str = ""
    """Where nudges to do work wait: folder, postgresql or redis. Empty: redis where FORUM_REDIS_URL
    is set, else postgresql where the database is one, else the data folder, for one worker."""
    BASE_URL: str = "http://127.0.0.1:8000"
    """How people reach the forum; used in mails and never taken from a request."""
    NOW: str = ""
    """Where the demo's clock starts, Berlin time: 2017-08-17T10:00. Refused in production."""
    DEMO: bool = True
    """Fill an empty data folder with invented people and what they say."""

    SECRET_KEY: str = field(default="", repr=False)
    BALLOT_KEY: str = field(default="", repr=False)
    SEAL_KEY: str = field(default="", repr=False)

    MAIL_SENDER: str = "forum@localhost"
    MAIL_DIR: Path | None = None
    """Each mail becomes an .eml file there. Default of the demo: `mail` in the data folder."""
    SMTP_URL: str = field(default="", repr=False)
    """smtp://user:password@host:587 or smtps://…; the password stays out of logs."""

    IMPRINT: str = ""
    """Markdown of the imprint (§ 5 DDG): name, address, representatives, register, contact."""
    RESPONSIBLE_PERSON: str = ""
    """Name and address of who answers for editorial content (§ 18 Abs. 2 MStV)."""

    RATE_LIMITS: bool = True
    TRUSTED_PROXIES: int = 0
    """How many proxies in front set X-Forwarded-*. 0: none is believed."""
    DEBUG: bool = False
    LOG_LEVEL: str = "info"
    WORKERS: int = 1
    THREADS: int = 8
    TESTING: bool = False

    def __post_init__(self) -> None:
        if self.ENV not in {"demo", "production"}:
            raise ConfigError(f"{PREFIX}ENV is {self.ENV!r}; set it to demo or production.")
        if self.SMTP_URL and not self.SMTP_URL.startswith(("smtp://", "smtps://")):
            raise ConfigError(f"{PREFIX}SMTP_URL must begin with smtp:// or smtps://.")
        if self.JOBS not in {"", "folder", "postgresql", "redis"}:
            raise ConfigError(f"{PREFIX}JOBS is {self.JOBS!r}; say folder, postgresql or redis.")
        if self.JOBS == "redis" and not self.REDIS_URL:
            raise ConfigError(f"{PREFIX}JOBS=redis needs {PREFIX}REDIS_URL: redis://host:6379/0.")
        if self.JOBS == "postgresql" and not self.is_on_postgresql:
            raise ConfigError(f"{PREFIX}JOBS=postgresql needs it in {PREFIX}DATABASE_URL, too.")
        for name in SECRETS:
            if (value := getattr(self, name)) and len(value) < 32:
                raise ConfigError(f"{PREFIX}{name} needs at least 32 characters. {_HOW_TO_CREATE}")
        if self.is_production:
            self._check_production()

    @property
    def is_production(self) -> bool:
        """Whether this installation is meant for real people."""
        return self.ENV == "production"

    @property
    def database_url(self) -> str:
        """The address of the database, the embedded one included."""
        if self.DATABASE_URL:
            return self.DATABASE_URL.replace("postgres://", "postgresql://", 1).replace(
                "postgresql://", "postgresql+psycopg://", 1
            )
        return f"sqlite:///{(self.DATA / 'forum.db').absolute()}"

    @property
    def is_on_postgresql(self) -> bool:
        """Whether the database is a server, not a file."""
        return self.database_url.startswith("postgresql")

    @property
    def jobs(self) -> str:
        """Where nudges to do work wait: folder, postgresql or redis."""
        if self.JOBS:
            return self.JOBS
        if self.REDIS_URL:
            return "redis"
        return "postgresql" if self.is_on_postgresql else "folder"

    @property
    def counts_in_memory(self) -> bool:
        """Whether rate limits hold within one process only."""
        return self.RATE_LIMITS and not self.REDIS_URL

    def _check_production(self) -> None:
        for name in SECRETS:
            if not getattr(self, name):
                raise ConfigError(f"Production needs {PREFIX}{name}. {_HOW_TO_CREATE}")
        if len({getattr(self, name) for name in SECRETS}) < len(SECRETS):
            raise ConfigError(f"{', '.join(PREFIX + n for n in SECRETS)} must differ.")
        if not self.IMPRINT:
            raise ConfigError(f"Production needs {PREFIX}IMPRINT: the imprint as Markdown.")
        if not self.RESPONSIBLE_PERSON:
            raise ConfigError(
                f"Production needs {PREFIX}RESPONSIBLE_PERSON: name and address of who is "
                "responsible for editorial content (§ 18 Abs. 2 MStV)."
            )
        if self.DEMO:
            raise ConfigError(f"Demo people have no place in production. Set {PREFIX}DEMO=off.")
        if self.NOW:
            raise ConfigError(f"The clock of production is real. Unset {PREFIX}NOW.")
        if self.DEBUG:
            raise ConfigError(f"Debug shows secrets to visitors. Unset {PREFIX}DEBUG.")
        if not self.BASE_URL.startswith("https://"):
            raise ConfigError(f"{PREFIX}BASE_URL must begin with https:// in production.")

    @classmethod
    def from_environ(
        cls, environ: Mapping[str, str] | None = None, *, generate: bool = True
    ) -> Self:
        """Read FORUM_* variables and `.env`. Unknown ones are refused: a typo must not pass.

        Without `generate` no secret is made where one is missing.
        """
        if environ is None:
            environ = given_settings()
        given = {k.removeprefix(PREFIX): v for k, v in environ.items() if k.startswith(PREFIX)}
        known = {f.name: f for f in fields(cls)}
        if unknown := given.keys() - known.keys():
            raise ConfigError(
                f"Unknown settings: {', '.join(PREFIX + k for k in sorted(unknown))}. "
                "See forum/config.py for all there are."
            )
        values = {name: _parse(name, text, known[name].default) for name, text in given.items()}
        if values.get("ENV") == "production":
            values.setdefault("DEMO", False)
        return cls(**values).with_secrets() if generate else cls(**values)

    def with_secrets(self) -> Self:
        """Fill empty secrets from the data folder, where the first start generates them."""
        if self.is_production or all(getattr(self, name) for name in SECRETS):
            return self
        folder = self.DATA / "secrets"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = {n: getattr(self, n) or _secret_file(folder / n.lower()) for n in SECRETS}
        return type(self)(**{f.name: getattr(self, f.name) for f in fields(self)} | found)

    def as_flask(self) -> dict[str, Any]:
        """The mapping Flask and its extensions expect."""
        return {
            "FORUM": self,
            "SECRET_KEY": self.SECRET_KEY,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "TESTING": self.TESTING,
            "DEBUG": self.DEBUG,
            "BABEL_DEFAULT_LOCALE": "de",
            "BABEL_DEFAULT_TIMEZONE": "Europe/Berlin",
            "SESSION_COOKIE_NAME": "__Host-forum" if self.is_production else "forum",
            "SESSION_COOKIE_SECURE": self.is_production,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": timedelta(days=14),
            "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 512 * 1024,
            "MAX_FORM_PARTS": 500,
            "WTF_CSRF_TIME_LIMIT": 12 * 3600,
            "RATELIMIT_STORAGE_URI": self.REDIS_URL or "memory://",
        }


def given_settings(file: Path = Path(".env")) -> dict[str, str]:
    """What `file` and, over it, the environment say, as it was written."""
    said = {**dotenv_values(file, interpolate=False), **os.environ}
    said.pop(f"{PREFIX}TEST_STRICT", None)  # the test suite's own switch
    return {name: value or "" for name, value in said.items() if name.startswith(PREFIX)}


_HOW_TO_CREATE = "Create one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"


def _secret_file(path: Path) -> str:
    """The secret in `path`, generated once even when several processes start together."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


def _parse(name: str, text: str, default: Any) -> Any:
    text = text.strip()
    if isinstance(default, bool):
        if text.lower() in {"1", "true", "yes", "on"}:
            return True
        if text.lower() in {"0", "false", "no", "off", ""}:
            return False
        raise ConfigError(f"{PREFIX}{name} is {text!r}; say on or off.")
    if isinstance(default, int):
        if not text.isdigit():
            raise ConfigError(f"{PREFIX}{name} is {text!r}; it must be a whole number.")
        return int(text)
    if isinstance(default, Path) or (default is None and name.endswith("_DIR")):
        return Path(text) if text else default
    return text
