"""The packaged round in the database."""

import pytest


@pytest.fixture
def content(packaged):
    """The round Bundestagswahl 2017 as imported."""
