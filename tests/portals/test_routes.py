"""The owner changes the portal's settings in the browser, and reads in the log who changed what."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from chalicelib.admin import organisation_file, organisations
from chalicelib.identity.domain import StaffRole
from chalicelib.organisations import audit, store
from chalicelib.organisations.domain import ActionButton, Contact, Organisation, Question, QuestionKind
from chalicelib.organisations.terms import AutopayMode, Tax
from chalicelib.portals.sections import SECTIONS
from tests.forms.asking import typed
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.world import World

DEMO = Path(__file__).parents[2] / "demo" / "organisation.toml"
OWNER = {"name": "Diane Marchand"}


@pytest.fixture
def desk(world: World, browser: Browser) -> Browser:
    """The owner, signed in just now."""
    return browser.sign_in_staff(world.org, world.staff(StaffRole.OWNER, **OWNER), world.now)


def _open(desk: Browser, world: World, path: str = "") -> Page:
    return desk.get(f"/{world.org}/desk/settings/{path}".rstrip("/"))


def _change(desk: Browser, world: World, path: str, **fields: str) -> Page:
    return desk.submit(_open(desk, world, path), path, **typed(fields))


def _now(world: World) -> Organisation:
    found = store.get(world.org)
    assert found
    return found


def _as_demo(world: World) -> Organisation:
    """The demonstration's settings, which use everything."""
    demo = organisation_file.read(DEMO, world.organisation.import_key)
    store.update(replace(demo, slug=world.org))
    return _now(world)


@pytest.mark.parametrize("path", [section.path for section in SECTIONS])
def test_a_page_that_is_saved_as_it_was_changes_nothing(world: World, desk: Browser, path: str) -> None:
    """ADM-9: what a page shows is what is stored, for every setting there is."""
    before = _as_demo(world)

    page = _change(desk, world, path)

    assert "Your change is saved." in page.text
    assert _now(world) == before
    assert audit.page(world.org).rows == []


def test_all_pages_are_listed_and_their_owner_alone_opens_them(world: World, browser: Browser, desk: Browser) -> None:
    page = _open(desk, world)
    for section in SECTIONS:
        assert f'href="/{world.org}/desk/settings/{section.path}"' in page.html
    clerk = Browser(browser.portal).sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)
    assert _open(clerk, world).status == 403
    assert f"/{world.org}/desk/settings" not in clerk.get(f"/{world.org}/desk").links.values()


def test_name_and_contact_are_changed_and_noted(world: World, desk: Browser) -> None:
    """ADM-9: families see it at once, and the log says who, what, and how it was."""
    page = _change(desk, world, "about", **{"name-en": "Southside Music", "contact-phone": "514-555-0199"})

    assert "Your change is saved." in page.text
    assert page.title.endswith("Southside Music")
    assert _now(world).contact.phone_shown == "(514) 555-0199"
    [entry] = audit.page(world.org).rows
    assert entry.author.name == "Diane Marchand"
    assert {(each.path, each.before, each.after) for each in entry.changes} == {
        ("name.en", "Northside Music", "Southside Music"), ("contact.phone", "+15145550100", "514-555-0199"),
    }  # fmt: skip
    log = _open(desk, world, "log")
    assert "Diane Marchand" in log.text
    told = desk.get(next(href for words, href in log.links.items() if words.startswith("Settings changed")))
    assert all(words in told.text for words in ("Northside Music", "Southside Music", "Diane Marchand", "Name"))


WRONG: Mapping[str, tuple[str, Mapping[str, str], str]] = {
    "an address that is none": ("about", {"contact-email": "x"}, "contact-email"),
    "no name in the first language": ("about", {"name-fr": ""}, "name-fr"),
    "a website without TLS": ("about", {"contact-website": "http://x.example"}, "contact-website"),
    "a colour that is none": ("look", {"brand-colour": "red"}, "brand-colour"),
    "a button that runs a script": (
        "parts", {"actions-1-label-fr": "X", "actions-1-target-page": "other", "actions-1-target": "javascript:x"},
        "actions-1-target",
    ),
    "a button without words": ("parts", {"actions-1-target-page": "invoices"}, "actions-1-label-fr"),
    "a number that is none": ("rules/payment", {"billing-due_days": "soon"}, "billing-due_days"),
    "a number that is too large": ("rules/payment", {"billing-due_days": "4000"}, "billing-due_days"),
    "an amount below zero": ("rules/payment", {"billing-partial_minimum": "-1"}, "billing-partial_minimum"),
    "a fraction of a cent": ("rules/payment", {"billing-partial_minimum": "0.005"}, "billing-partial_minimum"),
    "a tax without a name": ("rules/taxes", {"billing-taxes-1-rate": "5"}, "billing-taxes-1-name"),
    "a rate that is none": (
        "rules/taxes", {"billing-taxes-1-name": "TPS", "billing-taxes-1-rate": "5 percent"}, "billing-taxes-1-rate",
    ),
    "the same tax twice": (
        "rules/taxes",
        {f"billing-taxes-{n}-{key}": text for n in (1, 2) for key, text in (("name", "T"), ("rate", "5"))},
        "billing-taxes",
    ),
    "numbers that never differ": ("rules/numbers", {"billing-numbers-invoice": "{year}"}, "billing-numbers-invoice"),
    "code in a number": ("rules/numbers", {"billing-numbers-quote": "{n.__class__}"}, "billing-numbers-quote"),
    "a currency that is none": ("rules/region", {"currency": "$"}, "currency"),
    "a zone that is none": ("rules/region", {"zone": "Montreal"}, "zone"),
    "a country that is none": ("rules/region", {"country": "Canada"}, "country"),
    "countries that are none": ("rules/sign-in", {"sign_in-text_countries": "Canada"}, "sign_in-text_countries"),
    "steps that rise": (
        "rules/enrolment",
        {"enrolment-refund-1-hours": "1", "enrolment-refund-1-percent": "10", "enrolment-refund-2-hours": "2",
         "enrolment-refund-2-percent": "50"},
        "enrolment-refund",
    ),
    "a day that is none": ("holidays", {"holidays": "Christmas"}, "holidays"),
    "a question with one answer": (
        "questions", {"questions-1-label-fr": "X", "questions-1-kind": "choice", "questions-1-choices-fr": "Oui"},
        "questions-1-choices",
    ),
    "an excerpt that is too long": ("rules/privacy", {"mail_excerpt": "1000"}, "mail_excerpt"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_changed(world: World, desk: Browser, case: str) -> None:
    """ADM-9, I-15: by the reader of settings files, in the reader's own language."""
    path, fields, name = WRONG[case]
    before = _now(world)

    page = _posted(desk, world, path, fields)

    assert page.status == 400
    assert page.title.startswith("Error:")
    ids = {element.get("id") or "" for element in page.document.iter()}
    assert any(each.startswith(f"field-{name}") for each in ids)
    assert f'href="#field-{name}' in page.html
    assert _now(world) == before
    assert audit.page(world.org).rows == []


def _posted(desk: Browser, world: World, path: str, fields: Mapping[str, str]) -> Page:
    """Posts a page with fields that it may not show yet, such as those of a second tax."""
    form = _open(desk, world, path).form(path)
    return desk.post(form.action, {**form.fields, **fields})


def test_what_was_typed_stays_beside_what_is_wrong_with_it(world: World, desk: Browser) -> None:
    page = _change(desk, world, "rules/payment", **{"billing-due_days": "soon", "billing-footer-en": "Thanks"})

    assert page.form("rules/payment").fields["billing-due_days"] == "soon"
    assert page.form("rules/payment").fields["billing-footer-en"] == "Thanks"
    again = desk.submit(page, "rules/payment", **typed({"billing-due_days": "30", "billing-footer-en": ""}))
    assert "Your change is saved." in again.text
    assert (_now(world).billing.due_days, _now(world).billing.footer) == (30, {})


CHANGES: Mapping[str, tuple[str, Mapping[str, str], Any]] = {
    "buttons": (
        "parts",
        {"actions-1-label-fr": "Payer", "actions-1-target-page": "invoices", "modules-slips": "",
         "actions-2-label-fr": "Site", "actions-2-target-page": "other", "actions-2-target": "https://x.example"},
        lambda found: found.actions == (
            ActionButton({"fr": "Payer"}, "invoices"), ActionButton({"fr": "Site"}, "https://x.example"),
        ),
    ),
    "taxes": (
        "rules/taxes",
        {"billing-taxes-1-name": "TVQ", "billing-taxes-1-rate": "9,975", "billing-taxes-1-included": "yes",
         "billing-taxes-1-registration": "123 TQ0001"},
        lambda found: found.billing.taxes == (Tax("TVQ", 99_750, included=True, registration="123 TQ0001"),),
    ),
    "payment": (
        "rules/payment",
        {"billing-autopay": "opt_in", "billing-partial": "yes", "billing-partial_minimum": "20,50"},
        lambda found: (found.billing.autopay, found.billing.partial_minimum_minor) == (AutopayMode.OPT_IN, 2050),
    ),
    "rules": (
        "rules/enrolment",
        {"enrolment-preset": "quebec_course", "enrolment-transfer": "no", "enrolment-fee_percent": "7.5",
         "enrolment-refund-1-hours": "-24", "enrolment-refund-1-percent": "50"},
        lambda found: found.enrolment_terms == {
            "preset": "quebec_course", "transfer": False, "fee_ppm": 75_000, "refund": [[-24, 500_000]],
            "makeup_programmes": [],
        },
    ),
    "languages": (
        "rules/region", {"languages": "en", "languages-ru": ""}, lambda found: found.languages == ("en", "fr"),
    ),
    "holidays": (
        "holidays", {"holidays": "2026-12-24/2027-01-03\n2027-02-01"},
        lambda found: [each.first.isoformat() for each in found.holidays] == ["2026-12-24", "2027-02-01"],
    ),
    "privacy": (
        "rules/privacy", {"privacy-officer": "Ann", "privacy-keep_books_years": "10", "mail_excerpt": "80"},
        lambda found: (found.privacy.keep_years, found.mail_excerpt) == ((("books", 10),), 80),
    ),
    "profiles": (
        "members", {"required_fields-phone": "yes", "growing-own_sign_in": "12", "two_homes-absence_reasons": "yes"},
        lambda found: ("phone" in found.required_fields, found.growing.own_sign_in) == (True, 12),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGES)
def test_settings_are_changed(world: World, desk: Browser, case: str) -> None:
    """DASH-5, DASH-6, ADM-9."""
    path, fields, holds = CHANGES[case]

    page = _posted(desk, world, path, fields)

    assert page.status == 303, page.text
    assert holds(_now(world)), _now(world)


def test_a_part_that_is_not_used_is_gone_from_the_portal(world: World, desk: Browser) -> None:
    """DASH-6."""
    home = world.household("Tremblay", "Léa")
    marie = Browser(desk.portal).sign_in_staff(world.org, world.user(home), world.now, second_factor=False)
    assert marie.get(f"/{world.org}/bookings").status == 200
    form = _open(desk, world, "parts").form("parts")

    desk.post(form.action, {name: value for name, value in form.fields.items() if name != "modules-bookings"})

    assert marie.get(f"/{world.org}/bookings").status == 404


def test_own_words_stand_where_families_sign_in_and_on_their_first_page(world: World, desk: Browser) -> None:
    """ADM-9: as words, in the reader's language."""
    hostile = "<script>alert(1)</script> {{ org }}"
    words = {"notes-sign_in-fr": "Bienvenue !", "notes-home-fr": "Fermé", "notes-home-en": hostile}
    _change(desk, world, "notes", **words)

    home = world.household("Tremblay")
    marie = Browser(desk.portal).sign_in_staff(world.org, world.user(home), world.now, second_factor=False)
    first = marie.get(f"/{world.org}")
    assert hostile in first.text
    assert "<script>alert" not in first.html
    assert "Bienvenue !" in Browser(desk.portal).get(f"/{world.org}/sign-in").text
    _change(desk, world, "notes", **dict.fromkeys(words, ""))
    assert _now(world).notes == {}


def test_an_answer_keeps_its_id_when_it_is_worded_anew_or_moved(world: World, desk: Browser) -> None:
    """ACC-13: what families answered goes on to mean what they chose."""
    level = Question(
        "level", {"fr": "Niveau"}, QuestionKind.CHOICE, False, (("none", {"fr": "Débute"}), ("much", {"fr": "Avancé"}))
    )
    store.update(replace(_now(world), questions=(level,)))

    _change(desk, world, "questions", **{"questions-1-choices-fr": "Débutant\nAvancé"})
    assert [each for each, _ in _now(world).questions[0].choices] == ["none", "much"]
    _change(desk, world, "questions", **{"questions-1-choices-fr": "Moyen\nAvancé\nDébutant"})

    choices = _now(world).questions[0].choices
    assert [choices[1][0], choices[2][0]] == ["much", "none"]
    assert len({each for each, _ in choices}) == 3
    assert _now(world).questions[0].id == "level"


def test_a_question_is_added_and_taken_away(world: World, desk: Browser) -> None:
    page = _change(desk, world, "questions", **{"questions-1-label-fr": "Taille ?", "questions-1-required": "yes"})
    assert page.status == 200
    [question] = _now(world).questions
    assert (question.label, question.required, question.kind) == ({"fr": "Taille ?"}, True, QuestionKind.TEXT)

    _change(desk, world, "questions", **{"questions-1-label-fr": ""})

    assert _now(world).questions == ()


def test_answers_are_asked_for_where_there_are_some_to_choose_from(world: World, desk: Browser) -> None:
    """A page of many questions stays a light one."""
    page = _change(desk, world, "questions", **{"questions-1-label-fr": "Niveau", "questions-1-kind": "text"})
    page = _open(desk, world, "questions")
    assert "questions-1-choices-fr" not in page.html

    page = _posted(desk, world, "questions", {"questions-1-kind": "choice"})

    assert page.status == 400
    assert 'name="questions-1-choices-fr"' in page.html


def test_words_in_a_language_that_is_not_spoken_now_stay(world: World, desk: Browser) -> None:
    store.update(replace(_now(world), languages=("fr",)))

    _change(desk, world, "about", **{"name-fr": "Musique du Sud"})

    assert _now(world).name == {"fr": "Musique du Sud", "en": "Northside Music", "ru": "Северная музыка"}


def test_two_who_change_one_page_do_not_undo_each_other(world: World, desk: Browser) -> None:
    """D-04: the second is told, and what the first changed stays; other pages do not matter."""
    seen = _open(desk, world, "about")
    _change(desk, world, "look", **{"brand-colour": "#aa0000"})
    first = desk.submit(seen, "about", **typed({"contact-address": "1 Main Street"}))
    assert first.status == 200

    second = desk.submit(seen, "about", **typed({"contact-address": "2 Main Street"}))

    assert second.status == 409
    assert _now(world).contact.address == "1 Main Street"
    again = desk.submit(seen, "about", **typed({"contact-address": "1 Main Street"}))
    assert again.status == 200  # the same again, as by a second press, is no conflict
    assert [len(entry.changes) for entry in audit.page(world.org).rows] == [1, 1]


def test_rules_of_money_want_a_fresh_sign_in(world: World, desk: Browser, clock: TurnedClock) -> None:
    """A-28."""
    page = _open(desk, world, "rules/payment")
    clock.advance(minutes=11)

    assert "/confirm" in _open(desk, world, "rules/payment").location
    answer = desk.submit(page, "rules/payment", follow=False, **typed({"billing-due_days": "3"}))
    assert "/confirm" in answer.location
    assert _open(desk, world, "about").status == 200
    assert _now(world).billing.due_days == 14


def test_a_page_that_is_none_is_not_there(world: World, desk: Browser) -> None:
    for path in ("none", "rules/none", "payment", "rules/about", "log/none"):
        assert _open(desk, world, path).status == 404


def test_a_colour_is_seen_before_it_is_chosen(world: World, desk: Browser) -> None:
    """ADM-9: without a script by a button; with the figures of WCAG 2.2."""
    page = _change(desk, world, "look", **{"brand-colour": "#ffe066", "act": "preview"})

    assert _now(world).brand.colour != "#ffe066"
    assert page.form("look").fields["brand-colour"] == "#ffe066"
    assert "Shown in another shade" in page.text
    assert "Hard to see as a shape" in page.text
    sheet = desk.get(f"/{world.org}/desk/settings/colours/ffe066")
    assert sheet.header("content-type").startswith("text/css")
    assert ".preview {" in sheet.html
    assert "--brand: #ffe066" in sheet.html
    assert ":root" not in sheet.html
    assert desk.get(f"/{world.org}/desk/settings/colours/red").status == 404


def test_what_is_no_colour_is_not_previewed(world: World, desk: Browser) -> None:
    """Nothing that somebody may put into a link becomes part of a page or a stylesheet."""
    page = desk.get(f"/{world.org}/desk/settings/look?colour=%22%3E%3Cscript%3E")

    assert page.status == 200
    assert page.form("look").fields["brand-colour"] == _now(world).brand.colour


def test_the_log_goes_on_to_earlier_pages(world: World, desk: Browser) -> None:
    for number in range(27):
        _change_at_the_command_line(world, number)

    page = _open(desk, world, "log")
    later = desk.get(next(href for href in page.links.values() if "after=" in href))

    assert page.text.count("Command line") == 25
    assert later.text.count("Command line") == 2


def _change_at_the_command_line(world: World, number: int) -> None:
    """A change at the command line."""
    changed = replace(_now(world), contact=Contact(address=f"{number} Main Street"))
    organisations.update(changed, b"", world.now + timedelta(minutes=number))


def test_money_is_exact(world: World, desk: Browser) -> None:
    """P-17."""
    _posted(desk, world, "rules/taxes", {"billing-taxes-1-name": "T", "billing-taxes-1-rate": "0.0001"})

    assert _now(world).billing.taxes[0].rate_ppm == int(Decimal("0.0001") * 10_000)


def test_the_tone_of_a_reminder_is_chosen_by_its_name(world: World, desk: Browser) -> None:
    """MSG-3: a step is added with a tone, shown again with it, and taken away by its days alone."""
    page = _open(desk, world, "rules/reminders")
    assert all(f'">{tone}</option>' in page.html for tone in ("Friendly", "Firm", "Last reminder"))

    _posted(desk, world, "rules/reminders", {"billing-dunning-1-days": "5", "billing-dunning-1-tone": "2"})

    assert [(step.days, step.tone) for step in _now(world).billing.dunning.steps] == [(5, 2)]
    shown = _open(desk, world, "rules/reminders").form("rules/reminders").fields
    assert shown["billing-dunning-1-tone"] == "2"
    _posted(desk, world, "rules/reminders", {"billing-dunning-1-days": ""})
    assert _now(world).billing.dunning.steps == ()
