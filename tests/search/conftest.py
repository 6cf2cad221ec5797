"""What tests of the search share."""

import pytest

from forum.kernel.db import unit_of_work
from forum.search.analysis import parse
from forum.search.documents import Kind
from forum.search.hits import find
from tests.conftest import fresh
from tests.deliberation.conftest import Debate


def name(document):
    """A hit by a name that tests can write down."""
    match document.kind:
        case Kind.PARAGRAPH:
            return f"paragraph:{document.where.slug}/{document.number}"
        case Kind.POSITION:
            return f"position:{document.party.slug}/{document.slug}"
        case Kind.COMMENT:
            return f"comment:{document.number}"
        case kind:
            return f"{kind.value}:{document.slug}"


@pytest.fixture
def ask(app):
    """Search as the page does; returns what was found, all pages of it."""

    def asking(text, kind=None):
        def inside():
            with app.test_request_context(), unit_of_work():
                found, number = [], 1
                while True:
                    page = find(parse(text), kind, number)
                    found += page.hits
                    if not page.has_next:
                        return found
                    number += 1

        return fresh(inside)

    return asking


@pytest.fixture
def names(ask):
    """The names of what is found."""
    return lambda text, kind=None: [name(hit.document) for hit in ask(text, kind)]


@pytest.fixture
def debate(make):
    return Debate(make)
