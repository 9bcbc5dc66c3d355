"""`make redrive STAGE=… QUEUE=outbox`: gives a function again what it could not do, from its queue of failures (M-06).

Do it when the cause is mended. Each message is put into the function's queue before it leaves the other one: one that
was cut off between the two is handed over twice, which every function stands. Without QUEUE it only counts.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from infra.functions import FUNCTIONS, Function
from infra.target import DeployError, Target

_AT_ONCE = 10
_HELD_SECONDS = 120
"""How long a message that was received and not moved stays hidden."""
_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


class Waiting(NamedTuple):
    """How many messages are in a function's queues."""

    queued: int
    failed: int


def queues_of(target: Target) -> dict[str, str]:
    """Addresses of the stack's queues by their logical names. Raises DeployError."""
    try:
        pages = target.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=target.stack)
        return {
            each["LogicalResourceId"]: each["PhysicalResourceId"]
            for page in pages for each in page["StackResourceSummaries"] if each["ResourceType"] == "AWS::SQS::Queue"
        }  # fmt: skip
    except ClientError as error:
        raise DeployError(f"the stack {target.stack} can not be seen: {error}") from error


def waiting(target: Target, queues: Mapping[str, str]) -> dict[str, Waiting]:
    """How much is in the queues of each function, by its name."""
    sqs = target.client("sqs")

    def count(name: str) -> int:
        if name not in queues:
            return 0
        told = sqs.get_queue_attributes(QueueUrl=queues[name], AttributeNames=list(_COUNTS))["Attributes"]
        return sum(int(told.get(each, 0)) for each in _COUNTS)

    return {
        each.name: Waiting(count(f"{each.title}Queue"), count(f"{each.title}Failures"))
        for each in FUNCTIONS if f"{each.title}Failures" in queues
    }  # fmt: skip


def redrive(target: Target, queues: Mapping[str, str], function: Function, step: Callable[[int], object] = id) -> int:
    """Moves all that a function could not do back into its queue; `step` hears of how many. Returns how many.

    Raises DeployError for one that has no queue: what starts those works out by itself what is due.
    """
    if not function.is_queued:
        raise DeployError(f"{function.name} has no queue to give it back to; the runbook of its alarm says what to do")
    sqs, dead, live = target.client("sqs"), queues[f"{function.title}Failures"], queues[f"{function.title}Queue"]
    moved = 0
    while True:
        found = sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=_AT_ONCE, VisibilityTimeout=_HELD_SECONDS).get(
            "Messages", []
        )
        if not found:
            return moved
        bodies = [{"Id": str(number), "MessageBody": each["Body"]} for number, each in enumerate(found)]
        answer = sqs.send_message_batch(QueueUrl=live, Entries=bodies)
        taken = [found[int(each["Id"])] for each in answer.get("Successful", [])]
        handles = [{"Id": str(number), "ReceiptHandle": each["ReceiptHandle"]} for number, each in enumerate(taken)]
        if handles:
            sqs.delete_message_batch(QueueUrl=dead, Entries=handles)
        moved += len(taken)
        step(len(taken))


def main() -> int:
    """Counts, or moves what one function could not do."""
    arguments = argparse.ArgumentParser(
        prog="make redrive", description="Gives functions again what they could not do."
    )
    arguments.add_argument("stage")
    arguments.add_argument("function", nargs="?", choices=[each.name for each in FUNCTIONS if each.is_queued])
    asked = arguments.parse_args()
    try:
        target = Target.find(boto3.Session(), asked.stage)
        queues = queues_of(target)
        if asked.function is None:
            table = Table("function", "waits", "failed")
            for name, each in waiting(target, queues).items():
                table.add_row(name, str(each.queued), str(each.failed))
            Console().print(table)
            return 0
        function = next(each for each in FUNCTIONS if each.name == asked.function)
        columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed}"))
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("Given back", total=None)
            moved = redrive(target, queues, function, lambda count: bar.advance(task, count))
    except (DeployError, BotoCoreError, ClientError) as error:
        print(f"Not all was given back: {error}", file=sys.stderr)
        return 1
    print(f"Given back  {moved} to {asked.function}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
