"""The blueprint that all pages of the desk hang on."""

from flask import Blueprint

from forum.editing import words
from forum.editing.sections import sections

bp = Blueprint("editing", __name__)
bp.add_app_template_global(sections, "desk_sections")
bp.add_app_template_global(words.kind_word, "kind_word")
bp.add_app_template_global(words.title_of, "title_of")
bp.add_app_template_global(words.place_of, "place_of_item")
