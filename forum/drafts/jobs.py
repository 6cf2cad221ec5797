"""Drafts are no archive."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l

from forum.drafts import actions, queries
from forum.kernel import clock
from forum.kernel.db import unit_of_work
from forum.kernel.jobs import task
from forum.kernel.settings import Setting

KEPT = Setting(
    "retention.drafts", 180, 30, 730,
    _l("Entwürfe (Tage)"),
    _l("So viele Tage nach der letzten Änderung löscht das Forum einen Entwurf und was "
       "Kolleginnen und Kollegen dazu bemerkt haben."),
)  # fmt: skip


def let_go() -> None:
    """Drop the drafts that nobody has touched for long."""
    with unit_of_work():
        before = clock.now() - timedelta(days=KEPT.value())
        due = queries.is_any_older(before)
    if due:
        with unit_of_work(writing=True):
            actions.forget_older(before)


task("drafts.retention", let_go)
