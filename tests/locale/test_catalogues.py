"""The translators' catalogues: complete, sound, and written as each language is written."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po

from chalicelib.shared.texts import LANGUAGES, Message
from chalicelib.web.language import SOURCE_LANGUAGE, Local, catalogue, written
from infra.messages import needs_translator, sentences

TRANSLATED = [language for language in LANGUAGES if language != SOURCE_LANGUAGE]
FORMS = {"fr": 2, "ru": 3}

_PLACE = re.compile(r"%\((\w+)\)s")
_TAG = re.compile(r"</?[a-z][^>]*>")
_CODE = re.compile(r"\b(https|mailto|tel):|\{[^}]*\}")
"""What is written the same in every language: the beginning of an address, a place in a pattern."""
_BUTTON_LETTERS = 32
"""What fits a button or a badge on a screen 320 pixels wide."""

FOUND = sentences()


def _catalogue(language: str) -> Catalog:
    with written(language).open("rb") as file:
        return read_po(file, locale=language)


CATALOGUES = {language: _catalogue(language) for language in TRANSLATED}


def _entries(language: str) -> list[Entry]:
    return [entry for entry in CATALOGUES[language] if entry.id]


def _keys(entry: Entry) -> tuple[str, ...]:
    return entry.id if isinstance(entry.id, tuple) else (str(entry.id),)


def _same(entry: Entry, catalogue: Catalog) -> Entry | None:
    return catalogue.get(_keys(entry)[0], entry.context)


def _forms(entry: Entry) -> tuple[str, ...]:
    return tuple(entry.string) if isinstance(entry.string, (tuple, list)) else (str(entry.string),)


def _pairs(language: str) -> Iterator[tuple[str, str]]:
    """Each translated form with the English sentence it stands for."""
    for entry in _entries(language):
        keys = _keys(entry)
        for place, form in enumerate(_forms(entry)):
            yield keys[min(place, len(keys) - 1)], form


def test_extraction_finds_sentences_of_code_and_templates() -> None:
    """If it found nothing, every check below would pass."""
    assert FOUND.get("Sign in") is not None
    assert FOUND.get("Fill in this field") is not None
    assert FOUND.get("%(n)s year old").pluralizable  # type: ignore[union-attr]
    assert FOUND.get("%(num)s invoice").pluralizable  # type: ignore[union-attr]
    assert FOUND.get("Cancelled", "invoice") is not None
    assert len(FOUND) > 200


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_by_a_person(language: str) -> None:
    missing = [entry.id for entry in FOUND if entry.id and _same(entry, CATALOGUES[language]) is None]
    unfinished = [entry.id for entry in _entries(language) if needs_translator(entry)]

    assert not missing, "run `make messages`, then translate"
    assert not unfinished


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_catalogue_holds_what_nothing_says(language: str) -> None:
    unsaid = [entry.id for entry in _entries(language) if _same(entry, FOUND) is None]

    assert not unsaid, "run `make messages`"
    assert not CATALOGUES[language].obsolete


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_plural_has_all_forms_of_its_language(language: str) -> None:
    plurals = [entry for entry in _entries(language) if entry.pluralizable]

    assert plurals
    assert CATALOGUES[language].num_plurals == FORMS[language]
    assert all(len(_forms(entry)) == FORMS[language] and all(_forms(entry)) for entry in plurals)


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("en", 0, "0 invoices"), ("en", 1, "1 invoice"), ("en", 2, "2 invoices"),
        ("fr", 0, "0 facture"), ("fr", 1, "1 facture"), ("fr", 2, "2 factures"),
        ("ru", 0, "0 счетов"), ("ru", 1, "1 счёт"), ("ru", 2, "2 счёта"), ("ru", 5, "5 счетов"),
        ("ru", 11, "11 счетов"), ("ru", 21, "21 счёт"), ("ru", 101, "101 счёт"), ("ru", 104, "104 счёта"),
    ],
)  # fmt: skip
def test_numbers_take_their_form(language: str, count: int, expected: str) -> None:
    form = catalogue(language).ngettext("%(num)s invoice", "%(num)s invoices", count)

    assert form % {"num": count} == expected


@pytest.mark.parametrize(
    ("context", "french", "russian"),
    [
        ("", "Annulé", "Отменено"),
        ("invoice", "Annulée", "Отменён"),
        ("booking", "Annulée", "Отменена"),
        ("enrolment", "Annulée", "Отменена"),
    ],
)
def test_a_word_takes_the_gender_of_what_it_is_said_of(context: str, french: str, russian: str) -> None:
    """A class, an invoice, a booking, an enrolment: one English word is several in French and Russian."""
    message = Message("Cancelled", context=context)

    assert Local("fr", "CA", "America/Toronto").say(message) == french
    assert Local("ru", "CA", "America/Toronto").say(message) == russian
    assert Local("en", "CA", "America/Toronto").say(message) == "Cancelled"


@pytest.mark.parametrize("language", TRANSLATED)
def test_places_for_values_survive_translation(language: str) -> None:
    for _, form in _pairs(language):
        assert form.count("%") == len(_PLACE.findall(form)), f"a stray % in {form!r}"
    for entry in _entries(language):
        wanted = [sorted(_PLACE.findall(key)) for key in _keys(entry)]
        for place, form in enumerate(_forms(entry)):
            assert sorted(_PLACE.findall(form)) in _wanted(language, wanted, place), form


def _wanted(language: str, wanted: list[list[str]], form: int) -> list[list[str]]:
    """ "A minute" needs no number where the form is for 1 alone; in Russian it is for 21 and 101 too."""
    return wanted if form == 0 and language != "ru" else wanted[-1:]


@pytest.mark.parametrize("language", TRANSLATED)
def test_markup_survives_translation(language: str) -> None:
    for key, form in _pairs(language):
        assert _TAG.findall(form) == _TAG.findall(key), key
        assert not re.search(r"[<>&]", _TAG.sub("", form)), f"stray markup in {form!r}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_sentences_start_and_end_as_in_english(language: str) -> None:
    """A label stays a label, a sentence a sentence. Forms of address may end in their own way."""
    for key, form in _pairs(language):
        assert form == form.strip(), repr(form)
        if key[0].isalpha() and form[0].isalpha():
            assert form[0].isupper() == key[0].isupper(), f"{key!r}: {form!r}"
        for mark in "?:":
            assert key.endswith(mark) == form.endswith(mark), f"{key!r}: {form!r}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_short_labels_stay_short(language: str) -> None:
    """A button of one or two English words fits a telephone in every language."""
    for key, form in _pairs(language):
        if len(key) <= 12 and "%" not in key:
            assert len(form) <= _BUTTON_LETTERS, f"{key!r}: {form!r}"


def test_french_has_its_own_apostrophes_quotes_and_spaces() -> None:
    """Hard space before a colon, thin one before ? ! and ;, typographic apostrophes."""
    for _, form in _pairs("fr"):
        words = _CODE.sub("", _TAG.sub("", form))
        assert not re.search(r"['\"]", words), form
        assert not re.search(r"[^\u00a0](?<!\d):", words), form
        assert not re.search(r"[^\u202f][?!;]", words), form


def test_russian_has_no_latin_look_alikes_and_no_tu() -> None:
    """A Latin letter inside a Cyrillic word sounds wrong aloud; everybody is addressed with вы."""
    for _, form in _pairs("ru"):
        words = _PLACE.sub("", _TAG.sub("", form))
        assert not re.search(r"[а-яё][a-z]|[a-z][а-яё]", words, re.IGNORECASE), form
        assert not re.search(r"\b(ты|тебя|тебе|твой|твоя|твоё|твои)\b", words, re.IGNORECASE), form


def test_french_says_vous() -> None:
    for _, form in _pairs("fr"):
        assert not re.search(r"\b(tu|toi|ton|ta|tes)\b", form, re.IGNORECASE), form


@pytest.mark.parametrize(
    ("keys", "french", "russian"),
    [
        (("Invoices", "See the invoices", "Invoices to pay"), "facture", "счета"),
        (("Bookings", "All bookings", "No upcoming bookings."), "réservation", "брон"),
        (("Members", "Add a member", "Member"), "membre", "участник"),
        (("Household", "Choose a household", "No household yet"), "foyer", "семь"),
        (("Payments", "No payments yet."), "paiement", "плат"),
        (("Code", "Enter your code", "Send me a code"), "code", "код"),
        (("Email", "Email address", "It comes by email."), "courriel", "почт"),
    ],
)
def test_one_thing_has_one_word(keys: tuple[str, ...], french: str, russian: str) -> None:
    for key in keys:
        assert french in catalogue("fr").gettext(key).lower()
        assert russian in catalogue("ru").gettext(key).lower()
