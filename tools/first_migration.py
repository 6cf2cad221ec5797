"""Write migrations/versions/0001 anew from the models.

Only until the first release: afterwards every change is a migration of its own (`make migration`).
"""

import tempfile
from pathlib import Path

import flask_migrate

from forum.config import Config
from forum.factory import create_app

VERSIONS = Path(__file__).parent.parent / "migrations" / "versions"

with tempfile.TemporaryDirectory() as folder:
    app = create_app(Config(DATA=Path(folder)).with_secrets())
    kept = {path: path.read_text() for path in VERSIONS.glob("*.py")}
    for path in kept:
        path.unlink()
    try:
        with app.app_context():
            flask_migrate.migrate(message="first tables", rev_id="0001")
    finally:
        for path, text in kept.items():
            if not path.exists():
                path.write_text(text)
