from pathlib import Path

import pytest

from chalicelib.admin import organisation_file
from chalicelib.admin.tables import FileMistakes
from chalicelib.organisations.domain import USUAL_MODULES, QuestionKind, SignInRules, Status
from chalicelib.organisations.terms import BillingTerms

DEMO = Path(__file__).parents[2] / "demo" / "organisation.toml"
SMALL = """
slug = "ecole"
country = "CA"
zone = "America/Toronto"
currency = "CAD"
languages = ["fr"]
name = { fr = "École" }
"""


def mistakes(folder: Path, text: str) -> tuple[str, ...]:
    path = folder / "settings.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(FileMistakes) as refused:
        organisation_file.read(path, b"")
    return refused.value.mistakes


def test_a_small_file_gets_the_usual_settings(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(SMALL, "utf-8")
    found = organisation_file.read(path, b"key", "hash")
    assert (found.status, found.sign_in, found.modules) == (Status.ACTIVE, SignInRules(), USUAL_MODULES)
    assert found.billing == BillingTerms()
    assert (found.import_key, found.brand.logo, found.language) == (b"key", "hash", "fr")


def test_the_demonstration_uses_every_setting() -> None:
    found = organisation_file.read(DEMO, b"")
    assert set(found.name) == {"fr", "en", "ru"}
    assert len(found.actions) == 4
    assert {question.kind for question in found.questions} == set(QuestionKind)
    assert found.required_fields
    usual, terms = BillingTerms(), found.billing
    same = [name for name in BillingTerms.__dataclass_fields__ if getattr(terms, name) == getattr(usual, name)]
    assert same == ["due_days", "quote_days", "pay_links", "own"]  # what is one household's own is no setting
    assert [(tax.name, tax.rate_ppm) for tax in terms.taxes] == [("TPS", 50_000), ("TVQ", 99_750)]
    assert terms.partial_minimum_minor == 2000
    assert set(terms.footer) == {"fr", "en", "ru"}
    assert found.sign_in != SignInRules()
    assert found.text_countries == ("CA", "US", "FR")
    assert all((found.contact.email, found.contact.phone, found.contact.website, found.contact.address))


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ("colour = 'red'", "colour"),
        ("status = 'closed'", "status"),
        ("modules = ['pool']", "modules"),
        ("modules = 'classes'", "modules"),
        ("required_fields = ['shoe_size']", "required_fields"),
        ("[contact]\nemail = 'x'", "contact.email"),
        ("[contact]\nphone = '12'", "contact.phone"),
        ("[contact]\nwebsite = 'http://x.example'", "contact.website"),
        ("[contact]\nfax = '1'", "contact.fax"),
        ("[brand]\ncolour = 'red'", "brand.colour"),
        ("[sign_in]\nrequire_email = 'yes'", "sign_in.require_email"),
        ("[sign_in]\ncodes_per_hour = 0", "sign_in.codes_per_hour"),
        ("[sign_in]\ncodes_per_hour = true", "sign_in.codes_per_hour"),
        ("[sign_in]\ntext_countries = ['Canada']", "sign_in.text_countries"),
        ("[billing]\ncurrency = 'CAD'", "billing.currency"),
        ("[billing]\ndue_days = -1", "billing.due_days"),
        ("[billing]\nquote_days = 400", "billing.quote_days"),
        ("[billing]\nonline = 'yes'", "billing.online"),
        ("[billing]\npartial_minimum = 0.005", "billing.partial_minimum"),
        ("[billing]\npartial_minimum = -5", "billing.partial_minimum"),
        ("[billing]\nautopay = 'sometimes'", "billing.autopay"),
        ("[billing.footer]\nen = 'Pay soon'", "billing.footer.fr"),
        ("[billing.numbers]\ninvoice = '{year}'", "billing.numbers.invoice"),
        ("[billing.numbers]\nquote = '{n:5%'", "billing.numbers.quote"),
        ("[billing.numbers]\nquote = '{n.real}'", "billing.numbers.quote"),
        ("[billing.numbers]\ncredit_note = '{month}-{n}'", "billing.numbers.credit_note"),
        ("[billing.numbers]\ncredit_note = '{n:060}'", "billing.numbers.credit_note"),
        ("[billing.numbers]\nreceipt = '{n}'", "billing.numbers.receipt"),
        ("[[billing.taxes]]\nrate = 5", "billing.taxes[1].name"),
        ("[[billing.taxes]]\nname = 'TPS'", "billing.taxes[1].rate"),
        ("[[billing.taxes]]\nname = 'TPS'\nrate = 101", "billing.taxes[1].rate"),
        ("[[billing.taxes]]\nname = 'TPS'\nrate = 5.00001", "billing.taxes[1].rate"),
        ("[[billing.taxes]]\nname = 'TPS'\nrate = '5 %'", "billing.taxes[1].rate"),
        ("\n".join(["[[billing.taxes]]\nname = 'TPS'\nrate = 5"] * 2), "billing.taxes"),
        ("[[actions]]\ntarget = 'javascript:x'\nlabel.fr = 'X'", "actions[1].target"),
        ("[[actions]]\nlabel.fr = 'X'", "actions[1].target"),
        ("[[actions]]\ntarget = 'invoices'\nlabel.en = 'X'", "actions[1].label.fr"),
        ("[[actions]]\ntarget = 'invoices'\nlabel = { fr = 'X', de = 'X' }", "actions[1].label.de"),
        ("\n".join(["[[actions]]\ntarget = 'invoices'\nlabel.fr = 'X'"] * 5), "actions"),
        ("[[questions]]\nid = 'A b'\nlabel.fr = 'X'", "questions[1].id"),
        ("[[questions]]\nid = 'a'\nlabel.fr = 'X'\nkind = 'number'", "questions[1].kind"),
        ("[[questions]]\nid = 'a'\nlabel.fr = 'X'\nkind = 'choice'", "questions[1].choices"),
        ("[[questions]]\nid = 'a'\nlabel.fr = 'X'\nchoices = [{id = 'b', label.fr = 'B'}]", "questions[1].choices"),
        ("\n".join(["[[questions]]\nid = 'a'\nlabel.fr = 'X'"] * 2), "questions"),
    ],
)
def test_a_wrong_value_is_told_by_its_key(tmp_path: Path, more: str, key: str) -> None:
    assert [told.split(" ")[0] for told in mistakes(tmp_path, SMALL + more)] == [key]


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("slug", "'École'"), ("slug", "'static'"), ("country", "'Canada'"), ("zone", "'Montreal'"), ("currency", "'$'"),
        ("languages", "[]"), ("languages", "['de']"), ("slug", "5"),
    ],
)  # fmt: skip
def test_each_needed_value_is_checked(tmp_path: Path, key: str, wrong: str) -> None:
    lines = [f"{key} = {wrong}" if line.startswith(key) else line for line in SMALL.splitlines()]
    assert key in {told.split(" ")[0] for told in mistakes(tmp_path, "\n".join(lines))}


def test_everything_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    told = {each.split(" ")[0] for each in mistakes(tmp_path, "")}
    assert {"slug", "country", "zone", "currency", "languages"} <= told


def test_what_is_no_toml_file_is_refused(tmp_path: Path) -> None:
    assert len(mistakes(tmp_path, "slug = ")) == 1
