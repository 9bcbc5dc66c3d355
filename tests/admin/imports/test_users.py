from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.admin.imports.laying import internal_id
from chalicelib.data import keys, read, write
from chalicelib.data.outbox import MessageItem
from chalicelib.households.domain import Role
from chalicelib.identity import store
from chalicelib.identity.domain import StaffRole, User
from chalicelib.identity.models import StaffItem
from tests.support.imports import FAMILY, Importer
from tests.support.stored import messages_of, stored_items


def user(load: Importer, name: str) -> User:
    return store.require_user(load.organisation.slug, internal_id(load.organisation, "user", name))


def messages(load: Importer) -> list[str]:
    return [pk for pk, _ in stored_items(load.organisation.slug) if "#OUTBOX#" in pk]


def test_a_user_signs_in_with_each_address_of_the_row(load: Importer) -> None:
    """AUTH-2, D-01."""
    load(FAMILY)
    marie, org = user(load, "U1"), load.organisation.slug
    assert store.find_login(org, "email:marie@example.com") == (marie.id, "Marie@example.com")
    assert store.find_login(org, "tel:+15145550123") == (marie.id, "+15145550123")
    home = internal_id(load.organisation, "household", "H1")
    assert {link.household: link.role for link in marie.households}[home] is Role.HOLDER
    assert len(marie.households) == 2


def test_nobody_is_told_unless_the_operator_wants_it(load: Importer) -> None:
    load(FAMILY)
    assert messages(load) == []


def test_new_users_are_told_once_when_the_operator_wants_it(load: Importer) -> None:
    """AUTH-11."""
    load(FAMILY, tell=True)
    assert len(messages(load)) == 2
    place = keys.outbox(load.organisation.slug, f"activation-{user(load, 'U2').id}")
    message = read.one(MessageItem, place)
    assert message
    assert (message.template, message.user) == ("activation", user(load, "U2").id)
    load({**FAMILY, "users": FAMILY["users"].replace("Andreï", "Andreï M.")}, tell=True)
    assert len(messages(load)) == 2


def test_a_row_never_changes_the_address_a_user_signs_in_with(load: Importer) -> None:
    """AUTH-13."""
    load(FAMILY)
    outcome = load({**FAMILY, "users": FAMILY["users"].replace("andrei@example.com", "new@example.com")})
    assert [(problem.line, problem.field) for problem in outcome.left_out] == [(3, "email")]
    assert user(load, "U2").email == "andrei@example.com"
    assert store.find_login(load.organisation.slug, "email:new@example.com") is None


def test_an_address_that_a_user_had_not_yet_is_added(load: Importer) -> None:
    """ADM-6."""
    load(FAMILY)
    load({**FAMILY, "users": FAMILY["users"].replace("andrei@example.com;", "andrei@example.com;438-555-0199")})
    found = store.find_login(load.organisation.slug, "tel:+14385550199")
    assert found == (user(load, "U2").id, "+14385550199")
    assert messages(load) == []


def test_whoever_signs_in_already_is_told_of_an_address_that_was_added(load: Importer) -> None:
    """AUTH-13, A-29: codes go to the number from then on; its owner hears of it where he or she was reached before."""
    load(FAMILY)
    org, andrei = load.organisation.slug, user(load, "U2")
    transaction = write.Transaction()
    store.save_user(transaction, org, replace(andrei, activated_at=datetime(2026, 9, 1, tzinfo=UTC)))
    transaction.commit()
    changed = {**FAMILY, "users": FAMILY["users"].replace("andrei@example.com;", "andrei@example.com;438-555-0199")}
    for _ in range(2):
        load(changed)
    told = messages_of(org)
    assert {(each.template, each.user) for each in told} == {("login_changed", andrei.id)}
    assert {each.address for each in told} == {"+14385550199", "andrei@example.com"}
    assert len(told) == 2


def test_an_address_that_its_owner_left_is_free_for_another(load: Importer) -> None:
    """AUTH-12: a row still tells the old address of somebody who changed it; that takes nothing from anybody."""
    load(FAMILY)
    org, andrei = load.organisation.slug, user(load, "U2")
    transaction = write.Transaction()
    changed = replace(andrei, email="a.petrov@example.com")
    store.save_user(transaction, org, changed)
    store.claim_login(transaction, org, changed.identifiers[0], andrei.id, changed.email)
    store.release_login(transaction, org, andrei.identifiers[0], andrei.id)
    transaction.commit()
    transaction = write.Transaction()
    store.create_user(transaction, org, User("other", "Andrei Roy", email="andrei@example.com"))
    transaction.commit()
    load({**FAMILY, "users": FAMILY["users"].replace("Andreï", "Andrey")})
    assert (user(load, "U2").name, user(load, "U2").email) == ("Andrey Petrov", "a.petrov@example.com")


def test_a_staff_role_comes_and_goes_with_its_pointer(load: Importer) -> None:
    header = "id;name;email;staff_role\n"
    for role, expected in (("desk", StaffRole.DESK), ("finance", StaffRole.FINANCE), ("", None)):
        load({"users": f"{header}S1;Kate;kate@example.com;{role}\n"})
        place = keys.staff(load.organisation.slug, user(load, "S1").id)
        pointer = read.one(StaffItem, place)
        assert user(load, "S1").staff_role is expected
        assert (StaffRole(pointer.role) if pointer else None) is expected


def test_an_address_taken_while_the_import_runs_leaves_its_row_out(load: Importer, monkeypatch: object) -> None:
    from chalicelib.admin.imports.service import checked
    from tests.support.imports import write_folder

    write_folder(load.folder, FAMILY)
    with checked(load.organisation, load.folder, load.now) as found:
        transaction = write.Transaction()
        store.create_user(transaction, load.organisation.slug, User("x", "Thief", email="andrei@example.com"))
        transaction.commit()
        outcome = found.write()
    assert [(problem.file, problem.line) for problem in outcome.left_out] == [("users.csv", 3)]
    assert outcome.counts["user", "new"] == 1
