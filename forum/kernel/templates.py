"""Jinja, made cheap for pages that say a thousand small things: names, calls, values, sentences.

What costs most on a page of comments need not: looking for a global name through a chain of
mappings each time a macro runs, asking of every macro whether it is one, wrapping every value that
is written only to unwrap it, and finding the language anew for every sentence.
"""

import pickle
from functools import cached_property, lru_cache
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

from flask import Flask, current_app
from flask.templating import Environment
from flask_babel import Babel, Domain, get_babel, get_domain
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escaped_text  # type: ignore[attr-defined]


def escaped(value: Any) -> str:
    """What `escape` makes of a value, as a plain string: it is written at once, not passed on."""
    return str(value) if type(value) is int else escape(value)


class Writing(CodeGenerator):
    """Has templates write values, and look for attributes, without calling Python for it.

    What is written is nearly always markup, which goes out as it is, or a string, whose escaped
    form `escape` would wrap, to be unwrapped at once; `escaped` sees to the rest. `a.b` asks the
    object first, as Jinja does; all else (keys of dictionaries, what is undefined) goes its way.
    """

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if self._is_ours(frame, finalize):
            self.write("(said_ if (kind_ := type(said_ := (")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if self._is_ours(frame, finalize):
            self.write("))) is Markup else environment.escaped_text(said_) if kind_ is str")
            self.write(" else environment.escaped(said_))")
        else:
            super()._output_child_post(node, frame, finalize)

    @staticmethod
    def _is_ours(frame: Frame, finalize: Any) -> bool:
        ctx = frame.eval_ctx
        return bool(ctx.autoescape) and not ctx.volatile and finalize.src is None

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        """`a.b`."""
        self.write("(found_ if (found_ := getattr(asked_ := ")
        self.visit(node.node, frame)
        self.write(f", {node.attr!r}, missing)) is not missing")
        self.write(f" else environment.getattr(asked_, {node.attr!r}))")


_PLAIN = frozenset({FunctionType, MethodType, BuiltinMethodType})


class Calls(Context):
    """Calls macros and functions without asking first what they are."""

    def call(self, called: Any, *args: Any, **kwargs: Any) -> Any:
        """As Jinja does, with a short way for what pages call most."""
        if type(called) is Macro:
            args = (self.eval_ctx, *args)
        elif type(called) not in _PLAIN or hasattr(called, "jinja_pass_arg"):
            return super().call(called, *args, **kwargs)
        if kwargs:
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
        return called(*args, **kwargs)


class Templates(Environment):
    """Flask's environment; a template sees the globals as they were when it was loaded."""

    code_generator_class = Writing
    context_class = Calls
    escaped = staticmethod(escaped)
    escaped_text = staticmethod(escaped_text)

    def make_globals(self, d: Any) -> dict[str, Any]:
        """A plain dictionary. Globals are complete before the first page is rendered."""
        return {**self.globals, **(d or {})}


class Sentences(Domain):
    """Flask-Babel's sentences, found once: the product speaks one language.

    With a selector for languages this has to ask for each request again.
    """

    catalogue: Any = None

    def get_translations(self) -> Any:
        """The translations for everybody; none outside of an app."""
        if self.catalogue is None and current_app:
            if get_babel().locale_selector is not None:
                raise RuntimeError("With several languages, find the catalogue by request.")
            self.catalogue = super().get_translations()
        return self.catalogue or super().get_translations()


class Languages(Babel):
    """Flask-Babel with our sentences."""

    @cached_property
    def domain_instance(self) -> Sentences:
        """All messages of the product."""
        return Sentences(domain=self.domain)


@lru_cache(maxsize=4000)
def _sentence(message: str) -> tuple[Markup, bool]:
    """A sentence of ours, and whether it has places for values."""
    text = Markup(get_domain().get_translations().ugettext(message))  # noqa: S704 - ours
    return text, "%" in text


@lru_cache(maxsize=2000)
def _sentences(one: str, many: str, number: int) -> Markup:
    """A sentence about a number of things."""
    text = get_domain().get_translations().ungettext(one, many, number)
    return Markup(text)  # noqa: S704 - ours, and its values are escaped


def _filled(text: Markup, values: dict[str, Any]) -> Markup:
    """As `text % values`. Numbers, and what is safe already, need nobody to escape them."""
    for value in values.values():
        if type(value) is not int and type(value) is not Markup:
            return text % values
    return Markup(str.__mod__(text, values))  # noqa: S704 - nothing in it needs escaping


def _gettext(message: str, /, **values: Any) -> Markup:
    text, has_places = _sentence(message)
    return _filled(text, values) if has_places else text


def _ngettext(one: str, many: str, number: int, /, **values: Any) -> Markup:
    return _filled(_sentences(one, many, number), {"num": number, **values})


def remembered(template: str, macro: str, *values: Any) -> Markup:
    """What a macro says of these values, rendered once and then remembered.

    Only for macros that depend on nothing else: no request, no viewer, no clock. The values are
    plain data; their content is the key, so that no change is ever missed.
    """
    return _remembered(template, macro, pickle.dumps(values))


@lru_cache(maxsize=1500)
def _remembered(template: str, macro: str, values: bytes) -> Markup:
    module: Any = current_app.jinja_env.get_template(template).module
    said: Markup = getattr(module, macro)(*pickle.loads(values))  # noqa: S301 - dumped just above
    return said


def init_app(app: Flask) -> None:
    """Install the sentences. They work as Flask-Babel's: values are escaped, `%%` is a per cent."""
    app.jinja_env.globals.update(
        _=_gettext, gettext=_gettext, ngettext=_ngettext, remembered=remembered
    )
