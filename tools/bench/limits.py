"""The limits: the least Flask can do for the same answer, served like the product.

`/bytes` returns a page's bytes from memory. `/unchanged/<id>` answers 304 after one primary-key
look-up through the product's own engine and session. `/written/<id>` reads one row, counts it up in
the product's own write transaction, and answers 303: what a vote is measured beside.
"""

import os
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from sqlalchemy import bindparam, select, update

from forum.config import Config
from forum.kernel.db import begin_writing, db, unit_of_work
from forum.recommendations.models import Recommendation

app = Flask("limits", static_folder=None)
app.config["SQLALCHEMY_DATABASE_URI"] = Config.from_environ().database_url
db.init_app(app)
BODY = Path(os.environ["BENCH_BODY"]).read_bytes() if "BENCH_BODY" in os.environ else b""


@app.get("/healthz")
def health() -> str:
    """Ready."""
    return "ok"


@app.get("/bytes")
def same_bytes() -> Response:
    """The same bytes from memory."""
    response = Response(BODY, mimetype="text/html")
    response.headers["Content-Encoding"] = "br"
    return response


@app.get("/unchanged/<int:recommendation_id>")
def unchanged(recommendation_id: int) -> Response:
    """304 after one look-up."""
    revision = db.session.scalar(
        select(Recommendation.revision).where(Recommendation.id == recommendation_id)
    )
    if request.headers.get("If-None-Match"):
        return Response(status=304, headers={"ETag": f'"{revision}"'})
    return Response(BODY, headers={"ETag": f'"{revision}"'})


_READ = select(Recommendation.revision).where(Recommendation.id == bindparam("id"))
_ONE: Any = Recommendation.__table__
_COUNT = (
    update(_ONE).where(_ONE.c.id == bindparam("key")).values(comment_count=_ONE.c.comment_count + 0)
)


@app.post("/written/<int:recommendation_id>")
def written(recommendation_id: int) -> Response:
    """303 after one look-up and one committed write."""
    with unit_of_work():
        db.session.scalar(_READ, {"id": recommendation_id})
        begin_writing()
        db.session.execute(_COUNT, {"key": recommendation_id})
    return Response(status=303, headers={"Location": "/"})
