"""The debate of the tests, and the addresses of its pages."""

from tests.deliberation.conftest import Debate, debate

__all__ = ["Debate", "debate"]
