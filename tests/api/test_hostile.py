"""What nobody sends who means well: every call of it is refused with a problem, and tells nothing."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.admin import desk
from chalicelib.api.bodies import MAX_BYTES
from chalicelib.api.operations import Call
from chalicelib.api.problems import TYPE
from chalicelib.billing import store as billing
from chalicelib.data import keys
from chalicelib.data.items import connection
from chalicelib.households import service, store
from tests.api.calling import Program, Told, gateway, program
from tests.support.stored import stored_items
from tests.support.world import World

_SECRETS = ("Traceback", "dynamodb", "ORG#", "Secretissime", "Error")
_NEW = {"name": "Roy", "email": "roy@example.com"}


@pytest.fixture
def caller(world: World) -> Program:
    """A program that may do everything."""
    return program(world)


def _is_refused(told: Told, *statuses: int) -> bool:
    """Whether a call was refused with a problem that tells nothing of us."""
    text = str(told.body)
    is_problem = told.headers["content-type"] == TYPE and told.body["status"] == told.status
    return told.status in statuses and is_problem and not any(secret in text for secret in _SECRETS)


@pytest.mark.parametrize(
    "authorization",
    [
        "", "Bearer", "Bearer ", "Basic {token}", "{token}", "Bearer {token} more", "Bearer {token}x", "Token {token}",
        "Bearer foyer_" + "x" * 9000, "Bearer foyer_ORG#other_x", "Bearer \x00", "Bearer \u00e9", "Bearer foyer__",
        "Bearer {upper}", "Bearer {other}",
    ],
)  # fmt: skip
def test_what_is_no_token_opens_nothing(caller: Program, authorization: str) -> None:
    maker, _, secret = caller.token.removeprefix("foyer_").partition("_")
    told = authorization.format(token=caller.token, upper=caller.token.upper(), other=f"foyer_{maker[::-1]}_{secret}")

    refused = caller.get("/households", authorization=told)

    assert _is_refused(refused, 401)
    assert refused.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("", 415), ("text/json", 415), ("application/json, text/plain", 415), ("application/jsonp", 415),
        ("multipart/form-data; boundary=x", 415), ("application/problem+json", 415),
        ("APPLICATION/JSON; charset=utf-16", 201), ("application/json;", 201),
    ],
)  # fmt: skip
def test_only_json_is_read_and_always_as_utf_8(caller: Program, content_type: str, status: int) -> None:
    told = caller.post("/households", _NEW, content_type=content_type)

    assert told.status == status
    assert status == 201 or _is_refused(told, 415)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"\xff\xfe{\x00}\x00", 400), (b'{"name": "\xc3\x28", "email": "a@example.com"}', 400),
        (b"\xef\xbb\xbf{}", 400), (b'{"a":' * 9000 + b"1" + b"}" * 9000, 400), (b"1" * 5000, 400), (b"[]", 422),
        (b"null", 422), (b'"x"', 422), (b"1e999", 422), (b"-0", 422), (b'{"name": ["A"], "email": {}}', 422),
        (b'{"name": "' + b"a" * (MAX_BYTES - 60) + b'", "email": "a@example.com"}', 422), (b" " * (MAX_BYTES + 1), 413),
        (b"\x1f\x8b\x08\x00", 400), (b'{"name": "A\\u202e\\u0007", "email": "a@example.com"}', 422),
    ],
)  # fmt: skip
def test_a_body_that_is_none_of_ours_is_refused_and_nothing_is_made(caller: Program, body: bytes, status: int) -> None:
    told = caller.post("/households", body, content_type="application/json", content_encoding="gzip")

    assert _is_refused(told, status)
    assert caller.get("/households").body["data"] == []


def test_four_megabytes_are_refused_without_being_read(caller: Program) -> None:
    assert _is_refused(caller.post("/households", b"[" * 4_000_000, content_type="application/json"), 413)


@pytest.mark.parametrize(
    "after",
    ["%00", "..%2F..", "%23", "ORG%23x", "a" * 61, "A", "%C3%A9", "a%20b", "'", "%FF", "%7B%22pk%22%3A%221%22%7D"],
)
def test_a_cursor_that_no_page_told_is_refused(world: World, caller: Program, after: str) -> None:
    home = world.household("Tremblay")

    for path in ("/households", *(f"/households/{home.id}/{each}" for each in ("invoices", "payments", "bookings"))):
        assert _is_refused(caller.get(f"{path}?after={after}"), 422), path


def test_a_cursor_of_another_household_shows_nothing_of_it(world: World, caller: Program) -> None:
    """T-03: a cursor is a place in one's own list and nothing else."""
    home, other = world.household("Tremblay"), world.household("Secretissime")
    own, foreign = world.invoice(home), world.invoice(other)

    found = caller.get(f"/households/{home.id}/invoices?after={foreign.id}")

    assert found.status == 200
    assert {each["id"] for each in found.body["data"]} <= {own.id}


@pytest.mark.parametrize("query", ["?limit=1000", "?after=a&all=1", "?__proto__=x", "?After=a"])
def test_what_no_operation_knows_is_refused(caller: Program, query: str) -> None:
    """A program that mistypes must not read everything."""
    assert _is_refused(caller.get(f"/households{query}"), 422)


@pytest.mark.parametrize("name", ["%2e%2e", "ORG%23x", "%00", "a" * 61, "%C3%A9", "a%2Fb", "%25", "*", "A"])
def test_what_can_be_no_id_names_nothing(caller: Program, name: str) -> None:
    for path in (f"/households/{name}", f"/households/{name}/invoices", f"/households/x/members/{name}"):
        told = caller.get(path)
        assert told.status in (403, 404), path
        assert told.status == 403 or _is_refused(told, 404)


@pytest.mark.parametrize(
    "headers",
    [
        {"x_http_method_override": "DELETE"}, {"x_forwarded_for": "127.0.0.1", "x_forwarded_host": "evil.example"},
        {"host": "evil.example"}, {"cookie": "__Host-session=x; " * 200}, {"accept": "text/html"},
        {"if_none_match": '"\x00'}, {"range": "bytes=0-1"}, {"accept_language": "ru;q=nan"}, {"origin": "null"},
        {"expect": "100-continue"}, {"x_amzn_trace_id": "Root=1"},
    ],
)  # fmt: skip
def test_other_headers_change_nothing(world: World, caller: Program, headers: dict[str, str]) -> None:
    home = world.household("Tremblay")
    plain = caller.get(f"/households/{home.id}")

    told = caller.get(f"/households/{home.id}", **headers)

    assert (told.status, told.body) == (200, plain.body)
    assert "evil.example" not in str(told.headers)
    assert {"set-cookie", "access-control-allow-origin"}.isdisjoint(told.headers)


@pytest.mark.parametrize("version", ["1", "*", 'W/"1"', '"x"', '"1", "2"', '"-1"', '"' + "9" * 10 + '"', '"0"', "\x00"])
def test_a_version_that_was_never_told_changes_nothing(world: World, caller: Program, version: str) -> None:
    home = world.household("Tremblay")

    assert _is_refused(caller.patch(f"/households/{home.id}", {"city": "Laval"}, version), 412)
    stored = store.get_household(world.org, home.id)
    assert stored
    assert stored.address.city == home.address.city


@pytest.mark.parametrize("key", ["", "short", "a" * 65, "with space", "\u00e9" * 9, "a/b/c/d/e", "'; --aaaa"])
def test_a_call_without_a_name_of_its_own_is_not_made(caller: Program, key: str) -> None:
    assert _is_refused(caller.post("/households", _NEW, idempotency_key=key), 400)
    assert caller.get("/households").body["data"] == []


def test_a_key_stands_for_one_call_of_one_program(world: World, caller: Program) -> None:
    """Another body, another household or another operation under the same key is refused; another program is free."""
    home, other = world.household("Tremblay"), world.household("Roy")
    wanted = {"first_name": "Zoé", "last_name": "Roy"}
    path = f"/households/{home.id}/members"
    first = caller.post(path, wanted, idempotency_key="one-and-only")

    refused = [
        caller.post(path, wanted | {"first_name": "Zoe"}, idempotency_key="one-and-only"),
        caller.post(f"/households/{other.id}/members", wanted, idempotency_key="one-and-only"),
        caller.post("/households", _NEW, idempotency_key="one-and-only"),
    ]
    elsewhere = program(world).post(path, wanted, idempotency_key="one-and-only")

    assert first.status == 201
    assert all(_is_refused(each, 422) for each in refused)
    assert elsewhere.status == 201
    assert elsewhere.body["id"] != first.body["id"]


def test_a_key_that_was_forgotten_stands_for_what_is_asked_now(world: World, caller: Program) -> None:
    """T-03: nobody is told of the household that the same key named the day before."""
    path = "/households"
    first = caller.post(path, _NEW, idempotency_key="used-twice")
    _forget_calls(world)

    again = caller.post(path, _NEW, idempotency_key="used-twice")
    _forget_calls(world)
    other = caller.post(path, _NEW | {"name": "Gagnon"}, idempotency_key="used-twice")

    assert again.body["id"] == first.body["id"]
    assert (other.body["name"], other.body["id"] != first.body["id"]) == ("Gagnon", True)


def _forget_calls(world: World) -> None:
    """As DynamoDB does after a day."""
    for pk, sk in stored_items(world.org):
        if sk == "API_CALL":
            connection().delete_item(pk, sk)


@pytest.fixture
def nested(world: World, caller: Program, monkeypatch: pytest.MonkeyPatch) -> list[Told]:
    """What a second program is told that sends the same call while the first one is under way."""
    told: list[Told] = []
    begun = desk.record

    def record(*asked: Any) -> Any:
        monkeypatch.setattr(desk, "record", begun)
        home = str(asked[1])
        told.append(_other(caller).post(f"/households/{home}/payments", _paid(world), idempotency_key="paid-once"))
        return begun(*asked)

    monkeypatch.setattr(desk, "record", record)
    return told


def _other(caller: Program) -> Program:
    """The same program in another environment: each serves one call at a time."""
    return replace(caller, gateway=gateway())


def _paid(world: World) -> dict[str, Any]:
    return {"minor": 500, "method": "cash", "received_on": world.today.isoformat()}


def test_the_same_call_twice_at_once_is_done_once(world: World, caller: Program, nested: list[Told]) -> None:
    home = world.household("Tremblay")

    first = caller.post(f"/households/{home.id}/payments", _paid(world), idempotency_key="paid-once")
    after = caller.post(f"/households/{home.id}/payments", _paid(world), idempotency_key="paid-once")

    assert first.status == 201
    assert (_is_refused(nested[0], 409), nested[0].headers["retry-after"]) == (True, "2")
    assert after.body == first.body
    assert len(billing.list_payments(world.org, home.id).rows) == 1


def test_of_two_changes_at_once_one_is_told_that_it_came_second(
    world: World, caller: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both saw the same version, and both were looked at before either was written."""
    home = world.household("Tremblay")
    path, seen = f"/households/{home.id}", caller.get(f"/households/{home.id}").tag
    change, others = service.change_household, []

    def change_second(*asked: Any, **more: Any) -> None:
        monkeypatch.setattr(service, "change_household", change)
        others.append(_other(caller).patch(path, {"city": "Laval"}, seen))
        change(*asked, **more)

    monkeypatch.setattr(service, "change_household", change_second)
    late = caller.patch(path, {"city": "Gatineau"}, seen)

    assert others[0].status == 200
    assert _is_refused(late, 412)
    assert caller.get(path).body == others[0].body


def test_an_operation_that_breaks_tells_a_reference_and_nothing_else(
    world: World, caller: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L-03."""

    def fail(call: Call) -> Any:
        raise RuntimeError(f"Secretissime {call.token} {keys.organisation(call.org)}")

    monkeypatch.setattr(store, "list_households", lambda *_: fail)
    monkeypatch.setattr(service, "require_household", fail)

    told = caller.get(f"/households/{world.household('Tremblay').id}")

    assert _is_refused(told, 500)
    assert told.body["reference"]
