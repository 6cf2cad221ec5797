"""What registration needs to stand before anybody comes."""

from datetime import UTC, datetime

import pytest

from forum.accounts.models import Organisation
from forum.kernel.db import db, save
from forum.site.models import TextVersion


@pytest.fixture
def consent(make):
    """The text people agree to, in its first version; call it for another one."""

    def write(number: int = 1, source: str = "Ich willige ein.") -> None:
        make.run(
            lambda: save(
                TextVersion(
                    slug="einwilligung",
                    number=number,
                    title="Einwilligung",
                    source=source,
                    html=f"<p>{source}</p>",
                    published_at=datetime(2017, 3, 20, tzinfo=UTC),
                )
            )
        )

    write()
    return write


@pytest.fixture
def organisation(make):
    """An organisation of a bench that people may choose."""
    member = make.member()
    return make.run(lambda: db.session.get(Organisation, member.organisation_id))
