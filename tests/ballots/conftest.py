"""Fixtures of the ballots' tests."""

import pytest

from tests.ballots.voting import Polls


@pytest.fixture
def polls(app, make) -> Polls:
    """Casts and reads ballots."""
    return Polls(app, make)
