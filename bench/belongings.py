"""What lies with the organisation for a family: documents, forms, membership cards, and the copy of everything.

Each page is measured for a family that has little and for one that has much. The copy is made by the packaged function
in a process of its own, so that its memory is what it would be on AWS.
"""

import os
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from bench import pages, runtime_api, world
from bench.figures import Figure
from bench.pages import Portal, Work
from bench.world import ORG, Family, Home
from chalicelib import bootstrap
from chalicelib.admin.summaries import rebuild
from chalicelib.data.write import Transaction
from chalicelib.documents.domain import Document, Edition
from chalicelib.documents.store import document_item
from chalicelib.files import keeping
from chalicelib.files.domain import FileKind, StoredFile
from chalicelib.forms import drafting, store
from chalicelib.forms.domain import Answers, Content, Kind, Moment, Option, Question, Rules, Section, Whom
from chalicelib.forms.gate import path_of
from chalicelib.households import activity
from chalicelib.households.activity import Deed
from chalicelib.memberships.pass_store import pass_item
from chalicelib.memberships.passes import KEPT_USES, Pass, Use
from chalicelib.organisations.domain import Organisation
from chalicelib.privacy import takeaways
from chalicelib.privacy.takeaways import State
from chalicelib.shared.ids import dated_id, new_id
from infra import functions
from infra.build import ROOT, Build
from infra.stages import Stage

_FEW, _PAGE, _MANY = 10, 25, 1_000
"""Documents, answers to one form, and cards of a family: few, just a page of them, and a hundred times as many."""
_QUESTIONS = 20
_FILE_BYTES = 5_000_000
_TOGETHER = 100
"""Writes of one transaction."""


class _Copied(NamedTuple):
    """How much there is to copy."""

    invoices: int
    """Each is a PDF, too."""
    files: int
    deeds: int


_SMALL, _LARGE = _Copied(10, 2, 100), _Copied(300, 40, 10_000)


def measure(told: Organisation, made: Build, portal: Portal, floor: Work) -> Iterator[Figure]:
    """Pages of a family with little and with much, and its copy."""
    form = _form()
    small, full, large = (_Pages.of(told, portal, form, count) for count in (_FEW, _PAGE, _MANY))
    works = {
        "documents": small.documents, "documents-full-page": full.documents, "documents-large": large.documents,
        "form": small.form, "form-large": large.form, "card": small.card, "card-large": large.card,
    }  # fmt: skip
    yield from pages.each(works, floor)
    yield pages.growth("large-to-full-page.documents", full.documents, large.documents)
    yield pages.growth("large.form", small.form, large.form)
    yield pages.growth("large.card", small.card, large.card)
    yield from _copies(told, made)


class _Pages(NamedTuple):
    """The pages of one family, ready to be asked for again and again."""

    documents: Work
    form: Work
    card: Work

    @classmethod
    def of(cls, told: Organisation, portal: Portal, form: str, count: int) -> "_Pages":
        """A family with so many documents, answers and cards."""
        family = world.family(f"Kept {count}", "Ann", "Ben")
        member = family.members[0].id
        world.save(document_item(ORG, each) for each in _documents(family, count))
        card = _passes(family, count)
        _answer(family, form, count)
        rebuild(told, family.household.id, world.moment())
        home = Home(family.household.id, family.cookie, "", member)
        return cls(
            portal.get(f"/{ORG}/documents", home),
            portal.get(f"/{ORG}/{path_of(form, member)}", home),
            portal.get(f"/{ORG}/cards/{card}", home),
        )


def _documents(family: Family, count: int) -> list[Document]:
    """Documents shared one a day, of which the newest was not opened."""
    now = world.moment()
    moments = [now - timedelta(days=number) for number in range(count)]
    return [
        Document(
            dated_id(at.date()), f"Report {at:%d.%m.%Y}", (Edition(_file(), at, "staff"),),
            household=family.household.id, member=family.members[number % 2].id, opened_at=at if number else None,
        )
        for number, at in enumerate(moments)
    ]  # fmt: skip


def _file() -> StoredFile:
    return StoredFile(new_id(), "report.pdf", FileKind.PDF, _FILE_BYTES, "0" * 64)


def _passes(family: Family, count: int) -> str:
    """So many punch cards, on the newest of which as many visits as one keeps; returns its id."""
    now = world.moment()
    uses = tuple(Use(new_id(), now - timedelta(hours=number), "Kate") for number in range(min(count, KEPT_USES)))
    held = [
        Pass(
            dated_id((now - timedelta(days=number)).date()), family.household.id, {"en": "Ten visits"}, "ten", now,
            str(10**9 + number), uses=KEPT_USES, used=len(uses), taken=uses, member=family.members[0].id,
        )
        for number in range(count)
    ]  # fmt: skip
    world.save(pass_item(ORG, each) for each in held)
    return held[0].id


def _form() -> str:
    """Publishes a form of twenty questions, some with choices; returns its id."""
    form, yes_no = new_id(), (Option("yes", {"en": "Yes"}), Option("no", {"en": "No"}))
    kinds = (Kind.TEXT, Kind.CHOICE, Kind.DATE, Kind.PHONE, Kind.HEALTH)
    questions = tuple(
        Question(f"q{number}", kind, {"en": f"Question {number}"}, options=yes_no if kind.is_choice else ())
        for number, kind in ((number, kinds[number % len(kinds)]) for number in range(_QUESTIONS))
    )
    content = Content({"en": "Health"}, {}, (Section("s", {"en": "Health"}, questions),))
    drafting.create(ORG, form, content.title)
    version = drafting.require(ORG, form).version or 0
    rules = Rules(moments=frozenset({Moment.SIGN_IN}))
    drafting.change(ORG, form, version, lambda each: replace(each, content=content, rules=rules))
    drafting.publish(ORG, form, version + 1, ask_again=True)
    return form


def _answer(family: Family, form: str, count: int) -> None:
    """Sends the form in so often; the page begins with what was answered last."""
    now, person = world.moment(), family.members[0]
    fields = {f"q-q{number}": "As last year" for number in range(0, _QUESTIONS, 5)}
    for number in range(count):
        at = now - timedelta(days=count - number)
        answers = Answers(
            Whom(form, family.household.id, person.id), 1, "en", at, fields, id=dated_id(at.date()), user=family.user
        )
        transaction = Transaction()
        store.save_answers(transaction, ORG, answers, person.first_name)
        transaction.commit()


def _copies(told: Organisation, made: Build) -> Iterator[Figure]:
    """Time, size and memory of the copies of a small and a large household; ratios are of the large to the small."""
    small, large = (_copy(told, made, much) for much in (_SMALL, _LARGE))
    for name, of in (("export", small), ("export-large", large)):
        yield Figure(f"{name}.wall", round(of.wall_seconds * 1000), "ms", of.wall_seconds / small.wall_seconds)
        yield Figure(f"{name}.cpu", round(of.cpu_seconds * 1000), "ms", of.cpu_seconds / small.cpu_seconds)
        yield Figure(f"bytes.{name}.zip", round(of.size / 1e6, 1), "MB", of.size / small.size)
        yield Figure(f"memory.{name}.peak", round(of.peak_bytes / 1e6, 1), "MB", of.peak_bytes / small.peak_bytes)
        yield Figure(f"memory.{name}.of-function", round(100 * of.peak_bytes / _memory(), 1), "%")


class _Made(NamedTuple):
    """What making one copy took."""

    wall_seconds: float
    cpu_seconds: float
    size: int
    peak_bytes: int


def _memory() -> int:
    """Bytes that the function has."""
    stage = Stage.read("bench", ROOT)
    return int(stage.of(functions.PRIVACY_CLOCK).lambda_memory_size) * 1024 * 1024


def _copy(told: Organisation, made: Build, much: _Copied) -> _Made:
    """Has a family's copy made by the function, which runs already. Raises RuntimeError unless it is ready then."""
    clock = functions.PRIVACY_CLOCK
    family = _family(told, much)
    variables = {name: value for name, value in os.environ.items() if name.startswith(("AWS_", "FOYER_"))}
    with runtime_api.running(made.unpacked(clock.package), clock.handler, variables) as function:
        function.invoke({})
        takeaways.ask(told, family.household.id, family.user, "en", world.moment())
        wall, cpu = time.perf_counter(), function.whole_cpu_seconds()
        function.invoke({})
        wall, cpu = time.perf_counter() - wall, function.whole_cpu_seconds() - cpu
        found = takeaways.latest(ORG, family.household.id, family.user)
        if found is None or found.state is not State.READY:
            raise RuntimeError(f"a copy is not ready:\n{function.log()}")
        return _Made(wall, cpu, found.size, function.peak_bytes())


def _family(told: Organisation, much: _Copied) -> Family:
    """A family with so much."""
    family = world.family(f"Copied {much.invoices}", "Ann", "Ben")
    world.save_invoices(family, much.invoices)
    documents = _documents(family, much.files)
    world.save(document_item(ORG, each) for each in documents)
    for number, each in enumerate(documents):
        content, file = random.Random(number).randbytes(_FILE_BYTES), each.current.file
        bootstrap.vault().put(keeping.key(ORG, family.household.id, file.id), content, file.content_type)
    _note(family, much.deeds)
    rebuild(told, family.household.id, world.moment())
    return family


def _note(family: Family, deeds: int) -> None:
    """Writes so much into the family's log."""
    now = world.moment()
    for start in range(0, deeds, _TOGETHER):
        transaction = Transaction()
        for number in range(start, min(deeds, start + _TOGETHER)):
            deed = Deed("signed_in", now - timedelta(minutes=number), family.user)
            activity.note(transaction, ORG, family.household.id, deed)
        transaction.commit()
