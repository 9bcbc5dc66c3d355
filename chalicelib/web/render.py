"""Templates to pages. HTML is always escaped; text for mails and messages has an environment of its own (I-01)."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, FileSystemLoader, ModuleLoader, StrictUndefined

from chalicelib.shared.texts import Message
from chalicelib.web import assets, csrf, urls
from chalicelib.web.http import Reply, Request
from chalicelib.web.language import Local, own_names
from chalicelib.web.symbols import symbol

_ROOT = Path(__file__).parents[2]
_SOURCES = _ROOT / "templates"
_COMPILED = _ROOT / "compiled_templates"
"""Made by the package step: templates as modules, for a faster first page."""

Frame = Callable[[Request], Mapping[str, Any]]
"""What the layout shows around a page: navigation, brand. Set by the app that serves pages."""

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
    environment = Environment(
        loader=_loader(autoescape=autoescape),
        autoescape=autoescape,  # noqa: S701 - on for HTML; plain text must not be escaped
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.globals.update(asset=assets.url, symbol=symbol)
    environment.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    return environment


def _loader(*, autoescape: bool) -> BaseLoader:
    """Compiled templates where the package holds them; escaping is compiled in, so each kind has its folder."""
    compiled = _COMPILED / ("html" if autoescape else "text")
    return ModuleLoader(compiled) if compiled.is_dir() else FileSystemLoader(_SOURCES)


def _gettext(key: str) -> str:
    return _reader.get().gettext(key)


def _ngettext(one: str, many: str, count: int) -> str:
    return _reader.get().ngettext(one, many, count)
