"""The blueprint that all pages about accounts share."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
