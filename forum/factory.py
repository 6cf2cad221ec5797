"""Puts the forum together. The only module that knows all the others."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask_babel import get_locale
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from jinja2 import StrictUndefined
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix

from forum.accounts import security
from forum.accounts import views as accounts
from forum.accounts.current import viewer
from forum.config import Config
from forum.kernel import (
    assets,
    cli,
    clock,
    error_pages,
    events,
    jobs,
    kept,
    limits,
    log,
    templates,
    web,
)
from forum.kernel.db import db
from forum.kernel.policy import Decision, Rule
from forum.limits import RATES
from forum.reactions import REACTIONS
from forum.site.frame import frame

# All tables must be known before the first query: foreign keys name them across packages.
for _package in (
    "accounts",
    "administration",
    "amendments",
    "ballots",
    "content",
    "deliberation",
    "drafts",
    "editing",
    "following",
    "membership",
    "moderation",
    "operations",
    "positions",
    "profile",
    "recommendations",
    "references",
    "search",
    "site",
    "stances",
    "summaries",
    "versions",
):
    import_module(f"forum.{_package}.models")
for _module in ("identity", "ledger", "mail", "settings"):
    import_module(f"forum.kernel.{_module}")

PACKAGE = Path(__file__).parent
ROOT = PACKAGE if (PACKAGE / "templates").is_dir() else PACKAGE.parent  # wheel or checkout
FEATURES = (
    "accounts",
    "membership",
    "recommendations",
    "ballots",
    "positions",
    "amendments",
    "stances",
    "deliberation",
    "drafts",
    "moderation",
    "summaries",
    "following",
    "threads",
    "organisations",
    "versions",
    "search",
    "site",
    "content",
    "editing",
    "operations",
    "administration",
    "profile",
    "demo",
)

DESKS = frozenset(
    {
        "accounts",
        "administration",
        "amendments",
        "editing",
        "membership",
        "moderation",
        "positions",
        "profile",
        "stances",
    }
)
"""Where people see what is theirs alone, or their work's."""


def create_app(config: Config | None = None) -> web.ForumApp:
    """Build the app from `config`, or from the environment."""
    config = config or Config.from_environ()
    log.configure(config.LOG_LEVEL)
    clock.use(None if config.is_production else config.DATA / "clock.json")

    app = web.ForumApp("forum", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.from_mapping(config.as_flask())

    db.init_app(app)
    app.extensions["migrate"] = LocalProxy(lambda: _migrations(app))
    templates.Languages(app)
    Htmx(app)
    web.init_app(app)  # first, so that it logs what the next ones refuse
    limits.init_app(app, RATES)
    CSRFProtect(app)
    security.init_app(app)
    error_pages.init_app(app)
    _init_templates(app)
    events.init_app(app, REACTIONS)
    jobs.init_app(app)
    app.extensions["forum_kept"] = kept.Shelf()

    for feature in FEATURES:
        _register(app, feature)
    app.desks = DESKS
    app.keep_typed, app.after_act = accounts.keep_typed, accounts.let_go_used
    for command in cli.COMMANDS:
        app.cli.add_command(command)
    _init_static(app, config)
    if config.TRUSTED_PROXIES:
        hops = config.TRUSTED_PROXIES
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _migrations(app: web.ForumApp) -> Any:
    """Flask-Migrate, loaded by what migrates: a web process would carry 25 MB of alembic."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    return app.extensions["migrate"]


def _register(app: web.ForumApp, feature: str) -> None:
    """Add the rules, pages, commands and timed work of a feature, of those files it has."""
    for part in ("policy", "views", "cli", "jobs"):
        if find_spec(f"forum.{feature}.{part}") is None:
            continue
        module = import_module(f"forum.{feature}.{part}")
        if part == "views":
            app.register_blueprint(module.bp)
        elif part == "cli":
            for command in module.COMMANDS:
                app.cli.add_command(command)


def _init_static(app: web.ForumApp, config: Config) -> None:
    folder, version = assets.prepare(ROOT / "static", config.DATA / "static")
    app.wsgi_app = assets.serve(app.wsgi_app, folder, version)  # type: ignore[method-assign]
    app.jinja_env.globals["asset"] = lambda path: f"/static/{version}/{path}"


def _init_templates(app: web.ForumApp) -> None:
    def can(rule: str, subject: object = None) -> Decision:
        return Rule.all[rule].check(viewer(), subject)

    templates.init_app(app)
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.undefined = StrictUndefined

    def exists(endpoint: str) -> bool:
        return endpoint in app.view_functions

    env.globals["exists"] = exists
    common: dict[str, Any] = {"can": can, "locale": get_locale, "out_of_band": False}
    env.globals.update(common | {"viewer": viewer, "now": clock.now, "frame": frame})
