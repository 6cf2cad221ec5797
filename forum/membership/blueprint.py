"""The blueprint that all pages about membership share."""

from flask import Blueprint

bp = Blueprint("membership", __name__)
