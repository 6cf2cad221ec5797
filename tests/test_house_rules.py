"""Rules of the house that a machine can check. Each failure says what to do instead."""

import ast
import re
import subprocess
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from forum.accounts import staff
from forum.kernel import ledger
from forum.kernel.db import WRITE, Base, db
from forum.kernel.policy import Rule
from tests.databases import ENGINE

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "forum").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TRACKED = [
    ROOT / line
    for line in subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
]


def test_only_the_unit_of_work_commits():
    offenders = [
        str(p)
        for p in SOURCES
        if ".commit()" in p.read_text() and p.name not in {"db.py", "whoosh.py"}
    ]
    assert not offenders, (
        f"Use forum.kernel.db.unit_of_work at the edge of the process: {offenders}"
    )


def test_modules_stay_short():
    long = {str(p): n for p in SOURCES if (n := len(p.read_text().splitlines())) >= 400}
    assert not long, f"Split along the words of the subject, not into a utils module: {long}"


@pytest.mark.parametrize("layer", ["models", "policy", "queries", "actions", "jobs", "subscribers"])
def test_the_domain_knows_no_request(layer):
    for path in ROOT.glob(f"forum/*/{layer}.py"):
        imported = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        web = imported & {"request", "session", "g", "current_user", "viewer"}
        assert not web, f"{path} imports {web}; pass what it needs as an argument"


def test_views_send_no_sql():
    for path in ROOT.glob("forum/*/views.py"):
        found = re.findall(
            r"\b(select|db\.session\.(?:execute|scalars?)|insert|update|delete)\(", path.read_text()
        )
        assert not found, f"{path} uses {found}; reads belong in queries.py, changes in actions.py"


def test_models_and_migrations_agree(app):
    with app.app_context():
        context = MigrationContext.configure(db.session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == [], "Run: make migration"


def test_the_ledger_is_guarded_after_every_migration(app):
    with app.app_context():
        names = ledger.trigger_names(db.session.connection())
    expected = {
        "sqlite": {"ledger_entries_no_update", "ledger_entries_no_delete"},
        "postgresql": {"ledger_entries_no_change", "ledger_entries_no_truncate"},
    }
    assert names == expected[ENGINE]


def test_the_log_of_staff_acts_is_guarded_after_every_migration(app):
    with app.app_context():
        names = staff.trigger_names(db.session.connection())
    expected = {
        "sqlite": {"staff_acts_no_update", "staff_acts_no_delete"},
        "postgresql": {"staff_acts_no_change", "staff_acts_no_truncate"},
    }
    assert names == expected[ENGINE]


def test_migrations_go_down_and_up_again(app):
    with app.app_context():
        flask_migrate.downgrade(revision="base")
        with db.engine.connect().execution_options(**{WRITE: True}) as connection:
            left = set(db.inspect(connection).get_table_names()) - {"alembic_version"}
        assert left == set()
        flask_migrate.upgrade()
    with app.app_context():
        assert ledger.trigger_names(db.session.connection())


def test_every_constraint_has_a_name():
    unnamed = [
        f"{table.name}: {constraint!r}"
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
        if not constraint.name
    ]
    assert not unnamed


def test_every_relationship_raises_instead_of_loading_lazily():
    lazy = [
        str(relationship)
        for mapper in Base.registry.mappers
        for relationship in mapper.relationships
        if relationship.lazy != "raise"
    ]
    assert not lazy, "Load eagerly in queries.py; declare lazy='raise'"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_templates_ask_for_rules_that_exist(app, path):
    asked = set(re.findall(r"can\(\s*[\"']([^\"']+)", path.read_text()))
    assert asked <= Rule.all.keys()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_templates_carry_no_inline_style_or_script(path):
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|<script(?![^>]*\ssrc=)|hx-on", text)


def test_every_view_has_a_docstring(app):
    bare = [name for name, view in app.view_functions.items() if not view.__doc__]
    assert not bare, "Say in one sentence what the page is for"


def test_no_file_names_a_machine_or_a_registry():
    needles = re.compile(
        r"(^|[^\w.])/(wo"
        r"rk|ro"
        r"ot|ho"
        r"me)/|py"
        r"pi\.org|npm"
        r"js\.|files\.python"
        r"hosted"
    )
    offenders = []
    for path in TRACKED:
        if path.suffix in {".woff2", ".png"} or not path.is_file() or "vendor" in path.parts:
            continue
        offenders += [
            f"{path}: {m.group()}" for m in needles.finditer(path.read_text(errors="replace"))
        ]
    assert not offenders


def test_the_lock_files_hold_hashes_and_no_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert "--hash=sha256:" in text
