"""Who may do what, and when: every rule and every address, by every role, in every phase.

The two tables below are the only place where a right is granted twice. A new rule or a new address
that takes forms fails here until somebody has said for whom it is meant.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from forum.accounts import queries as accounts
from forum.accounts.models import STAFF, Organisation, Role, Visitor
from forum.amendments.actions import file_motion
from forum.amendments.models import AmendmentKind
from forum.amendments.writing import NewChange
from forum.deliberation.actions import post_comment
from forum.deliberation.models import CommentKind
from forum.drafts import actions as drafts
from forum.drafts.writing import CommentDraft
from forum.kernel import clock
from forum.kernel.db import save
from forum.kernel.policy import Rule
from forum.membership import inviting
from forum.moderation.models import RuleClause
from forum.positions import actions as positions
from forum.positions.desk import Content
from forum.positions.models import Answer
from forum.recommendations.models import Act, SubjectKind
from forum.references.models import GlossaryTerm, Source, TimelineEntry
from forum.site.models import TextVersion
from forum.stances import actions as stances
from forum.stances.writing import Content as Stated
from forum.summaries import actions as summaries
from tests.factories import PHASES
from tests.positions.factory import party, person, thesis

EVERYBODY = set(Role)
WHO = {
    "administration.change_setting": {Role.ADMINISTRATOR},
    "administration.decide_role": {Role.MODERATOR, Role.EDITOR, Role.ADMINISTRATOR},
    "administration.end_sessions": {Role.ADMINISTRATOR},
    "administration.lock": {Role.ADMINISTRATOR},
    "administration.read": {Role.ADMINISTRATOR},
    "administration.request_role": {Role.ADMINISTRATOR},
    "administration.revoke_role": {Role.ADMINISTRATOR},
    "administration.show_address": {Role.ADMINISTRATOR},
    "account.erase": EVERYBODY,  # one's own account, whoever one is
    "account.export": EVERYBODY,
    "amendment.confirm": {Role.EDITOR},
    "amendment.decide": {Role.EDITOR},
    "amendment.desk": {Role.EDITOR},
    "amendment.dissent": {Role.MEMBER},
    "amendment.file": {Role.MEMBER},
    "amendment.merge": {Role.MODERATOR, Role.EDITOR},
    "amendment.publish": {Role.EDITOR},
    "amendment.revise": {Role.MEMBER},
    "amendment.sign_dissent": {Role.MEMBER},
    "amendment.withdraw": {Role.MEMBER},
    "amendment.withdraw_dissent": EVERYBODY,  # one's own name, whatever one has become since
    "ballot.amendment_wording": {Role.MEMBER},
    "ballot.comment": {Role.MEMBER},
    "ballot.summary": {Role.MEMBER},
    "ballot.thesis": {Role.MEMBER},
    "ballot.wording": {Role.MEMBER},
    "comment.delete": EVERYBODY,  # one's own, whatever one has become since
    "comment.draft": {Role.MEMBER, Role.PARTY, Role.EDITOR},
    "comment.edit": {Role.MEMBER},
    "comment.post": {Role.MEMBER},
    "following.follow": EVERYBODY,  # with an account
    "draft.delete": {Role.MEMBER},
    "draft.read": {Role.MEMBER},
    "draft.remark": {Role.MEMBER},
    "draft.show": {Role.MEMBER},
    "draft.write": {Role.MEMBER},
    "editing.edit": {Role.EDITOR},
    "editing.identity": {Role.EDITOR},
    "editing.open": {Role.EDITOR},
    "editing.publish": {Role.EDITOR},
    "editing.read": {Role.EDITOR},
    "editing.reword_thesis": {Role.EDITOR},
    "membership.invite": {Role.MEMBER, Role.EDITOR, Role.ADMINISTRATOR},
    "membership.manage": {Role.MEMBER, Role.ADMINISTRATOR},
    "membership.own": {Role.MEMBER},
    "moderation.decide": {Role.MODERATOR},
    "moderation.read": {Role.MODERATOR},
    "party.colleagues": {Role.PARTY, Role.EDITOR},
    "question.accept": {Role.MEMBER, Role.EDITOR},
    "question.answer_as_editorial": {Role.EDITOR},
    "question.answer_as_party": {Role.PARTY},
    "question.edit_answer": {Role.PARTY, Role.EDITOR},
    "news.mark": set(Role) - {Role.GUEST},
    "position.approve": {Role.PARTY},
    "position.desk": {Role.PARTY},
    "position.draft": {Role.PARTY},
    "position.return": {Role.PARTY},
    "position.submit": {Role.PARTY},
    "stance.approve": {Role.MEMBER},
    "stance.desk": {Role.MEMBER},
    "stance.draft": {Role.MEMBER},
    "stance.return": {Role.MEMBER},
    "summary.approve": {Role.MODERATOR},
    "summary.desk": {Role.MODERATOR},
    "summary.draft": {Role.MODERATOR},
    "summary.return": {Role.MODERATOR},
    "summary.submit": {Role.MODERATOR},
}
OPENED_BY = {
    "amendment.confirm": {Act.DECIDE_AMENDMENTS},
    "amendment.decide": {Act.DECIDE_AMENDMENTS},
    "amendment.file": {Act.AMEND},
    "amendment.merge": {Act.VOTE_AMENDMENT},
    "amendment.publish": {Act.DECIDE_AMENDMENTS},
    "amendment.revise": {Act.AMEND},
    "ballot.amendment_wording": {Act.VOTE_AMENDMENT},
    "ballot.comment": {Act.RATE},
    "ballot.summary": {Act.VOTE_SUMMARY},
    "ballot.thesis": {Act.VOTE_THESIS},
    "ballot.wording": {Act.VOTE_WORDING},  # and what came of amendments: tests/versions
    "comment.edit": {Act.COMMENT},
    "comment.post": {Act.COMMENT},
    "question.answer_as_party": {Act.ANSWER_QUESTIONS},
    "position.approve": {Act.ANSWER_THESES, Act.CORRECT_ANSWERS},
    "position.draft": {Act.ANSWER_THESES, Act.CORRECT_ANSWERS},
    "position.return": {Act.ANSWER_THESES, Act.CORRECT_ANSWERS},
    "position.submit": {Act.ANSWER_THESES, Act.CORRECT_ANSWERS},
    "stance.approve": {Act.STANCE},
    "stance.draft": {Act.STANCE},
    "summary.approve": {Act.APPROVE_SUMMARY},
    "summary.draft": {Act.DRAFT_SUMMARY},
    "summary.submit": {Act.DRAFT_SUMMARY},
}
"""Rules that no phase opens or closes are missing here."""

BOUNDARIES = sorted({m for _s, _t, start, end, _a in PHASES for m in (start, end) if m})
INSTANTS = [
    moment + shift
    for moment in BOUNDARIES
    for shift in (timedelta(seconds=-1), timedelta(0), timedelta(seconds=1))
]


def is_open(acts, moment) -> bool:
    """What the phases say, read by hand: from the first instant, up to before the last."""
    return any(
        start <= moment and (end is None or moment < end) and acts & set(opened)
        for _slug, _title, start, end, opened in PHASES
    )


def test_every_rule_is_in_the_table(app):
    assert {name: set(rule.roles) for name, rule in Rule.all.items()} == WHO
    timed = {
        name
        for name, rule in Rule.all.items()
        if any(
            c.name.startswith("phase_opens") or c.name == "answering_is_open"
            for c in rule.conditions
        )
    }
    assert timed == OPENED_BY.keys()


@pytest.mark.parametrize("name", sorted(OPENED_BY))
def test_each_act_opens_and_closes_at_the_second(app, make, name):
    consultation = make.run(lambda: _loaded(make))
    subject = SimpleNamespace(kind=SubjectKind.WORDING, consultation=consultation, since=None)
    timed = [
        c
        for c in Rule.all[name].conditions
        if c.name.startswith("phase_opens") or c.name == "answering_is_open"
    ]
    for moment in INSTANTS:
        with clock.at(moment):
            found = all(one.holds(Visitor(), subject) for one in timed)
        assert found == is_open(OPENED_BY[name], moment), f"{name} at {moment}"


@pytest.mark.parametrize("name", sorted(WHO))
def test_no_other_role_holds_a_rule_in_any_phase(app, make, name):
    subject = SimpleNamespace(
        kind=SubjectKind.WORDING,
        consultation=make.run(lambda: _loaded(make)),
        is_current=True,
        since=None,
        facts={},
    )
    for role in set(Role) - WHO[name]:
        actor = SimpleNamespace(
            roles=frozenset({Role.GUEST, role}),
            is_authenticated=True,
            is_staff=role in STAFF,
            party_id=None,
        )
        for moment in INSTANTS[::3]:
            with app.app_context(), clock.at(moment):
                assert not Rule.all[name].check(actor, subject), f"{role} at {moment}"


ONES_OWN = {"comment.delete", "amendment.withdraw_dissent"}


@pytest.mark.parametrize("name", sorted(set(WHO) - ONES_OWN))
def test_visitors_hold_no_rule(app, make, name):
    facts = {"visibility": "visible", "author_id": 1, "summary_version": 1}
    subject = SimpleNamespace(
        kind=SubjectKind.WORDING,
        consultation=make.run(lambda: _loaded(make)),
        is_current=True,
        since=None,
        facts=facts,
    )
    for moment in INSTANTS[::3]:
        with app.app_context(), clock.at(moment):
            assert not Rule.all[name].check(Visitor(), subject)


def _loaded(make):
    from forum.recommendations.queries import current_consultation

    return current_consultation()


@pytest.fixture(autouse=True)
def _round(make):
    make.consultation()


# Addresses ---


@dataclass(frozen=True)
class Address:
    """What an address is for, and what somebody sends there."""

    roles: frozenset[Role]
    who: frozenset[str] = frozenset()
    """Names in the world, where having the role is not enough."""
    acts: frozenset[Act] = frozenset()
    data: tuple[tuple[str, str], ...] = ()


def only(*roles, who=(), acts=(), **data):
    return Address(frozenset(roles), frozenset(who), frozenset(acts), tuple(data.items()))


ANSWERING = (Act.ANSWER_THESES, Act.CORRECT_ANSWERS)
TAKES_FORMS = {
    "security.login": None,  # for everybody; tried in tests/accounts
    "security.logout": None,
    "accounts.send_link": None,
    "accounts.forgotten": None,
    "accounts.register": None,
    "accounts.preview": None,
    "accounts.password": None,  # for everybody who is signed in; tried in tests/accounts
    "accounts.address": None,
    "accounts.open_link": None,  # for whoever holds the link; tried in tests/accounts
    "moderation.report": None,  # for everybody; tried in tests/moderation
    "membership.invitation": None,  # for whoever has the secret; tried in tests/membership
    "membership.join": None,  # for members without organisation; tried in tests/membership
    "membership.leave": None,  # for members; tried in tests/membership
    "membership.confirm": only("contact", Role.ADMINISTRATOR),
    "membership.decline": only("contact", Role.ADMINISTRATOR, reason="Nicht bei uns."),
    "membership.remove": only("contact", Role.ADMINISTRATOR),
    "membership.speaker": only("contact", Role.ADMINISTRATOR, value="1"),
    "membership.contact": only("contact", Role.ADMINISTRATOR, value="1"),
    "membership.make_link": only("contact", Role.EDITOR, Role.ADMINISTRATOR),
    "membership.invite": only("contact", Role.EDITOR, Role.ADMINISTRATOR, email="gast@example.org"),
    "membership.check_list": None,  # takes a file; tried in tests/membership
    "membership.send_list": None,  # for whoever had a list checked; tried in tests/membership
    "membership.revoke": only("contact", Role.EDITOR, Role.ADMINISTRATOR),
    "membership.invite_colleague": only(Role.PARTY, email="gast@example.org"),
    "membership.remove_colleague": only(Role.PARTY, who=["colleague"]),
    "threads.post_comment": only(
        Role.MEMBER,
        "unconfirmed",
        acts=[Act.COMMENT],
        text="Ein Beitrag.",
        kind="pro",
        about="about",
    ),
    "threads.edit_comment": only(
        Role.MEMBER, who=["author"], acts=[Act.COMMENT], text="Ein anderer Text."
    ),
    "threads.save_draft": None,  # for their author alone; tried in tests/threads/test_drafts.py
    "threads.discard_draft": None,
    "threads.accept_answer": None,  # for whoever asked; tried in tests/threads/test_questions.py
    "threads.release_answer": None,
    "threads.delete_comment": only(Role.MEMBER, who=["author"]),
    "threads.alike": only(Role.MEMBER, "unconfirmed", acts=[Act.COMMENT], text="Ein Beitrag."),
    "threads.mark_read": None,  # for everybody signed in; tried in tests/threads/test_news.py
    "amendments.motion": only(Role.EDITOR, acts=[Act.DECIDE_AMENDMENTS]),
    "amendments.second": only(Role.EDITOR, acts=[Act.DECIDE_AMENDMENTS], do="agree"),
    "amendments.merge": only(Role.MODERATOR, Role.EDITOR, acts=[Act.VOTE_AMENDMENT]),
    "amendments.dissent": only(Role.MEMBER, text="Ich sehe das anders."),
    "amendments.sign_dissent": only(Role.MEMBER),
    "amendments.withdraw_dissent": only(Role.MEMBER, who=["author"]),
    "versions.consolidate": only(Role.EDITOR, acts=[Act.DECIDE_AMENDMENTS], do="publish"),
    "amendments.new": only(Role.MEMBER, acts=[Act.AMEND], version="1", do="preview"),
    "amendments.revise": only(
        Role.MEMBER, who=["author"], acts=[Act.AMEND], seen="1", heading="Neu", text="Ganz neu."
    ),
    "amendments.withdraw": only(Role.MEMBER, who=["author"]),
    "drafts.save_comment": only(
        Role.MEMBER, "unconfirmed", about="about", text="Ein Entwurf.", submission="neu", do="keep"
    ),
    "drafts.save_motion": only(
        Role.MEMBER, "unconfirmed", version="1", reason="Darum.", submission="neue"
    ),
    "drafts.save": only(
        Role.MEMBER, who=["author"], about="about", text="Anders.", edition="1", do="save"
    ),
    "drafts.show": only(Role.MEMBER, who=["author"], seen="1"),
    "drafts.hide": only(Role.MEMBER, who=["author"]),
    "drafts.drop": only(Role.MEMBER, who=["author"]),
    "drafts.remark": only(Role.MEMBER, who=["author"], remark="Gut so.", edition="1"),
    "drafts.take_back": None,  # removes one's own, or nothing; tried in tests/drafts
    "stances.save_draft": only(
        Role.MEMBER, acts=[Act.STANCE], answer="supports", text="Ja.", edition="0", act="save"
    ),
    "stances.approve": only(Role.MEMBER, who=["speaker"], acts=[Act.STANCE], edition="1"),
    "stances.send_back": only(Role.MEMBER, who=["speaker"], edition="1", remark="Kürzer."),
    "threads.cast_ballot": only(Role.MEMBER, acts=[Act.VOTE_THESIS], value="agree"),
    "threads.withdraw_ballot": only(Role.MEMBER, acts=[Act.VOTE_THESIS]),
    "moderation.decide": only(
        Role.MODERATOR,
        measure="none",
        public_reason="Der Beitrag bleibt stehen.",
        reason_to_author="",
        basis="0",
        seen="0",
    ),
    "administration.show_address": only(Role.ADMINISTRATOR, reason="Darum."),
    "administration.lock": only(Role.ADMINISTRATOR, reason="Darum."),
    "administration.unlock": only(Role.ADMINISTRATOR, reason="Darum."),
    "administration.end_sessions": only(Role.ADMINISTRATOR, reason="Darum."),
    "administration.membership": only(Role.ADMINISTRATOR, act="confirm"),
    "administration.request_role": only(Role.ADMINISTRATOR, role="editor", reason="Darum."),
    "administration.revoke_role": only(Role.ADMINISTRATOR, role="editor", reason="Darum."),
    "administration.decide_role": only(
        Role.MODERATOR, Role.EDITOR, Role.ADMINISTRATOR, answer="refuse"
    ),
    "administration.house_settings": only(Role.ADMINISTRATOR, key="x", value="1", reason="Darum."),
    "editing.publish": only(Role.EDITOR, item="recommendation:x"),
    "editing.preview": only(Role.EDITOR, item="consultation:testrunde"),
    "editing.new_recommendation": only(
        Role.EDITOR, number="77", title="Neu", short_title="Neu", teaser="Worum es geht."
    ),
    "editing.recommendation": only(Role.EDITOR, do="save"),
    "editing.text": only(Role.EDITOR, do="save"),
    "editing.paste": only(Role.EDITOR, do="read", text="1. Eins.\n2. Zwei."),
    "editing.new_thesis": only(
        Role.EDITOR, number="77", position="77", recommendation="about", label="Neu", text="Neu."
    ),
    "editing.thesis": only(Role.EDITOR, do="save"),
    "editing.discard": only(Role.EDITOR, item="recommendation:x", revision="0"),
    "summaries.begin": only(Role.MODERATOR, acts=[Act.DRAFT_SUMMARY]),
    "summaries.edit": only(
        Role.MODERATOR, acts=[Act.DRAFT_SUMMARY], title="Ein Titel", lead="", edition="1", do="save"
    ),
    "summaries.approve": only(Role.MODERATOR, acts=[Act.APPROVE_SUMMARY], edition="1"),
    "summaries.give_back": only(Role.MODERATOR, edition="1", remark="Bitte kürzen."),
    "following.follow_subject": None,  # for whoever is signed in; tried in tests/following
    "following.follow_party": None,
    "following.unfollow_subject": None,
    "following.unfollow_party": None,
    "following.subject_by_mail": None,  # for visitors; tried in tests/following
    "following.party_by_mail": None,
    "following.stop": None,  # for whoever has the secret; tried in tests/following
    "following.mark_read": None,
    "following.choose": None,
    "profile.appear": None,
    "profile.agree": None,  # for whoever is signed in; these are tried in tests/profile
    "profile.withdraw": None,
    "profile.end_session": None,
    "profile.end_all_sessions": None,
    "profile.ask_for_export": None,
    "profile.leave": None,
    "profile.mail_leaving": None,
    "positions.save_draft": only(
        Role.PARTY, acts=ANSWERING, answer="agree", reason="Darum.", edition="0", act="save"
    ),
    "positions.approve": only(Role.PARTY, who=["colleague"], acts=ANSWERING, edition="1"),
    "positions.send_back": only(
        Role.PARTY, who=["colleague"], acts=ANSWERING, edition="1", remark="Bitte kürzen."
    ),
}
for _page in ("source", "term", "entry", "organisation", "bench", "party", "rule"):
    TAKES_FORMS[f"editing.{_page}_new"] = only(Role.EDITOR, slug="neues")
    TAKES_FORMS[f"editing.{_page}"] = only(Role.EDITOR, name="Neues")
TAKES_FORMS |= {
    "editing.page": only(Role.EDITOR, title="Neues"),
    "editing.new_round": only(Role.EDITOR, title="Neue Runde"),
    "editing.consultation": only(Role.EDITOR, title="Neue Runde"),
    "editing.open_round": only(Role.EDITOR),
    "editing.name": only(Role.EDITOR, name="Forum"),
}
EDITED = {
    "sources": "source",
    "glossary": "term",
    "timeline": "entry",
    "organisations": "organisation",
    "benches": "bench",
    "parties": "party",
    "rules": "rule",
    "pages": "page",
}
"""Lists of the desk and the endpoint of their form."""
READ_BY = {
    "amendments.desk": {Role.EDITOR},
    "amendments.motion": {Role.EDITOR},
    "versions.consolidate": {Role.EDITOR},
    "versions.desk": {Role.EDITOR},
    "administration.desk": {Role.ADMINISTRATOR},
    "administration.people": {Role.ADMINISTRATOR},
    "administration.person": {Role.ADMINISTRATOR},
    "administration.roles": {Role.MODERATOR, Role.EDITOR, Role.ADMINISTRATOR},
    "administration.organisations": {Role.ADMINISTRATOR},
    "administration.log": {Role.ADMINISTRATOR},
    "administration.house_settings": {Role.ADMINISTRATOR},
    "following.news": set(Role),
    "following.followed": set(Role),
    "profile.account": set(Role),
    "threads.drafts": set(Role),
    "profile.consent": set(Role),
    "profile.devices": set(Role),
    "profile.contributions": set(Role),
    "profile.traces": set(Role),
    "profile.leave": set(Role),
    "membership.organisation": {Role.MEMBER, "unconfirmed", "member too"},
    "membership.invitations": {"contact", Role.EDITOR, Role.ADMINISTRATOR},
    "membership.list_page": {"contact", Role.EDITOR, Role.ADMINISTRATOR},
    "membership.party": {Role.PARTY},
    "editing.desk": {Role.EDITOR},
    "editing.round_": {Role.EDITOR},
    "editing.publish": {Role.EDITOR},
    **{
        f"editing.{page}": {Role.EDITOR}
        for list_, form in EDITED.items()
        for page in (list_, form, f"{form}_new")
        if page != "page_new"
    },
    "editing.consultation": {Role.EDITOR},
    "editing.new_round": {Role.EDITOR},
    "editing.name": {Role.EDITOR},
    "editing.recommendations": {Role.EDITOR},
    "editing.new_recommendation": {Role.EDITOR},
    "editing.recommendation": {Role.EDITOR},
    "editing.text": {Role.EDITOR},
    "editing.paste": {Role.EDITOR},
    "editing.theses": {Role.EDITOR},
    "editing.new_thesis": {Role.EDITOR},
    "editing.thesis": {Role.EDITOR},
    "moderation.queue": {Role.MODERATOR},
    "moderation.decide": {Role.MODERATOR},
    "drafts.index": {Role.MEMBER, "unconfirmed"},
    "drafts.draft": {"the author"},
    "drafts.show": {"the author"},
    "stances.desk": {Role.MEMBER},
    "stances.sheet": {Role.MEMBER},
    "summaries.desk": {Role.MODERATOR},
    "summaries.edit": {Role.MODERATOR},
    "positions.desk": {Role.PARTY},
    "positions.sheet": {Role.PARTY},
    "accounts.carry_on": set(Role),
    "accounts.password": set(Role),
    "accounts.address": set(Role),
}
"""Pages that are not for everybody."""

READ_BY_ALL = {
    "amendments.index",
    "amendments.dissent",  # refused with its reason, or sent to sign in
    "amendments.merge",
    "amendments.new",  # refused with its reason, or sent to sign in
    "amendments.revise",
    "threads.amendment",
    "accounts.address_changed",
    "accounts.consent_withdrawn",
    "accounts.forgotten",
    "accounts.on_its_way",
    "accounts.register",
    "following.confirmed",
    "following.on_its_way",
    "following.party",
    "following.stop",  # the same page, whatever the secret
    "following.subject",
    "moderation.decisions",
    "moderation.report",
    "positions.matrix",
    "positions.parties",
    "positions.party",
    "profile.gone",
    "search.results",
    "security.login",
    "site.accessibility",
    "site.consent",
    "site.glossary",
    "site.health",
    "site.home",
    "site.how_it_works",
    "site.imprint",
    "site.methods",
    "site.privacy",
    "site.recommendations",
    "site.rules",
    "site.text_version",
    "site.timeline",
    "static",
    "organisations.document",
    "organisations.index",
    "organisations.organisation",
    "stances.stance",
    "summaries.index",
    "summaries.show",
    "summaries.version",
    "threads.arrivals",
    "threads.ballot",
    "threads.comment",
    "threads.comments",
    "threads.next_new",
    "threads.paragraph",
    "threads.place",
    "threads.position",
    "threads.questions_of",
    "threads.questions_to",
    "threads.recommendation",
    "threads.thesis",
    "versions.compare",
    "versions.index",
    "versions.show",
}
"""Pages for everybody, signed in or not."""
READ_WITH_THE_SECRET = {
    "accounts.open_link",
    "membership.invitation",
    "moderation.receipt",
    "profile.download",
    "site.logo",
}
"""Pages at an address that somebody has to have been given; without it nobody is told anything."""

OTHERWISE = {
    "amendments.dissent": {200, 303, 403},
    "amendments.merge": {200, 303, 403},
    "amendments.new": {200, 303, 403},
    "amendments.revise": {200, 303, 403},
    "accounts.register": {200, 303},  # signed in already
    "security.login": {200, 303},
    "summaries.show": {404},  # only a draft so far
    "summaries.version": {404},
    "threads.position": {404},  # nobody has approved it
    "threads.comments": {302},  # lead on to where it stands
    "threads.place": {302},
    "threads.next_new": {302},
    "threads.arrivals": {204},
}
"""What some of them answer in this world; all others show their page."""

SETS_A_COOKIE = {"security.login", "accounts.register", "accounts.forgotten"}

MOMENTS = [start + timedelta(hours=1) for _s, _t, start, _e, _a in PHASES] + [
    PHASES[0][2] - timedelta(days=2),
    PHASES[1][3] + timedelta(hours=3),
]


@pytest.fixture
def world(app, make, prepared):
    """A round with something of every kind, and somebody of every role."""
    return prepared("world", lambda: _world(app, make))


def _world(app, make):
    recommendation = make.recommendation()
    about = thesis(make, recommendation)
    ours, theirs = party(make, "partei-a"), party(make, "partei-b")
    author = make.member(name="Verfasserin")
    contact = make.member(name="Ansprechperson", is_contact=True)
    waiting, colleague = (
        make.user(
            Role.MEMBER,
            name=f"Kollegin {confirmed}",
            organisation_id=contact.organisation_id,
            member=confirmed,
        )
        for confirmed in (False, True)
    )
    preparing = make.member(name="Entwirft")
    speaker = make.user(
        Role.MEMBER,
        name="Sprecherin",
        organisation_id=preparing.organisation_id,
        member=True,
        is_speaker=True,
    )
    invitation = make.run(lambda: inviting.link(contact, contact.organisation_id))
    people = {
        "visitor": (None, set()),
        "contact": (contact, {Role.MEMBER, "contact"}),
        "member": (make.member(), {Role.MEMBER}),
        "unconfirmed": (_unconfirmed(make), {"unconfirmed"}),
        "author": (author, {Role.MEMBER, "the author"}),
        "other party": (person(make, theirs, "Andere Partei"), {Role.PARTY}),
        "editor": (make.user(Role.EDITOR), {Role.EDITOR}),
        "administrator": (make.user(Role.ADMINISTRATOR), {Role.ADMINISTRATOR}),
        "moderator": (make.moderator(), {Role.MODERATOR}),
        "guest": (make.user(), set()),
        "speaker": (speaker, {Role.MEMBER}),
        "moderating member": (_moderating_member(make), {Role.MODERATOR, "member too"}),
    }
    for number, answer in ((1, "supports"), (2, "rejects")):
        make.run(
            lambda n=number, a=answer: stances.save_draft(
                preparing, recommendation.slug, n, Stated(a), 0, submit=True
            )
        )
    make.run(lambda: stances.approve(speaker, recommendation.slug, 1, 1))
    comment = make.run(
        lambda: post_comment(author, recommendation.id, CommentKind.PRO, "Ein Beitrag.")
    )
    proposed = make.run(
        lambda: (
            file_motion(
                author,
                recommendation.id,
                1,
                [
                    NewChange(AmendmentKind.STRIKE, 1),
                    NewChange(AmendmentKind.CHANGE, 2, "Neu", "Neu."),
                ],
                "Darum.",
            ).amendments
        )
    )
    drafter = make.moderator()
    writer = person(make, ours, "Unsere Partei")
    make.run(
        lambda: positions.save_draft(
            writer, about.slug, Content(Answer.AGREE, "Darum."), 0, submit=True
        )
    )
    people["colleague"] = (person(make, ours, "Kollegin"), {Role.PARTY})
    make.run(lambda: summaries.begin(drafter, recommendation.slug))
    places = {
        "threads.cast_ballot": {"subject_id": about.id},
        "threads.withdraw_ballot": {"subject_id": about.id},
        "threads.ballot": {"subject_id": about.id},
        "threads.place": {"subject_id": about.id},
        "threads.thesis": {"slug": recommendation.slug, "thesis_slug": about.slug},
        "threads.position": {
            "slug": recommendation.slug,
            "thesis_slug": about.slug,
            "party_slug": ours.slug,
        },
        "moderation.report": {"subject_id": comment.id},
        "profile.end_session": {"session_id": 1},
        "profile.download": {"export_id": 1},
        "moderation.decide": {"subject_id": comment.id},
        "positions.party": {"slug": ours.slug},
        "threads.questions_to": {"slug": ours.slug},
        "following.party": {"slug": ours.slug},
        "following.subject": {"subject_id": recommendation.id},
        **{
            f"editing.{page}": {"round_slug": "testrunde"}
            for page in (
                "round_",
                "publish",
                "discard",
                "consultation",
                "open_round",
                "preview",
                "recommendations",
                "new_recommendation",
                "theses",
                "new_thesis",
            )
        },
        **_desk(make, ours),
        **{
            f"editing.{page}": {"round_slug": "testrunde", "slug": recommendation.slug}
            for page in ("recommendation", "text", "paste")
        },
        "editing.thesis": {"round_slug": "testrunde", "slug": about.slug},
        "site.text_version": {"slug": "regeln", "number": 1},
        "accounts.on_its_way": {"what": "link"},
    }
    for endpoint in (
        "amendments.revise",
        "amendments.withdraw",
        "amendments.merge",
        "threads.amendment",
    ):
        places[endpoint] = {"slug": recommendation.slug, "number": proposed[1].number}
    for endpoint in ("sheet", "save_draft", "approve", "send_back"):
        places[f"stances.{endpoint}"] = {"slug": recommendation.slug, "number": 2}
    for endpoint in ("organisation", "document"):
        places[f"organisations.{endpoint}"] = {"slug": organisation_of(make, preparing)}
    places |= _drafted(make, author, recommendation.id)
    places["stances.stance"] = {"slug": recommendation.slug, "number": 1}
    places["amendments.dissent"], contradicted = _contradicted(make, recommendation, author)
    places["amendments.sign_dissent"] = {"dissent_id": contradicted}
    places["amendments.withdraw_dissent"] = {"dissent_id": contradicted}
    of_text = {"slug": recommendation.slug}
    places["versions.index"] = places["versions.compare"] = of_text
    places["versions.consolidate"] = of_text
    places["versions.show"] = {"slug": recommendation.slug, "number": 1}
    places["amendments.motion"] = {"motion_id": proposed[0].motion_id}
    places["amendments.second"] = {"decision_id": _declined(make, proposed[0])}
    grantee = make.moderator(name="Mit Rolle")
    for endpoint in (
        "person",
        "show_address",
        "lock",
        "unlock",
        "end_sessions",
        "request_role",
        "revoke_role",
    ):
        places[f"administration.{endpoint}"] = {"user_id": grantee.id}
    places["administration.membership"] = {"user_id": waiting.id}
    places["administration.decide_role"] = {"request_id": _asked_for(make, grantee)}
    for endpoint in ("confirm", "decline"):
        places[f"membership.{endpoint}"] = {"user_id": waiting.id}
    for endpoint in ("remove", "speaker", "contact"):
        places[f"membership.{endpoint}"] = {"user_id": colleague.id}
    places["membership.revoke"] = {"invitation_id": invitation.id}
    places["membership.remove_colleague"] = {"user_id": writer.id}
    for endpoint in ("sheet", "save_draft", "approve", "send_back"):
        places[f"positions.{endpoint}"] = {"slug": about.slug}

    def url(endpoint: str, rule) -> str:
        values = places.get(endpoint) or {
            name: {"slug": recommendation.slug, "number": comment.number}.get(name, "x")
            for name in rule.arguments
        }
        with app.test_request_context():
            from flask import url_for

            return url_for(endpoint, **values)

    return SimpleNamespace(url=url, people=people, about=recommendation.id, author=author)


def organisation_of(make, user) -> str:
    return make.run(lambda: accounts.user(user.id).organisation.slug)


def _drafted(make, author, recommendation_id):
    """A draft that its author shows to colleagues."""
    content = CommentDraft(recommendation_id, None, "pro", "Ein Entwurf.")
    draft_id = make.run(lambda: drafts.keep(author, recommendation_id, content, "eins"))
    make.run(lambda: drafts.show(author, draft_id, seen_by_name=True))
    found = {
        f"drafts.{endpoint}": {"draft_id": draft_id}
        for endpoint in ("draft", "save", "show", "hide", "drop", "remark")
    }
    return found | {"drafts.take_back": {"draft_id": draft_id, "remark_id": 1}}


def _desk(make, party):
    """The pages of the desk, each with an item that is there."""

    def build():
        save(Source(key="x", title="Ein Gutachten"))
        save(GlossaryTerm(slug="x", term="X", sort_key="x", definition="X.", related_theses=[]))
        save(
            TimelineEntry(
                key="testrunde/x",
                round_slug="testrunde",
                happened_on=datetime(2017, 5, 1, tzinfo=UTC).date(),
                precision="day",
                kind="forum",
                kind_label="Forum",
                title="X",
                sources=[],
            )
        )
        save(RuleClause(number=1, title="X", text="X", public_sentence="X"))
        save(Organisation(slug="x", name="X", short_name="X", kind="kammer"))
        for slug in ("impressum", "datenschutz", "barrierefreiheit", "regeln", "einwilligung"):
            save(
                TextVersion(
                    slug=slug,
                    number=1,
                    title="X",
                    source="X",
                    html="X",
                    published_at=datetime(2017, 1, 1, tzinfo=UTC),
                )
            )

    make.run(build)
    keys = {"source": {"key": "x"}, "entry": {"key": "x"}, "rule": {"number": 1}}
    keys |= {"page": {"slug": "impressum"}, "bench": {"slug": "kammern"}}
    keys["party"] = {"slug": party.slug}
    found = {}
    for list_, form in EDITED.items():
        place = {"round_slug": "house" if form in {"page", "rule"} else "testrunde"}
        found[f"editing.{list_}"] = found[f"editing.{form}_new"] = place
        found[f"editing.{form}"] = place | keys.get(form, {"slug": "x"})
    return found


def _contradicted(make, recommendation, author) -> tuple[dict[str, object], int]:
    """An amendment the author may contradict, and one on which a dissent waits for signatures."""
    from forum.amendments import dissenting
    from forum.amendments.models import Amendment, AmendmentState
    from forum.kernel.db import db

    def build():
        change = NewChange(AmendmentKind.STRIKE, 3)
        motions = [file_motion(author, recommendation.id, 1, [change], "Auch.") for _ in range(2)]
        one, other = (motion.amendments[0].id for motion in motions)
        for key, state in ((one, AmendmentState.DECLINED), (other, AmendmentState.ACCEPTED)):
            db.session.get_one(Amendment, key).state = state
        db.session.flush()
        dissent = dissenting.write(author, other, "Ich sehe das anders.")
        return {"slug": recommendation.slug, "number": motions[0].amendments[0].number}, dissent.id

    return make.run(build)


def _declined(make, amendment) -> int:
    """A refusal that waits for a second person of the Redaktion."""
    from forum.amendments.models import AmendmentDecision, AmendmentState
    from forum.amendments.queries import newest
    from forum.kernel.db import save

    first = make.user(Role.EDITOR)
    return make.run(
        lambda: (
            save(
                AmendmentDecision(
                    amendment_id=amendment.id,
                    wording_id=newest(amendment.id).id,
                    outcome=AmendmentState.DECLINED,
                    reason="Nein.",
                    reason_html="<p>Nein.</p>",
                    decided_by_id=first.id,
                    decided_at=clock.now(),
                    needs_second=True,
                )
            ).id
        )
    )


def _asked_for(make, grantee) -> int:
    """A role that waits for a second person of the staff."""
    from forum.administration.models import RoleRequest
    from forum.kernel.db import save

    asking = make.user(Role.ADMINISTRATOR)
    return make.run(
        lambda: (
            save(
                RoleRequest(
                    user_id=grantee.id,
                    role=Role.EDITOR,
                    reason="Hilft aus.",
                    requested_by_id=asking.id,
                    requested_at=clock.now(),
                )
            ).id
        )
    )


def _unconfirmed(make):
    from sqlalchemy import update

    from forum.accounts.models import User
    from forum.accounts.queries import user
    from forum.kernel.db import db

    made = make.member()
    make.run(
        lambda: db.session.execute(update(User).filter_by(id=made.id).values(member_since=None))
    )
    return make.run(lambda: user(made.id))


def _moderating_member(make):
    """Somebody who works for the forum and is a member too: speaks and votes for nobody."""
    from forum.accounts.actions import grant_role
    from forum.accounts.queries import user

    made = make.member()
    make.run(lambda: grant_role(made.id, Role.MODERATOR))
    return make.run(lambda: user(made.id))


def test_every_address_that_takes_forms_is_in_the_table(app):
    taking = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in rule.methods}

    assert taking == TAKES_FORMS.keys()


def test_every_page_is_in_exactly_one_table(app):
    """So that no page is public because nobody thought about it."""
    shown = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    tables = [set(READ_BY), READ_BY_ALL, READ_WITH_THE_SECRET]

    for endpoint in shown:
        assert sum(endpoint in table for table in tables) == 1, endpoint


def test_no_address_takes_anything_but_reading_and_forms(app):
    methods = set().union(*(rule.methods for rule in app.url_map.iter_rules()))

    assert methods == {"GET", "HEAD", "OPTIONS", "POST"}


def _may(address, name, roles, moment) -> bool:
    return (
        bool(roles & address.roles)
        and (not address.who or name in address.who)
        and (not address.acts or is_open(set(address.acts), moment))
    )


MEANT_FOR_SOMEBODY = sorted(name for name, address in TAKES_FORMS.items() if address)


@pytest.mark.parametrize("endpoint", MEANT_FOR_SOMEBODY)
def test_whoever_may_is_not_refused(app, world, browse, travel, endpoint):
    """So that the refusals below are refusals of the person, not of the form."""
    address = TAKES_FORMS[endpoint]
    moment = next(m for m in MOMENTS if not address.acts or is_open(set(address.acts), m))
    travel(moment)
    [rule] = [r for r in app.url_map.iter_rules() if r.endpoint == endpoint and "POST" in r.methods]
    user = next(
        user for name, (user, roles) in world.people.items() if _may(address, name, roles, moment)
    )
    data = {k: v if v != "about" else str(world.about) for k, v in address.data}

    response = browse(as_=user).raw("POST", world.url(endpoint, rule), data=data)

    if endpoint in {
        "amendments.new",
        "amendments.motion",
        "amendments.merge",
        "versions.consolidate",
    }:  # said at its fields, or read anew
        assert response.status_code in {409, 422}, response.text[:2000]
        return
    # A summary nobody has submitted, a contribution nobody has reported: refused for what it is.
    expected = {303, 403} if endpoint in {"summaries.approve", "summaries.give_back"} else {303}
    if endpoint == "threads.alike":  # nothing is done: it only shows something
        expected = {200}
    if endpoint == "moderation.decide":
        expected = {303, 403, 422}
    if endpoint.startswith("editing."):  # a form with gaps, a round with gaps: said at the fields
        expected = {200, 303, 409, 422}
    # Nobody is locked, the role is asked for already, the setting does not exist.
    if endpoint.startswith("administration."):
        expected |= {200, 409, 422}
    assert response.status_code in expected, response.text[:2000]


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda m: f"{m:%m-%d %H:%M}")
def test_whoever_may_not_is_refused_at_every_address(app, world, browse, travel, moment):
    travel(moment)
    for rule in app.url_map.iter_rules():
        address = TAKES_FORMS.get(rule.endpoint)
        if "POST" not in rule.methods or address is None:
            continue
        for name, (user, roles) in world.people.items():
            if _may(address, name, roles, moment):
                continue
            data = {k: v if v != "about" else str(world.about) for k, v in address.data}
            response = browse(as_=user).raw("POST", world.url(rule.endpoint, rule), data=data)
            refused = response.status_code in {401, 403, 404} or (
                response.status_code == 303 and "/anmelden" in response.headers["Location"]
            )
            assert refused, f"{name} at {rule.endpoint}: {response.status_code}"


@pytest.mark.parametrize("moment", MOMENTS[::3], ids=lambda m: f"{m:%m-%d %H:%M}")
def test_every_page_answers_everybody_as_it_should(app, world, browse, travel, moment):
    travel(moment)
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods:
            continue
        readers = READ_BY.get(rule.endpoint, set(Role) | {None})
        for name, (user, roles) in world.people.items():
            response = browse(as_=user).raw("GET", world.url(rule.endpoint, rule))
            where = f"{name} at {rule.endpoint}: {response.status_code}"
            assert response.status_code < 500, where
            if user is None and readers != set(Role) | {None}:
                assert response.status_code in {303, 404}, where
            elif not (roles | {Role.GUEST}) & readers:
                assert response.status_code in {403, 404}, where
            elif rule.endpoint in READ_WITH_THE_SECRET | {"accounts.carry_on"}:
                assert response.status_code in {303, 404}, where
            else:
                assert response.status_code in OTHERWISE.get(rule.endpoint, {200}), where
            if user is None and rule.endpoint not in SETS_A_COOKIE:
                assert "Set-Cookie" not in response.headers, where
