"""What `forum doctor` looks at. Each check says in sentences how things stand and what mends them."""

import shutil
import smtplib
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidTag
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from forum.config import Config
from forum.kernel import clock, ledger, mail, vault
from forum.kernel.db import db, unit_of_work
from forum.operations import backup, jobs, migrations, queries, settings
from forum.positions.queries import sealed_in
from forum.recommendations.queries import demo_rounds
from forum.search import queries as search
from forum.search.backend import backend

Level = Literal["good", "note", "wrong"]


@dataclass(frozen=True)
class Finding:
    """One line: `wrong` must be mended, `note` is worth knowing."""

    level: Level
    about: str
    text: str


Check = Callable[[Config], Iterator[Finding]]


def examine() -> Iterator[Finding]:
    """Run every check. Without a database those that need it are left out."""
    config: Config = current_app.config["FORUM"]
    first: tuple[Check, ...] = (_settings, _disk, _mail_server)
    for check in first:
        yield from check(config)
    reached = False
    for finding in _database(config):
        reached = finding.level != "wrong"
        yield finding
    if not reached:
        return
    checks: tuple[Check, ...] = (
        _triggers, _ledger, _keys, _clock, _demo_data, _outbox, _jobs, _index, _backup,
    )  # fmt: skip
    for check in checks:
        try:
            with unit_of_work():
                found = list(check(config))
        except Exception as error:  # one check that fails must not hide the others
            about = check.__name__.strip("_").replace("_", " ")
            text = f"This check failed itself ({type(error).__name__}); look at the log."
            found = [Finding("wrong", about, text)]
        yield from found


def _settings(config: Config) -> Iterator[Finding]:
    about = "settings"
    if not config.is_production:
        text = "This is a demo. For real people set FORUM_ENV=production, or run `forum init`."
        yield Finding("note", about, text)
    elif not config.TRUSTED_PROXIES:
        text = "FORUM_TRUSTED_PROXIES is 0: behind Caddy or nginx all people look like one address. Set it to 1."
        yield Finding("note", about, text)
    else:
        yield Finding("good", about, f"Production at {config.BASE_URL}.")
    if config.WORKERS > 1 and config.counts_in_memory:
        text = f"FORUM_WORKERS is {config.WORKERS}, and rate limits count in memory. Set FORUM_REDIS_URL or FORUM_WORKERS=1."
        yield Finding("wrong", about, text)
    if config.REDIS_URL:
        yield _redis(config)
    file = settings.FILE
    if file.exists() and file.stat().st_mode & 0o077:
        text = f"{file.absolute()} holds keys and can be read by others. Run: chmod 600 {file.absolute()}"
        yield Finding("wrong", about, text)


def _redis(config: Config) -> Finding:
    import redis

    try:
        redis.Redis.from_url(config.REDIS_URL, socket_timeout=5).ping()
    except redis.RedisError as error:
        text = f"FORUM_REDIS_URL does not answer ({type(error).__name__}): nobody is limited, and jobs wait for the sweep. Start Redis."
        return Finding("wrong", "redis", text)
    return Finding("good", "redis", "It answers.")


def _disk(config: Config) -> Iterator[Finding]:
    data = config.DATA.absolute()
    if not data.is_dir():
        yield Finding(
            "wrong",
            "disk",
            f"The data folder {data} is missing. Set FORUM_DATA, or run `forum init`.",
        )
        return
    free = shutil.disk_usage(data).free >> 20
    level: Level = "wrong" if free < 200 else "note" if free < 2048 else "good"
    advice = "" if level == "good" else " Make room, or move old backups away."
    yield Finding(level, "disk", f"{free} MB are left for {data}.{advice}")
    if problem := _not_writable(data):
        yield Finding("wrong", "disk", f"{problem} Run: chown -R forum: {data}")
    loose = [p for p in (data, *(data / "secrets").glob("*"), data / "forum.db") if _open_to_all(p)]
    for path in loose:
        level = "wrong" if config.is_production or path.parent.name == "secrets" else "note"
        yield Finding(
            level,
            "disk",
            f"{path} can be read by every user of this machine. Run: chmod o-rwx {path}",
        )


def _open_to_all(path: Path) -> bool:
    return path.exists() and bool(path.stat().st_mode & 0o007)


def _not_writable(folder: Path) -> str:
    probe = folder / ".doctor"
    try:
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        return f"{folder} cannot be written ({error.strerror})."
    return ""


def _mail_server(config: Config) -> Iterator[Finding]:
    about = "mail"
    if not config.SMTP_URL:
        level: Level = "wrong" if config.is_production else "note"
        text = "Mails become files in the data folder and reach nobody. Set FORUM_SMTP_URL."
        yield Finding(level, about, text)
        return
    try:
        with mail.connected(timeout=10) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        text = f"The mail server does not let us in ({type(error).__name__}). Check FORUM_SMTP_URL: host, port, user, password."
        yield Finding("wrong", about, text)
        return
    yield Finding("good", about, "The mail server answers and lets us in.")


def _database(config: Config) -> Iterator[Finding]:
    about = "migrations"
    try:
        with unit_of_work():
            stands = queries.revision()
    except SQLAlchemyError as error:
        text = f"The database does not answer ({type(error).__name__}). Check FORUM_DATABASE_URL and whether it runs."
        yield Finding("wrong", "database", text)
        return
    finally:
        db.session.remove()
    kind = "PostgreSQL" if config.is_on_postgresql else "SQLite"
    yield Finding("good", "database", f"{kind} answers.")
    if stands == migrations.head():
        yield Finding("good", about, f"All are applied, the last is {stands}.")
    elif stands is None or migrations.knows(stands):
        text = f"The database stands at {stands or 'none'}, this version at {migrations.head()}. Run: forum db upgrade"
        yield Finding("wrong", about, text)
    else:
        text = f"The database stands at {stands}, which this version does not know: it is of a newer one. Install that."
        yield Finding("wrong", about, text)


def _triggers(_config: Config) -> Iterator[Finding]:
    if missing := migrations.missing_triggers(db.session.connection()):
        text = f"{', '.join(sorted(missing))} missing: the logs can be changed unseen. Restore the last backup, and find out who removed them."
        yield Finding("wrong", "triggers", text)
    else:
        yield Finding("good", "triggers", "The ledger and the log of staff acts are guarded.")


def _ledger(_config: Config) -> Iterator[Finding]:
    entries = queries.last_entries(200)
    for before, entry in pairwise(entries):
        if entry.previous_hash != before.entry_hash or entry.sequence != before.sequence + 1:
            yield Finding(
                "wrong",
                "ledger",
                f"Entry {entry.sequence} does not follow the one before. {_TAMPERED}",
            )
            return
    for entry in entries:
        if entry.entry_hash != ledger.hash_of(entry):
            yield Finding("wrong", "ledger", f"Entry {entry.sequence} was changed. {_TAMPERED}")
            return
    count = entries[-1].sequence if entries else 0
    yield Finding("good", "ledger", f"{count} entries; the last {len(entries)} hold together.")


_TAMPERED = "Compare with a backup, and find out who can write to the database."


def _keys(_config: Config) -> Iterator[Finding]:
    if stopped := queries.rounds_of_another_key():
        yield Finding("wrong", "keys", another_key(stopped))
    else:
        text = f"The ballot key is the one of every round voted in ({queries.rounds_voted_in()})."
        yield Finding("good", "keys", text)
    sealed = queries.sealed_texts()
    try:
        for content, position, number in sealed:
            vault.unseal(content, sealed_in(position, number))
    except InvalidTag:
        text = "FORUM_SEAL_KEY does not open what is sealed: party positions could not be published. Put the earlier key back."
        yield Finding("wrong", "keys", text)
    else:
        if sealed:
            yield Finding("good", "keys", "The seal key opens what is not public yet.")


def another_key(rounds: object) -> str:
    """What start, doctor and restore say when people could vote a second time."""
    titles = ", ".join(f"„{title}“" for title in rounds)  # type: ignore[attr-defined]
    return (
        f"FORUM_BALLOT_KEY is not the key that votes were cast with in {titles}. Voting there is "
        "stopped, else everybody could vote twice. Put the earlier key back (it is in every backup)."
    )


def _clock(config: Config) -> Iterator[Finding]:
    now = datetime.now(UTC)
    there = queries.database_clock()
    last = queries.last_entries(1)
    if there is not None and abs(there - now) > timedelta(seconds=10):
        text = f"This machine and the database's are {abs(there - now).total_seconds():.0f} s apart. Switch time synchronisation on."
        yield Finding("wrong", "clock", text)
    elif last and last[0].recorded_at > clock.now() + timedelta(minutes=1):
        text = f"It is {clock.now():%Y-%m-%d %H:%M} UTC, but the ledger has an entry of {last[0].recorded_at:%Y-%m-%d %H:%M}. Set the clock right."
        yield Finding("wrong", "clock", text)
    elif config.is_production and _is_synchronised() is False:
        text = "This machine's clock is not synchronised; minutes of publication depend on it. Run: timedatectl set-ntp true"
        yield Finding("note", "clock", text)
    elif clock.offset():
        text = f"The demo's clock says {clock.now().astimezone(clock.BERLIN):%Y-%m-%d %H:%M} in Berlin."
        yield Finding("note", "clock", text)
    else:
        yield Finding("good", "clock", f"It is {now:%Y-%m-%d %H:%M} UTC.")


def _is_synchronised() -> bool | None:
    """None where nobody can tell."""
    found = shutil.which("timedatectl")
    if not found:
        return None
    said = subprocess.run(  # noqa: S603 - a fixed command
        [found, "show", "--property=NTPSynchronized", "--value"],
        capture_output=True, text=True, check=False, timeout=5,
    ).stdout.strip()  # fmt: skip
    return {"yes": True, "no": False}.get(said)


def _demo_data(config: Config) -> Iterator[Finding]:
    if not config.is_production:
        return
    if found := demo_rounds():
        text = f"Invented people are in {', '.join(found)}. The forum does not start; use an empty database."
        yield Finding("wrong", "demo data", text)
    else:
        yield Finding("good", "demo data", "There is none.")


def _outbox(_config: Config) -> Iterator[Finding]:
    waiting, given_up = queries.mails_waiting(timedelta(minutes=15)), queries.mails_given_up()
    if waiting:
        text = f"{waiting} mails wait for more than 15 minutes. See „mail“ and „jobs“ here."
        yield Finding("wrong", "outbox", text)
    if given_up:
        text = f"{given_up} mails were tried {mail.MAX_ATTEMPTS} times and given up, mostly for wrong addresses."
        yield Finding("note", "outbox", text)
    if not waiting and not given_up:
        yield Finding("good", "outbox", "No mail is stuck.")


def _jobs(_config: Config) -> Iterator[Finding]:
    carrier = current_app.extensions["forum_jobs"].carrier
    last = queries.noted(jobs.SWEEP)
    age = _age(last.at) if last else None
    if last is None or age is None or age > timedelta(minutes=5):
        when = f"since {last.at:%Y-%m-%d %H:%M} UTC" if last else "yet"
        text = f"Nobody has looked for due work {when}: no mail, no publication. Start `forum run` or `forum worker`."
        yield Finding("wrong", "jobs", text)
    else:
        yield Finding(
            "good", "jobs", f"{last.detail} looked for work {age.seconds} s ago ({carrier})."
        )


def _index(_config: Config) -> Iterator[Finding]:
    index, due = backend(), search.count_due()
    if not index.exists() or search.state() is None:
        text = "It is not built yet; the worker does it, or you with: forum search rebuild"
        yield Finding("note", "index", text)
    elif due > 500:
        text = f"{due} changes are not found by searching yet. See „jobs“; or run: forum search rebuild"
        yield Finding("note", "index", text)
    else:
        known = search.count_public()
        level: Level = "good" if abs(index.count() - known) <= due + 5 else "note"
        advice = "" if level == "good" else " Run: forum search rebuild"
        text = f"{index.count()} documents of {known} in the database, {due} changes due.{advice}"
        yield Finding(level, "index", text)


def _backup(config: Config) -> Iterator[Finding]:
    last = queries.noted(backup.NOTE)
    bad: Level = "wrong" if config.is_production else "note"
    if last is None:
        yield Finding(
            bad, "backup", "There was none yet. Run: forum backup FILE, and daily by its timer."
        )
        return
    age = _age(last.at)
    level: Level = (
        "good" if age < timedelta(hours=26) else bad if age > timedelta(days=7) else "note"
    )
    advice = "" if level == "good" else " Is the timer forum-backup on?"
    text = f"The last is {age.days * 24 + age.seconds // 3600} hours old: {last.detail}.{advice}"
    yield Finding(level, "backup", text)


def _age(moment: datetime) -> timedelta:
    return max(datetime.now(UTC) - moment, timedelta())
