"""Templates to pages. HTML is always escaped; text for mails and messages has an environment of its own (I-01)."""

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, ModuleLoader, StrictUndefined
from markupsafe import Markup

from chalicelib.shared.texts import Message
from chalicelib.web import assets, csrf, urls
from chalicelib.web.http import Reply, Request
from chalicelib.web.language import Local, own_names
from chalicelib.web.symbols import mark, symbol

_ROOT = Path(__file__).parents[2]
_SOURCES = _ROOT / "templates"
_COMPILED = _ROOT / "compiled_templates"
"""Made by the package step: templates as modules, for a faster first page."""

Frame = Callable[[Request], Mapping[str, Any]]
"""What the layout shows around a page: navigation, brand. Set by the app that serves pages."""

_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)

_reader: ContextVar[Local] = ContextVar("reader")
"""Whose language is being written. Macros thereby need no page's context, and are made once and not for every page."""

_frames: list[Frame] = []


def frame_with(frame: Frame) -> None:
    """Makes `frame` supply the layout's parts; there is one for the process."""
    _frames[:] = [frame]


class Mistakes(dict[str, str]):
    """Sentences by field; a field without a mistake has None, so that templates may ask about any."""

    def __missing__(self, _field: str) -> None:
        return None


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    errors: Mapping[str, Message] | None = None,
    **values: Any,
) -> Reply:
    """A page for this request. `errors` are the mistakes of a form, shown beside its fields."""
    context = {**_basics(request), "status": status, **values}
    context["errors"] = Mistakes({name: request.local.say(message) for name, message in (errors or {}).items()})
    return Reply(status=status, body=fill(html(), template, context), cookies=list(request.new_cookies))


def fill(environment: Environment, template: str, values: Mapping[str, Any]) -> str:
    """A template's text, its sentences in the language of `values["local"]`."""
    token = _reader.set(values["local"])
    try:
        return environment.get_template(template).render(values)
    finally:
        _reader.reset(token)


def _basics(request: Request) -> dict[str, Any]:
    org = request.tenant
    basics: dict[str, Any] = {
        "org": org,
        "local": request.local,
        "url": lambda path="", **query: urls.portal(request.org, path, **query),
        "csrf": csrf.token(request.csrf_key, request.org) if request.csrf_key else "",
        "languages": own_names(org.languages) if org and request.csrf_key else [],
        "path": request.portal_path,
        "account": None,
        "demo_bar": None,
        "logo": "",
        "brand_stylesheet": "",
        "language_url": "",
    }
    for frame in _frames:
        basics.update(frame(request))
    return basics


@cache
def html() -> Environment:
    """The environment of HTML templates."""
    return _environment(autoescape=True)


@cache
def text() -> Environment:
    """The environment of plain text: subjects, text parts, text messages."""
    return _environment(autoescape=False)


def _environment(*, autoescape: bool) -> Environment:
    """Takes compiled templates where the package holds them; escaping is compiled in, so each kind has its folder.

    The extension is what understands `{% trans %}`, so it is for compiling only.
    """
    compiled = _COMPILED / ("html" if autoescape else "text")
    ready = compiled.is_dir()
    environment = Environment(
        loader=ModuleLoader(compiled) if ready else (_Unindented if autoescape else FileSystemLoader)(_SOURCES),
        autoescape=autoescape,  # noqa: S701 - on for HTML; plain text must not be escaped
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=[] if ready else ["jinja2.ext.i18n"],
    )
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals.update(
        asset=assets.url, symbol=symbol, mark=mark, **_translators(Markup if autoescape else str)
    )
    return environment


class _Unindented(FileSystemLoader):
    """Templates without the spaces that begin their lines: a tenth of a long list, and nobody sees them."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, name, is_fresh = super().get_source(environment, template)
        return _INDENT.sub("", source), name, is_fresh


def _translators(kind: type[str]) -> dict[str, Callable[..., str]]:
    """`_` and `ngettext` as templates call them, in the reader's language, their values escaped if `kind` escapes.

    Jinja has its own, which look themselves up in the context at each of a page's dozens of sentences.
    """

    def gettext(key: str, **values: object) -> str:
        sentence = kind(_reader.get().gettext(key))
        return sentence % values if values or "%" in sentence else sentence

    def ngettext(one: str, many: str, count: int, **values: object) -> str:
        return kind(_reader.get().ngettext(one, many, count)) % {"num": count, **values}

    return {"_": gettext, "gettext": gettext, "ngettext": ngettext}
