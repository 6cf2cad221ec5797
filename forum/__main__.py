"""`python -m forum …`: run the forum, and look after it."""

import sys

from flask.cli import FlaskGroup

from forum.config import ConfigError
from forum.factory import create_app
from forum.kernel.web import ForumApp
from forum.operations.cli import WITHOUT_APP
from forum.serving import run


def _load() -> ForumApp:
    try:
        app = create_app()
    except ConfigError as error:
        sys.exit(f"forum: {error}")
    app.cli.add_command(run)
    return app


def main() -> None:
    """Run a command; a wrong setting is one sentence, not a traceback."""
    group = FlaskGroup(
        name="forum",
        create_app=_load,
        add_default_commands=False,
        load_dotenv=False,
        add_version_option=False,
    )
    for command in WITHOUT_APP:
        group.add_command(command)
    try:
        group.main(prog_name="forum")
    except ConfigError as error:
        sys.exit(f"forum: {error}")


if __name__ == "__main__":
    main()
