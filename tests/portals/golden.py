"""All messages as they are written, kept in files so that a change of words is seen: one for each language.

    .venv/bin/python -m tests.portals.golden

writes them anew. Of the HTML what a template says is kept, without its styles; the frame around it once, and whole.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.notifications import compose, segments
from chalicelib.notifications.own_words import NONE
from chalicelib.organisations.domain import Contact
from chalicelib.portals import message_routes
from chalicelib.portals.samples import samples
from chalicelib.ports import Mail
from chalicelib.web import urls
from tests.support.world import organisation

FOLDER = Path(__file__).parent / "golden"
ORGANISATION = replace(
    organisation("northside"),
    contact=Contact(
        "desk@northside.example", "+15145550100", "https://northside.example", "1200, rue Sherbrooke\nMontréal",
        "(514) 555-0100",
    ),
)  # fmt: skip
NOW = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
_HOME = "https://portal.test"
"""As long as that of the tests: a text message is counted with it."""
_STYLE = re.compile(r' style="[^"]*"')
_FRAMED = "invoice"
"""The message that is kept with its frame."""


def written(language: str) -> str:
    """Every message in a language, one after the other."""
    parts = [part for name in sorted(samples("CAD", NOW)) for part in _message(name, language)]
    return "\n".join(parts)


def _message(name: str, language: str) -> Iterator[str]:
    sample = samples("CAD", NOW)[name]
    for number, _ in enumerate(sample.variants):
        mail = message_routes.preview(ORGANISATION, language, name, sample, NONE, number)
        text = message_routes.preview_text(ORGANISATION, language, name, sample, number)
        yield f"===== {name} {number + 1}\n"
        yield f"{mail.subject}\n"
        yield _plain(mail.text.partition("\n--\n")[0]) + "\n"
        yield f"{_said(mail)}\n"
        yield f"({segments.count(text)}) {_plain(text)}\n"
        if name == _FRAMED:
            yield _plain(mail.html)


def _said(mail: Mail) -> str:
    """What a template says in HTML, and what is seen before it is opened."""
    content = mail.html.partition("</h1>\n")[2].partition('<div class="f-quiet"')[0]
    seen = compose.glance(mail.text)
    return _plain(f"<!-- {seen} -->\n{_STYLE.sub('', content).strip()}")


def _plain(text: str) -> str:
    """With the address of no machine."""
    return text.replace(urls.absolute("northside"), f"{_HOME}/northside")


def path(language: str) -> Path:
    """The file of a language."""
    return FOLDER / f"{language}.txt"


if __name__ == "__main__":
    os.environ |= {
        "FOYER_STAGE": "x",
        "FOYER_TABLE": "x",
        "FOYER_BASE_URL": _HOME,
        "AWS_DEFAULT_REGION": "ca-central-1",
    }
    for each in ORGANISATION.languages:
        path(each).write_text(written(each))
