from dataclasses import replace
from decimal import Decimal

import pytest

from chalicelib.admin.imports.laying import internal_id
from chalicelib.admin.imports.staging import Staging
from chalicelib.billing import store as billing
from chalicelib.billing.domain import Invoice, InvoiceStatus, TaxAmount
from chalicelib.bookings import store as bookings
from chalicelib.bookings.domain import BookingStatus
from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.households import store as households
from chalicelib.households.domain import Person
from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import store as schedule
from chalicelib.schedule.domain import EnrolmentStatus
from chalicelib.shared.errors import Unavailable
from tests.support.imports import FAMILY, Files, Importer, with_rows
from tests.support.stored import StoredItem, stored_items


def inner(load: Importer, kind: str, name: str) -> str:
    return internal_id(load.organisation, kind, name)


def summary(load: Importer, name: str) -> Summary:
    home = inner(load, "household", name)
    return households.get_summaries(load.organisation.slug, (home,))[home]


def person(load: Importer, name: str) -> Person:
    found = households.get_person(load.organisation.slug, inner(load, "member", name))
    assert found
    return found


def invoices(load: Importer, household: str) -> dict[str, Invoice]:
    page = billing.list_invoices(load.organisation.slug, inner(load, "household", household))
    return {invoice.number: invoice for invoice in page.rows}


def without(files: Files, name: str, text: str, other: str = "") -> dict[str, str]:
    assert text in files[name]
    return {**files, name: files[name].replace(text, other)}


def test_every_record_arrives_whole(load: Importer) -> None:
    load(FAMILY)
    org = load.organisation.slug
    lea = person(load, "P1")
    assert (lea.name, lea.birth_date and lea.birth_date.isoformat()) == ("Léa Tremblay", "2014-05-12")
    first = invoices(load, "H1")["2026-1"]
    assert (first.status, first.total_minor, first.paid_minor) == (InvoiceStatus.PAID, 12000, 12000)
    line = first.lines[0]
    assert (line.quantity, line.unit_minor, line.discount_minor, line.amount_minor) == (Decimal(2), 7000, 2000, 12000)
    assert line.member == lea.id
    second = invoices(load, "H1")["2026-2"]
    assert (second.status, second.balance_minor) == (InvoiceStatus.PARTIALLY_PAID, 3749)
    assert second.lines[0].taxes == (TaxAmount("TPS", 250), TaxAmount("TVQ", 499))
    paid = billing.list_payments(org, inner(load, "household", "H1")).rows[0]
    assert [(share.number, share.minor) for share in paid.allocations] == [("2026-1", 12000), ("2026-2", 2000)]
    asked = bookings.list_bookings(org, inner(load, "household", "H2")).rows[0]
    assert (asked.resource, asked.status, asked.note) == ("Studio B", BookingStatus.REQUESTED, "Piano")
    enrolled = schedule.list_enrolments(org, inner(load, "member", "P2")).rows[0]
    assert (enrolled.status, enrolled.household) == (EnrolmentStatus.WAITLISTED, inner(load, "household", "H2"))


def test_a_draft_is_in_no_list_of_invoices(load: Importer) -> None:
    """INV-2."""
    load(FAMILY)
    assert set(invoices(load, "H1")) == {"2026-1", "2026-2"}
    home = keys.household_partition(load.organisation.slug, inner(load, "household", "H1"))
    assert [item.sk[:6] for item in read.whole(home) if "DRAFT" in item.sk] == ["DRAFT#"]


def test_both_homes_of_a_shared_child_see_the_child_and_the_enrolment_and_each_its_own_bills(load: Importer) -> None:
    """NEW-2."""
    load(FAMILY)
    first, second = summary(load, "H1"), summary(load, "H2")
    assert [member.first_name for member in first.members] == ["Emma", "Léa"]
    assert [member.first_name for member in second.members] == ["Emma"]
    emma = inner(load, "member", "P2")
    assert emma in {row.member for row in first.enrolments} & {row.member for row in second.enrolments}
    assert (first.unpaid_count(), second.unpaid_count()) == (1, 0)


def test_the_second_import_writes_nothing(load: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    load(FAMILY)
    before = stored_items(load.organisation.slug)
    commits: list[int] = []
    monkeypatch.setattr(write.Transaction, "commit", lambda transaction: commits.append(len(transaction)))
    again = load(FAMILY, encoding="utf-8-sig")
    assert (again.written, commits) == (0, [])
    assert stored_items(load.organisation.slug) == before


def test_a_relative_day_does_not_move_a_record_at_a_later_import(load: Importer) -> None:
    files = without(FAMILY, "bookings", "2026-11-30 18:00;2026-11-30 20:00", "+8d 18:00;+8d 20:00")
    files = without(files, "invoices", "01/10/2026;15/10/2026", "-52d;-38d")
    load(files)
    before = stored_items(load.organisation.slug)
    assert load(files, now=load.now.replace(day=24)).written == 0
    assert stored_items(load.organisation.slug) == before


def test_what_a_family_changed_survives_the_same_files_and_the_rest_of_a_changed_row(load: Importer) -> None:
    load(FAMILY)
    transaction = write.Transaction()
    mine = replace(person(load, "P1"), health_notes="Asthme", last_name="Roy")
    households.save_person(transaction, load.organisation.slug, mine)
    transaction.commit()
    load(FAMILY)
    assert person(load, "P1").last_name == "Roy"
    load(without(FAMILY, "members", "Léa;Tremblay", "Léa;Tremblay-Roy"))
    assert (person(load, "P1").last_name, person(load, "P1").health_notes) == ("Tremblay-Roy", "Asthme")


def test_answers_go_to_the_questions_of_the_organisation(load: Importer) -> None:
    files = {
        "households": "id,name\nH1,Roy\n",
        "members": "id,households,first_name,answer:photo,answer:level\nP1,H1,Léa,Oui,avancé\n",
    }
    load(files)
    assert person(load, "P1").answers == {"photo": "yes", "level": "high"}


def test_a_corrected_day_of_issue_keeps_the_invoice_where_it_is(load: Importer) -> None:
    load(FAMILY)
    before = invoices(load, "H1")["2026-1"]
    load(without(FAMILY, "invoices", "01/10/2026;15/10", "02/10/2026;15/10"))
    after = invoices(load, "H1")
    assert (after["2026-1"].id, after["2026-1"].issued_on.day, len(after)) == (before.id, 2, 2)


def test_a_draft_that_is_issued_leaves_the_drafts(load: Importer) -> None:
    load(FAMILY)
    load(without(FAMILY, "invoices", ";draft;", ";issued;"))
    assert set(invoices(load, "H1")) == {"2026-1", "2026-2", "2026-3"}
    home = keys.household_partition(load.organisation.slug, inner(load, "household", "H1"))
    assert not [item for item in read.whole(home) if item.sk.startswith("DRAFT#")]


def test_an_issued_invoice_does_not_become_a_draft_again(load: Importer) -> None:
    load(without(FAMILY, "invoices", ";draft;", ";;"))
    outcome = load(FAMILY)
    assert [(problem.file, problem.line, problem.field) for problem in outcome.left_out] == [
        ("invoices.csv", 4, "status")
    ]
    assert invoices(load, "H1")["2026-3"].status is InvoiceStatus.ISSUED


def test_a_later_payment_settles_a_stored_invoice(load: Importer) -> None:
    load(FAMILY)
    load({"payments": "id;household;received_on;amount;method;invoices\nR9;H1;2026-11-22;37,49;card;F2\n"})
    settled = invoices(load, "H1")["2026-2"]
    assert (settled.status, settled.paid_minor) == (InvoiceStatus.PAID, 5749)
    assert summary(load, "H1").unpaid == ()


def test_a_payment_that_failed_afterwards_opens_the_invoice_again(load: Importer) -> None:
    files = without(FAMILY, "payments", "method;reference", "method;status")
    load(without(files, "payments", "cheque;771", "cheque;"))
    failed = without(
        without(files, "payments", "cheque;771", "cheque;"), "payments", "140,00;card;", "140,00;card;failed"
    )
    load(failed)
    assert {number: invoice.paid_minor for number, invoice in invoices(load, "H1").items()} == {
        "2026-1": 0,
        "2026-2": 0,
    }
    assert summary(load, "H1").unpaid_count() == 2


def test_a_member_who_moves_leaves_the_old_home_at_once(load: Importer) -> None:
    load(FAMILY)
    load({"members": "id;households;first_name\nP2;H2;Emma\n"})
    first = summary(load, "H1")
    assert [member.first_name for member in first.members] == ["Léa"]
    assert [row.member for row in first.enrolments] == [inner(load, "member", "P1")]
    assert [member.first_name for member in summary(load, "H2").members] == ["Emma"]


def test_two_members_may_leave_the_same_home_at_once(load: Importer) -> None:
    load(FAMILY)
    load({"members": "id;households;first_name\nP1;H2;Léa\nP2;H2;Emma\n"})
    assert (summary(load, "H1").members, summary(load, "H1").enrolments) == ((), ())
    assert [member.first_name for member in summary(load, "H2").members] == ["Emma", "Léa"]


def test_an_empty_cell_clears_what_stayed_while_the_column_was_missing(load: Importer) -> None:
    whole = {"households": "id;name;phone\nH1;Roy;514-555-0123\n"}
    load(whole)
    load({"households": "id;name\nH1;Roy\n"})
    assert _phone(load) == "+15145550123"
    load({"households": "id;name;phone\nH1;Roy;\n"})
    assert _phone(load) == ""


def _phone(load: Importer) -> str:
    found = households.get_household(load.organisation.slug, inner(load, "household", "H1"))
    assert found
    return found.phone


def test_columns_that_are_missing_leave_a_booking_a_payment_and_an_invoice_as_they_are(load: Importer) -> None:
    load(FAMILY)
    before = stored_items(load.organisation.slug)
    later = {
        "bookings": "id;household;resource;starts;ends;status\n"
        "B1;H2;Studio B;2026-11-30 18:00;2026-11-30 20:00;requested\n",
        "enrolments": "id;member;class;household;starts_on;ends_on\nE2;P2;ballet;H2;2026-09-01;2027-06-01\n",
        "payments": "id;household;received_on;amount;method\nR1;H1;20/11/2026;140,00;card\n",
        "invoices": "id;household;number;issued_on;due_on;total\nF4;H2;2026-4;01/11/2026;15/11/2026;10,00\n",
        "invoice_lines": "id;invoice;description;unit_price\nL4;F4;Erreur;10,00\n",
    }
    assert load(later).counts[("payment", "changed")] == 1
    assert _told(stored_items(load.organisation.slug)) == _told(before)


def _told(items: dict[tuple[str, str], StoredItem]) -> dict[tuple[str, str], StoredItem]:
    """Items without what every write changes."""
    return {
        key: {name: value for name, value in item.items() if name not in ("source", "version")}
        for key, item in items.items()
    }


def test_an_enrolment_by_one_home_reaches_the_other_home_that_is_in_no_file(load: Importer) -> None:
    load(FAMILY)
    row = "E7;P2;ballet;H1;2026-09-01;2027-06-01\n"
    load({"enrolments": "id;member;class;household;starts_on;ends_on\n" + row})
    assert len(summary(load, "H2").enrolments) == 2


def test_the_summary_says_what_is_due_next_and_new(load: Importer) -> None:
    load(FAMILY)
    first, second = summary(load, "H1"), summary(load, "H2")
    assert dict(first.due()) == {"CAD": 3749}
    assert [(row.number, row.balance) for row in first.unpaid] == [("2026-2", 3749)]
    assert [(row.kind, row.label) for row in first.news] == [
        ("payment", "14000 CAD"),
        ("enrolment", inner(load, "class", "ballet")),
        ("enrolment", inner(load, "class", "ballet")),
        ("invoice", "2026-2"),
        ("invoice", "2026-1"),
    ]
    assert [row.resource for row in second.bookings] == ["Studio B"]
    assert [row.kind for row in second.news] == ["booking", "payment", "enrolment"]
    assert (first.has_bookings, second.has_bookings, first.has_invoices) == (False, True, True)


@pytest.mark.parametrize("commits", [0, 1, 3, 6, 9, 12, 15, 18, 20, 22])
def test_an_import_that_is_cut_off_is_finished_by_the_next(
    load: Importer, monkeypatch: pytest.MonkeyPatch, commits: int
) -> None:
    """D-05: after a crash at any write, and with transactions as small as they get, repeating ends the same."""
    monkeypatch.setattr("chalicelib.admin.imports.plan._OPERATIONS", 1)
    done, commit = [0], write.Transaction.commit

    def crash(transaction: write.Transaction) -> None:
        if done[0] >= commits:
            raise KeyboardInterrupt
        done[0] += 1
        commit(transaction)

    monkeypatch.setattr(write.Transaction, "commit", crash)
    with pytest.raises(KeyboardInterrupt):
        load(FAMILY)
    monkeypatch.setattr(write.Transaction, "commit", commit)
    load(FAMILY)
    finished = [summary(load, name) for name in ("H1", "H2")]
    assert load(FAMILY).written == 0
    assert [dict(each.due()) for each in finished] == [{"CAD": 3749}, {}]
    assert [len(each.enrolments) for each in finished] == [2, 1]
    assert {number: invoice.paid_minor for number, invoice in invoices(load, "H1").items()} == {
        "2026-1": 12000,
        "2026-2": 2000,
    }


def test_somebody_elses_write_meanwhile_is_not_lost(load: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    """D-04: the household is worked out anew."""
    load(FAMILY)
    commit = write.Transaction.commit
    raced: list[bool] = []

    def late(transaction: write.Transaction) -> None:
        if not raced:
            raced.append(True)
            other = write.Transaction()
            households.save_person(other, load.organisation.slug, replace(person(load, "P1"), health_notes="Asthme"))
            commit(other)
        commit(transaction)

    monkeypatch.setattr(write.Transaction, "commit", late)
    load(without(FAMILY, "members", "Léa;Tremblay", "Lea;Tremblay"))
    assert (person(load, "P1").first_name, person(load, "P1").health_notes) == ("Lea", "Asthme")


def test_a_household_with_more_than_one_transaction_holds_is_written_whole(load: Importer) -> None:
    numbers = range(100, 260)
    more = with_rows(
        FAMILY,
        invoices="".join(f"X{n};H1;X{n};2026-11-01;2026-12-01;;1,00\n" for n in numbers),
        invoice_lines="".join(f"X{n};X{n};Cours;1;1,00;;P1;;;;\n" for n in numbers),
    )
    load(more)
    assert summary(load, "H1").unpaid_count() == 161
    assert load(more).written == 0


def test_a_household_that_has_grown_too_large_is_left_out_and_told(load: Importer) -> None:
    """No family can stop the import for the others; users are written too."""
    name = "\U0001f388" * 80
    crowd = "".join(f"X{n};H1;{name};{name};\n" for n in range(700))
    outcome = load(with_rows(FAMILY, members=crowd))

    assert [(problem.file, problem.line, problem.field) for problem in outcome.left_out] == [("households.csv", 2, "")]
    assert "H1: could not be written whole" in outcome.left_out[0].message
    assert summary(load, "H2").name == "Семья Петровых"
    assert outcome.counts["user", "new"] == 2


def test_a_table_that_fails_ends_the_import(load: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    """D-10: three households in a row are not three families' fault; one between them that is written is."""
    files = {"households": "id;name\n" + "".join(f"H{n};Family {n}\n" for n in range(1, 8))}
    tried: list[str] = []
    failing = {"H1", "H2", "H4", "H5", "H6"}

    def fail(_organisation: Organisation, _staging: Staging, name: str, *_more: object) -> None:
        tried.append(name)
        if name in failing:
            raise Unavailable

    monkeypatch.setattr("chalicelib.admin.imports.service.write_household", fail)
    with pytest.raises(Unavailable):
        load(files)
    assert tried == ["H1", "H2", "H3", "H4", "H5", "H6"]


def test_items_are_read_as_their_own_kinds(load: Importer) -> None:
    load(FAMILY)
    home = keys.household_partition(load.organisation.slug, inner(load, "household", "H1"))
    kinds = {type(item).__name__ for item in read.whole(home)}
    assert kinds == {
        "AgendaItem",
        "HouseholdItem",
        "SummaryItem",
        "MemberLinkItem",
        "InvoiceItem",
        "MemberInvoiceItem",
        "UnpaidItem",
        "PaymentItem",
        "LedgerItem",
        "BoughtItem",
        "HouseholdUserItem",
        "NewsItem",
    }
    assert Item not in {type(item) for item in read.whole(home)}
