"""Whether functions may do what they do: the embedded AWS lets everybody do everything, so tests look by themselves.

Each call of an AWS client that a function makes, or the work that only it does, is held against its policy file. Whose
call it is is seen on the stack: what tests do themselves, also in the middle of a function, is nobody's.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from infra.functions import (
    CODE_SENDER,
    FEEDBACK,
    FINDER,
    FUNCTIONS,
    INBOUND_MAIL,
    MONEY_CLOCK,
    MOVING_CLOCK,
    OUTBOX,
    PRIVACY_CLOCK,
    SETTLING,
    SETTLING_SWEEP,
    STRIPE_WEBHOOK,
    SWEEP,
    TIME_CLOCK,
    WEBHOOKS,
    WEBHOOKS_SWEEP,
    Function,
)
from tests.support import asked
from tests.support.asked import Asked, Context

Statement = Mapping[str, Any]
Functions = tuple[Function, ...]

_ROOT = Path(__file__).resolve().parent.parent.parent
_OTHERS = ("tests", "cli", "local", "bench", "infra", "demo")
"""Folders of code that is no function's: whatever it calls is not theirs."""
_APP = "chalicelib.web.app.App.__call__"
_NOT_THERE = ("NoSuchKey", "404")
"""What S3 says of a file that is not there, to those who may know."""
WORK: Mapping[str, Functions] = {
    "chalicelib.notifications.delivery.deliver": (OUTBOX, SWEEP),
    "chalicelib.notifications.codes.send": (CODE_SENDER,),
    "chalicelib.clients.indexing.note_invoice": (FINDER,),
    "chalicelib.messages.inbound.receive": (INBOUND_MAIL,),
    "chalicelib.feedback.taking.take_mail": (FEEDBACK,),
    "chalicelib.feedback.taking.take_text": (FEEDBACK,),
    "chalicelib.payments.inbox.keep_event": (STRIPE_WEBHOOK,),
    "chalicelib.payments.inbox.work_off": (SETTLING, SETTLING_SWEEP),
    "chalicelib.payments.closing.run": (SETTLING_SWEEP,),
    "chalicelib.payments.reconciling.run": (SETTLING_SWEEP,),
    "chalicelib.recurring.jobs.make_due_invoices": (MONEY_CLOCK,),
    "chalicelib.payments.autopay.run": (MONEY_CLOCK,),
    "chalicelib.payments.cards.run": (MONEY_CLOCK,),
    "chalicelib.quotes.jobs.run": (MONEY_CLOCK,),
    "chalicelib.dunning.jobs.run": (MONEY_CLOCK,),
    "chalicelib.enrolments.changes.run": (TIME_CLOCK,),
    "chalicelib.enrolments.jobs.run": (TIME_CLOCK,),
    "chalicelib.bookings.jobs.run": (TIME_CLOCK,),
    "chalicelib.growing.jobs.run": (TIME_CLOCK,),
    "chalicelib.slips.work.run": (TIME_CLOCK,),
    "chalicelib.till.runs.run": (TIME_CLOCK,),
    "chalicelib.reminders.jobs.run": (TIME_CLOCK,),
    "chalicelib.privacy.erasing.run": (PRIVACY_CLOCK,),
    "chalicelib.privacy.making.make": (PRIVACY_CLOCK,),
    "chalicelib.privacy.ending.run": (PRIVACY_CLOCK,),
    "chalicelib.moving.exporting.work": (MOVING_CLOCK,),
    "chalicelib.moving.working.work": (MOVING_CLOCK,),
    "chalicelib.api.telling.note": (WEBHOOKS,),
    "chalicelib.api.delivering.deliver_all": (WEBHOOKS, WEBHOOKS_SWEEP),
}
"""What tests often call without the function that does it. All that do it have to have the right."""

refused: list[str] = []
"""What functions of this test did without a right to it."""
used: set[tuple[str, str, str]] = set()
"""Functions, the statements of their policies that allowed them something, and what: by tests up to now."""
_places: dict[int, tuple[CodeType, str]] = {}


def install() -> None:
    """From now on each call of an AWS client of this process is looked at. It costs it some microseconds."""
    build, call = BaseClient._emit_api_params, BaseClient._make_api_call

    def emit(client: Any, api_params: Any, operation_model: Any, context: Any) -> Any:
        """Also comes by for addresses that are signed for others to use: the right to them is the signer's."""
        told = build(client, api_params, operation_model, context)
        for function in _whose(sys._getframe(1)):
            judge(function, asked.of(client.meta.service_model.service_name, operation_model.name, told))
        return told

    def make(client: Any, operation_name: str, api_params: Any) -> Any:
        try:
            return call(client, operation_name, api_params)
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOT_THERE:
                for function in _whose(sys._getframe(1)):
                    judge(function, asked.of_missing(api_params))
            raise

    BaseClient._emit_api_params, BaseClient._make_api_call = emit, make


def judge(function: Function, wanted: Iterator[Asked]) -> None:
    """Notes what a function may not do, and by which statements it may do the rest."""
    for one in wanted:
        statement = allowing(statements(function), one)
        if statement is None:
            refused.append(f"{function.name} may not {one.action} {one.thing} {dict(one.context)}")
        else:
            used.add((function.name, str(statement["Sid"]), one.action))


def allowing(told: Sequence[Statement], wanted: Asked) -> Statement | None:
    """The first statement of a policy that gives a right."""
    return next((one for one in told if _allows(one, wanted)), None)


@cache
def statements(function: Function) -> Sequence[Statement]:
    """What the policy file of a function says."""
    from infra.stages import Stage

    return Stage.read("test", _ROOT).rights(function)


def _allows(statement: Statement, wanted: Asked) -> bool:
    if wanted.action not in statement["Action"]:
        return False
    if "NotResource" in statement:
        if _fits(statement["NotResource"], wanted.thing):
            return False
    elif not _fits(statement["Resource"], wanted.thing):
        return False
    limits = statement.get("Condition", {})
    return all(_holds(operator, key, value, wanted.context)
               for operator, told in limits.items() for key, value in told.items())  # fmt: skip


def _fits(resources: Any, thing: str) -> bool:
    return any(fnmatchcase(thing, _written(each)) for each in _each(resources))


def _holds(operator: str, key: str, value: Any, context: Context) -> bool:
    """Whether a condition holds, by IAM's rules for keys that a request does not have. Raises KeyError for others."""
    for_all, _, compared = operator.rpartition(":")
    rules: Mapping[str, Callable[[str, str], bool]] = {"StringEquals": str.__eq__, "StringLike": fnmatchcase}
    alike = rules[compared.removesuffix("IfExists")]
    patterns = [_written(each) for each in _each(value)]
    if key not in context:
        return bool(for_all) or compared.endswith("IfExists")
    fitting = [any(alike(each, pattern) for pattern in patterns) for each in context[key]]
    return all(fitting) if for_all == "ForAllValues" or len(fitting) == 1 else False


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _written(value: Any) -> str:
    """A name of the template's as policy files write it."""
    if isinstance(value, str):
        return value
    if "Fn::GetAtt" in value:
        return "${" + ".".join(value["Fn::GetAtt"]) + "}"
    return str(value["Fn::Sub"]) if "Fn::Sub" in value else f"${{{value['Ref']}}}"


def _whose(frame: FrameType | None) -> Functions:
    """The functions whose call it is: the outermost that is on the stack before anything that is not the product's."""
    found: Functions = ()
    while frame:
        place = _place(frame.f_code)
        if place in _OTHERS:
            return () if place == "cli" else found  # an operator has rights of his or her own
        if place == _APP:
            found = _answering(frame.f_locals["event"])
        elif place:
            found = _known()[place]
        frame = frame.f_back
    return found


def _place(code: CodeType) -> str:
    """What `_named` says, remembered: to compare codes would take longer than all the rest."""
    known = _places.get(id(code))
    if known is None:
        known = _places[id(code)] = (code, _named(code))
    return known[1]


def _named(code: CodeType) -> str:
    """The name of something that is known to be a function's, or the folder of what is none's; else nothing."""
    path = Path(code.co_filename)
    if not path.is_absolute() or not path.is_relative_to(_ROOT) or path == Path(__file__):
        return ""  # what looks at calls is on the stack of each of them
    parts = path.relative_to(_ROOT).with_suffix("").parts
    if parts[0] in _OTHERS:
        return parts[0]
    module, name = ".".join(parts), code.co_qualname.removesuffix(".<locals>")
    if f"{module}.{name}" == _APP:
        return _APP
    name = f"{module}.{name.partition('.')[0]}"
    return name if name in _known() else ""


@cache
def _known() -> Mapping[str, Functions]:
    from chalicelib.notifications import standing

    entries: dict[str, Functions] = {one.handler: (one,) for one in FUNCTIONS if not one.web}
    checks = {place.replace(":", "."): (OUTBOX, SWEEP) for place in standing.CHECKS.values()}
    webhook: dict[str, Functions] = {"chalicelib.entry.stripe_webhook.answer": (STRIPE_WEBHOOK,)}
    return {**WORK, **checks, **webhook, **entries}


def _answering(event: Mapping[str, Any]) -> Functions:
    """The function that the gateway hands a request to."""
    from infra import parts

    resources, told = _resources()
    found = resources.find(event["path"])
    methods = told[found.path] if found else {}
    owner = methods.get(event["httpMethod"]) or methods.get(parts.ANY)
    return (owner,) if owner else ()


@cache
def _resources() -> Any:
    from infra import api, parts
    from local.events import Resources

    told = parts.parts(api.routes())
    return Resources({path: list(methods) for path, methods in told.items()}), told
