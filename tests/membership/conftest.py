"""What tests of membership share: organisations with people, and the mails they get."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from forum.accounts.actions import give_consent
from forum.accounts.models import Bench, Organisation, Role, User
from forum.accounts.queries import user
from forum.kernel.db import db, save
from forum.kernel.mail import Mail
from forum.membership import inviting, queries
from forum.site.models import TextVersion


class Club:
    """One organisation with a contact, and whoever a test adds."""

    def __init__(self, make):
        self.make = make
        make.consultation()
        make.run(
            lambda: save(
                TextVersion(
                    slug="einwilligung",
                    number=1,
                    title="Ihre Einwilligung",
                    source="Ich willige ein.",
                    html="<p>Ich willige ein.</p>",
                    published_at=datetime(2017, 3, 20, tzinfo=UTC),
                )
            )
        )
        self.contact = make.member(name="Petra Kontakt", is_contact=True)
        self.id = self.contact.organisation_id
        self.name = self.contact.organisation.name

    def person(self, name="Neue Kollegin", *, confirmed=False, **more):
        found = self.make.user(
            Role.MEMBER, name=name, organisation_id=self.id, member=confirmed, **more
        )
        if not confirmed:
            self.make.run(lambda: give_consent(found.id, 1))
        return self.again(found)

    def alone(self, name="Ada Frei"):
        found = self.make.user(Role.MEMBER, name=name)
        self.make.run(lambda: give_consent(found.id, 1))
        return self.again(found)

    def again(self, person) -> User:
        return self.make.run(lambda: user(person.id))

    def invitation(self, email="neu@example.org", by=None, **more):
        """The path of a personal invitation that was mailed."""
        leads_to = more.pop("leads_to", "/")
        guest = inviting.Guest(email, more.pop("name", "Nina Neu"), organisation_id=self.id, **more)
        self.make.run(lambda: inviting.invite(by or self.contact, guest, leads_to=leads_to))
        return self.link()

    def shared_link(self, **more):
        """The path of a link for the organisation."""
        return self.make.run(
            lambda: "/einladung/" + queries.secret_of(inviting.link(self.contact, self.id, **more))
        )

    def mails(self):
        return self.make.run(lambda: list(db.session.scalars(select(Mail).order_by(Mail.id))))

    def link(self):
        """The path of the invitation in the latest mail."""
        return re.search(r"https?://[^/]+(/einladung/\S+)", self.mails()[-1].body)[1]

    def mails_to(self, person):
        return [mail for mail in self.mails() if mail.recipient == person.email]


@pytest.fixture
def club(make):
    return Club(make)


@pytest.fixture
def round_for_all(make):
    """A round that admits people without organisation, with their bench."""

    def build():
        from forum.recommendations.models import Consultation

        db.session.execute(update(Consultation).values(admits_without_organisation=True))
        save(
            Bench(slug="ohne-organisation", name="ohne Organisation", position=9, is_counted=False)
        )

    make.consultation()
    make.run(build)


@pytest.fixture
def other_organisation(make):
    """An organisation that nobody belongs to."""
    make.consultation()
    return make.run(
        lambda: SimpleNamespace(
            id=save(
                Organisation(
                    slug="andere",
                    name="Andere Organisation",
                    short_name="Andere",
                    kind="kammer",
                    bench_id=db.session.scalars(select(Bench.id)).first(),
                )
            ).id
        )
    )
