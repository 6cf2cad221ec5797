"""The blueprint that the public pages and those of the Redaktion hang on."""

from flask import Blueprint

bp = Blueprint("versions", __name__)
