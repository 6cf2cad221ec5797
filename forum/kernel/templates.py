"""Jinja, made cheap for pages that say a thousand small things: names, calls, values, sentences.

What costs most on a page of comments need not: looking for a global name through a chain of
mappings each time a macro runs, asking of every macro whether it is one, wrapping every value that
is written only to unwrap it, and finding the language anew for every sentence.
"""

import pickle
from functools import cached_property, lru_cache
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

from flask import Flask, current_app, g
from flask.templating import Environment
from flask_babel import Babel, Domain, get_domain, get_locale
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape


def escaped(value: Any) -> str:
    """What `escape` makes of a value, as a plain string: it is written at once, not passed on."""
    kind = type(value)
    if kind is Markup:
        return value
    if kind is int:
        return str(value)
    return escape(value)


class Writing(CodeGenerator):
    """Has templates write values by way of `escaped`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


_PLAIN = frozenset({FunctionType, MethodType, BuiltinMethodType})


class Calls(Context):
    """Calls macros and functions without asking first what they are."""

    def call(self, called: Any, *args: Any, **kwargs: Any) -> Any:
        """As Jinja does, with a short way for what pages call most."""
        if type(called) is Macro:
            args = (self.eval_ctx, *args)
        elif type(called) not in _PLAIN or hasattr(called, "jinja_pass_arg"):
            return super().call(called, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return called(*args, **kwargs)


class Templates(Environment):
    """Flask's environment; a template sees the globals as they were when it was loaded."""

    code_generator_class = Writing
    context_class = Calls
    escaped = staticmethod(escaped)

    def make_globals(self, d: Any) -> dict[str, Any]:
        """A plain dictionary. Globals are complete before the first page is rendered."""
        return {**self.globals, **(d or {})}


class Sentences(Domain):
    """Flask-Babel's sentences; the language of a request is found once."""

    def get_translations(self) -> Any:
        """The translations for whoever asks."""
        if not g:
            return super().get_translations()
        kept = vars(g._get_current_object())
        found = kept.get("catalogue")
        if found is None:
            found = kept["catalogue"] = super().get_translations()
        return found


class Languages(Babel):
    """Flask-Babel with our sentences."""

    @cached_property
    def domain_instance(self) -> Sentences:
        """All messages of the product."""
        return Sentences(domain=self.domain)


def _catalogue() -> Any:
    found = vars(g._get_current_object()).get("catalogue")
    return get_domain().get_translations() if found is None else found


@lru_cache(maxsize=4000)
def _sentence(catalogue: Any, message: str) -> tuple[Markup, bool]:
    """A sentence of ours in one language, and whether it has places for values."""
    text = Markup(catalogue.ugettext(message))  # noqa: S704 - ours, and its values are escaped
    return text, "%" in text


def _gettext(message: str, /, **values: Any) -> Markup:
    text, has_places = _sentence(_catalogue(), message)
    return text % values if has_places else text


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
