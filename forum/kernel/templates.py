"""Jinja, made cheap for pages that say a thousand small things: names and translations.

Two things cost most on a page of comments, and neither needs to: looking for a global name through
a chain of mappings each time a macro runs, and finding the language anew for every sentence.
"""

import pickle
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g
from flask.templating import Environment
from flask_babel import get_locale, get_translations
from markupsafe import Markup


class Templates(Environment):
    """Flask's environment; a template sees the globals as they were when it was loaded."""

    def make_globals(self, d: Any) -> dict[str, Any]:
        """A plain dictionary. Globals are complete before the first page is rendered."""
        return {**self.globals, **(d or {})}


def _catalogue() -> Any:
    """The translations of this request, found once."""
    found = g.get("catalogue")
    if found is None:
        found = g.catalogue = get_translations()
    return found


def _gettext(message: str, /, **values: Any) -> Markup:
    text = Markup(_catalogue().ugettext(message))  # noqa: S704 - ours, and its values are escaped
    return text % values if values or "%" in text else text


def _ngettext(one: str, many: str, number: int, /, **values: Any) -> Markup:
    text = Markup(_catalogue().ungettext(one, many, number))  # noqa: S704 - as above
    return text % {"num": number, **values}


def remembered(template: str, macro: str, *values: Any) -> Markup:
    """What a macro says of these values, rendered once and then remembered.

    Only for macros that depend on nothing else: no request, no viewer, no clock. The values are
    plain data; their content is the key, so that no change is ever missed.
    """
    return _remembered(template, macro, str(get_locale()), pickle.dumps(values))


@lru_cache(maxsize=1500)
def _remembered(template: str, macro: str, _locale: str, values: bytes) -> Markup:
    module: Any = current_app.jinja_env.get_template(template).module
    said: Markup = getattr(module, macro)(*pickle.loads(values))  # noqa: S301 - dumped just above
    return said


def init_app(app: Flask) -> None:
    """Install the sentences. They work as Flask-Babel's: values are escaped, `%%` is a per cent."""
    app.jinja_env.globals.update(
        _=_gettext, gettext=_gettext, ngettext=_ngettext, remembered=remembered
    )
