"""The blueprint that all pages of a thread share."""

from flask import Blueprint

bp = Blueprint("threads", __name__)
