"""The limits: the least Flask can do for the same answer, served like the product.

`/bytes` returns a page's bytes from memory. `/unchanged/<id>` answers 304 after one primary-key
look-up through the product's own engine and session.
"""

import os
from pathlib import Path

from flask import Flask, Response, request
from sqlalchemy import select

from forum.config import Config
from forum.kernel.db import db
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
