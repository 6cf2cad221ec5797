"""What the pages of a thread need, put together from the features below; one statement each."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from forum.amendments import queries as amendments
from forum.amendments import shown
from forum.amendments.beside import beside
from forum.amendments.dissents import dissents_beneath
from forum.amendments.offering import bench_id_of, offer
from forum.amendments.policy import votable as votable_amendment
from forum.ballots import queries as ballots
from forum.ballots.policy import is_current, may_vote
from forum.deliberation import ranked, replies
from forum.deliberation.facets import Order
from forum.deliberation.fates import OPEN, of_shown
from forum.deliberation.listing import CommentView, Listing
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.kernel.policy import Decision
from forum.positions import queries as positions
from forum.recommendations import current
from forum.recommendations import queries as recommendations
from forum.recommendations.models import Paragraph, SubjectKind
from forum.stances import queries as stances
from forum.summaries import queries as summaries
from forum.threads import choosing
from forum.threads.asked import Asked
from forum.threads.pages import Board, Part, Stage, Talk, Votes, Whole
from forum.threads.places import about_thesis
from forum.threads.reader import reader_of, without_writing


def stage(slug: str, viewer: Any) -> Stage:
    """Load the recommendation, and tell the frame which round this page is about."""
    recommendation = recommendations.published(slug)
    current.use(recommendation.consultation)
    return Stage(recommendation, viewer, reader_of(viewer, recommendation.consultation))


def votes(stage: Stage, subject_ids: Sequence[int]) -> Votes:
    """The figures of these objects, and how whoever looks has voted on them."""
    return Votes(*ballots.figures_and_own(stage.viewer, stage.consultation, subject_ids))


def board(
    stage: Stage, asked: Asked, *, path: str, about_id: int, legend: str, narrowed: bool = True
) -> Board:
    """The first comments about one thing, or about anything in the recommendation."""
    scope_id = about_id if narrowed else stage.recommendation.id
    chosen, choices = choosing.filters(asked, scope_id)
    order, may_order = choosing.order(asked, stage.consultation)
    listing = (
        ranked.page(
            scope_id,
            stage.recommendation.id,
            order=order,
            chosen=chosen,
            before=asked.before if order is Order.NEWEST else None,
            after=asked.after if order is Order.NEWEST else None,
            cursor=asked.cursor if order is not Order.NEWEST else None,
            pinned=asked.pinned,
            reader_id=stage.reader.id,
        )
        if chosen
        else Listing([])
    )
    return Board(
        stage,
        path,
        asked,
        listing,
        about_id,
        legend,
        labels=labels_of(stage, listing, about_id),
        fates=of_shown(listing),
        order=order,
        may_order=may_order,
        choices=choices,
        news=choosing.news(stage),
    )


def ratable(comments: Iterable[CommentView]) -> list[int]:
    """The comments whose ratings are shown."""
    return [one.id for one in comments if one.is_visible and not one.is_official]


def labels_of(
    stage: Stage, comments: Iterable[CommentView], own_id: int
) -> dict[int, tuple[str, str]]:
    own = {own_id, stage.recommendation.id}
    things = {comment.about_id: comment for comment in comments if comment.about_id not in own}
    return {about_id: label(stage, comment) for about_id, comment in things.items()}


def label(stage: Stage, comment: CommentView) -> tuple[str, str]:
    """What a comment is about, and the address where it stands."""
    if comment.about_kind is SubjectKind.PARAGRAPH:
        return (
            _("Abschnitt %(n)s", n=comment.about_number),
            f"{stage.url}/abschnitte/{comment.about_number}",
        )
    if comment.about_kind is SubjectKind.AMENDMENT:
        return (
            _("Änderungsvorschlag %(n)s", n=comment.about_number),
            f"{stage.url}/aenderungen/{comment.about_number}",
        )
    if comment.about_thesis:
        title = f"{stage.recommendation.number}.{comment.about_place}"
        name = _("These %(n)s", n=title)
        if comment.about_party:
            name = _("Position %(party)s zu These %(n)s", party=comment.about_party_name, n=title)
        return name, about_thesis(
            stage.recommendation.slug, comment.about_thesis, comment.about_party
        )
    return _("Empfehlung"), stage.url


def whole(stage: Stage, asked: Asked) -> Whole:
    """The text, the theses, the first comments, and the figures of all of them at once."""
    key = stage.recommendation.id
    clauses = recommendations.clauses([key]).get(key, [])
    theses = positions.theses(key)
    found = discussion(stage, asked)
    ids = [clause.wording_id for clause in clauses] + [view.id for view in theses]
    ids += [clause.former_id for clause in clauses if clause.former_id]
    found.votes = votes(stage, ids + ratable(found.listing))
    alongside = beside(key)
    return Whole(
        stage,
        clauses,
        theses,
        found,
        found.votes,
        summaries.published(key),
        alongside.under_review,
        stances.in_thread(key),
        came_of=alongside.came_of,
        dissents=dissents_beneath(key),
    )


def discussion(stage: Stage, asked: Asked, *, counted: bool = False) -> Board:
    """The comments on the page of the recommendation; with their figures when it stands alone."""
    found = board(
        stage,
        asked,
        path=stage.url,
        about_id=stage.recommendation.id,
        legend=_("zur Empfehlung"),
        narrowed=False,
    )
    if counted:
        found.votes = votes(stage, ratable(found.listing))
    return found


def paragraph(stage: Stage, number: int, asked: Asked) -> Part:
    """One Abschnitt of the text people read now, or as it last stood; 404 for what never was."""
    key = stage.recommendation.id
    clauses = recommendations.clauses([key]).get(key, [])
    at = next((i for i, clause in enumerate(clauses) if clause.number == number), None)
    gone = None if at is not None else recommendations.struck(key, number)
    if at is not None:
        clause = clauses[at]
    elif gone is not None:
        clause = gone.clause
    else:
        raise NotFound
    found = about_paragraph(stage, clause.paragraph_id, number, asked)
    ids = [clause.wording_id, *([clause.former_id] if clause.former_id else [])]
    found.votes = votes(stage, ids + ratable(found.listing))
    alongside = beside(key)
    return Part(
        found,
        clause=clause,
        clauses=clauses,
        previous=clauses[at - 1] if at else None,
        next=clauses[at + 1] if at is not None and at + 1 < len(clauses) else None,
        amendments=alongside.under_review.get(number, []),
        stances=stances.in_thread(stage.recommendation.id).get(clause.paragraph_id, []),
        dissents=dissents_beneath(key).get(number, []),
        came_of=alongside.came_of.get(number, []),
        struck=gone,
        may_vote=Decision(False, str(is_current.refusal)) if gone else None,
    )


def about_paragraph(
    stage: Stage, paragraph_id: int, number: int, asked: Asked, *, counted: bool = False
) -> Board:
    """The comments about one Abschnitt; with their figures when the list stands alone."""
    found = board(
        stage,
        asked,
        path=f"{stage.url}/abschnitte/{number}",
        about_id=paragraph_id,
        legend=_("zu Abschnitt %(n)s", n=number),
    )
    found.clause = number
    if counted:
        found.votes = votes(stage, ratable(found.listing))
    return found


def paragraph_id(recommendation_id: int, number: int) -> int:
    """The key of an Abschnitt; 404 when there is none of this number."""
    found = db.session.scalar(
        select(Paragraph.id).where(
            Paragraph.recommendation_id == recommendation_id, Paragraph.number == number
        )
    )
    if found is None:
        raise NotFound
    return found


def thesis(stage: Stage, slug: str, asked: Asked) -> Part:
    """One thesis with what parties answer and members say."""
    found = next(
        (view for view in positions.theses(stage.recommendation.id) if view.slug == slug), None
    )
    if found is None:
        raise NotFound
    comments = board(
        stage,
        asked,
        path=about_thesis(stage.recommendation.slug, slug),
        about_id=found.id,
        legend=_("zu These %(n)s", n=found.title),
    )
    comments.votes = votes(stage, [found.id, *ratable(comments.listing)])
    return Part(comments, thesis=found)


def position(stage: Stage, thesis_slug: str, party_slug: str, asked: Asked) -> Part:
    """What a party says to a thesis, and what members say to that; 404 while nothing is public."""
    thesis, answer = next(
        (
            (view, one)
            for view in positions.theses(stage.recommendation.id)
            for one in view.answers
            if view.slug == thesis_slug and one.party.slug == party_slug and one.said
        ),
        (None, None),
    )
    if thesis is None or answer is None or answer.position_id is None:
        raise NotFound
    comments = board(
        stage,
        asked,
        path=about_thesis(stage.recommendation.slug, thesis_slug, party_slug),
        about_id=answer.position_id,
        legend=_(
            "zur Position %(party)s zu These %(n)s", party=answer.party.short_name, n=thesis.title
        ),
    )
    comments.votes = votes(stage, ratable(comments.listing))
    return Part(comments, thesis=thesis, answer=answer)


def amendment(stage: Stage, number: int, asked: Asked) -> Part:
    """One amendment with its motion, the votes on it, and what was said about it."""
    key = stage.recommendation.id
    clauses = recommendations.clauses([key]).get(key, [])
    found = shown.view(key, number, clauses, bench_id=bench_id_of(stage.viewer))
    line = found.line
    if line.is_hidden:
        silent = without_writing(stage.reader, _("Der Änderungsvorschlag ist ausgeblendet."))
        stage = replace(stage, reader=silent)
    comments = board(
        stage,
        asked,
        path=f"{stage.url}/aenderungen/{number}",
        about_id=line.id,
        legend=_("zu Änderungsvorschlag %(n)s", n=number),
    )
    ids = [line.wording_id, *(old.id for old in found.earlier)]
    comments.votes = votes(stage, ids + ratable(comments.listing))
    votable = votable_amendment(stage.consultation, line.id, is_open=line.is_open)
    # The page says at its head what became of the amendment that all of them are about.
    comments.fates = {key: fate for key, fate in comments.fates.items() if fate.is_own}
    figures = comments.votes.figures[line.wording_id]
    return Part(
        comments,
        amendment=found,
        clauses=clauses,
        may_vote=may_vote(stage.viewer, votable),
        offer=offer(stage.viewer, stage.consultation, line, figures),
    )


def part_about(stage: Stage, about_id: int, asked: Asked) -> Part | Board:
    """The page on which this thing is discussed; 404 when it has none in this thread."""
    key = stage.recommendation.id
    if about_id == key:
        return discussion(stage, asked, counted=True)
    for clause in recommendations.clauses([key]).get(key, []):
        if clause.paragraph_id == about_id:
            return paragraph(stage, clause.number, asked)
    for view in positions.theses(key):
        if view.id == about_id:
            return thesis(stage, view.slug, asked)
        for answer in view.answers:
            if answer.position_id == about_id:
                return position(stage, view.slug, answer.party.slug, asked)
    if (number := amendments.number_by_id(about_id, key)) is not None:
        return amendment(stage, number, asked)
    raise NotFound


def talk(stage: Stage, number: int, asked: Asked) -> Talk:
    """The comment of this number and a page of its replies; 404 for a reply's number."""
    found = replies.thread(
        stage.recommendation.id,
        number,
        before=asked.before,
        after=asked.after,
        near=asked.near,
        reader_id=stage.reader.id,
    )
    comments = Board(
        stage,
        f"{stage.url}/beitraege/{number}",
        asked,
        Listing([found.root]),
        found.root.about_id,
        "",
        votes=votes(stage, ratable(found)),
        labels=labels_of(stage, [found.root], 0),
        fates={found.root.id: OPEN} | of_shown(found),
        editions=found.editions,
        news=choosing.news(stage),
    )
    root = found.root
    if root.about_id == stage.recommendation.id:
        return Talk(stage, found, comments, (_("zur Empfehlung"), stage.url))
    name, url = label(stage, root)
    return Talk(stage, found, comments, (_("zu %(name)s", name=name), url))
