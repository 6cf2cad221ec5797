"""The blueprint that all pages of amendments hang on, but the page of one."""

from flask import Blueprint

from forum.amendments.reading import deed

bp = Blueprint("amendments", __name__)
bp.add_app_template_global(deed, "amendment_deed")
