"""`python -m forum …`: run the forum, and look after it."""

import sys

from flask.cli import FlaskGroup

from forum.config import ConfigError
from forum.factory import create_app
from forum.serving import run


def main() -> None:
    """Run a command; a wrong setting is one sentence, not a traceback."""
    try:
        app = create_app()
        app.cli.add_command(run)
        FlaskGroup(
            name="forum",
            create_app=lambda: app,
            add_default_commands=False,
            load_dotenv=False,
            add_version_option=False,
        ).main(prog_name="forum")
    except ConfigError as error:
        sys.exit(f"forum: {error}")


if __name__ == "__main__":
    main()
