"""Up to where somebody has read: moved when they say so. Part of `actions`."""

from importlib import import_module

from sqlalchemy import case, delete

from forum.accounts.models import User, Visitor
from forum.deliberation.models import ReadingMark
from forum.deliberation.policy import MARK
from forum.kernel.db import begin_writing, db
from forum.recommendations.models import Recommendation


def mark_read(reader: User | Visitor, recommendation: Recommendation, number: int) -> None:
    """Note that this reader knows all comments up to `number`; the mark never goes back."""
    MARK.require(reader)
    begin_writing()
    dialect = import_module(f"sqlalchemy.dialects.{db.engine.dialect.name}")
    insert = dialect.insert(ReadingMark.__table__)
    table = ReadingMark.__table__.c
    later = case(
        (insert.excluded.number > table.number, insert.excluded.number), else_=table.number
    )
    db.session.execute(
        insert.on_conflict_do_update(
            index_elements=["user_id", "recommendation_id"], set_={"number": later}
        ),
        {
            "user_id": reader.id,
            "recommendation_id": recommendation.id,
            "number": min(number, recommendation.last_comment_number),
        },
    )


def forget(user_id: int) -> None:
    """Remove the marks of an account that is gone."""
    begin_writing()
    db.session.execute(
        delete(ReadingMark)
        .where(ReadingMark.user_id == user_id)
        .execution_options(synchronize_session=False)
    )
