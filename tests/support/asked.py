"""What a call of the AWS clients asks rights for: IAM's words for its actions, its things and what conditions look at.

Things are called as policy files call them (`${Table.Arn}/index/work`), wherever they lie for these tests.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.utils import parseaddr
from typing import Any, NamedTuple

from chalicelib import settings
from infra.functions import FUNCTIONS

Context = Mapping[str, Sequence[str]]
Params = Mapping[str, Any]

_HERE = "${AWS::Region}:${AWS::AccountId}"
_EQUALS = re.compile(r"(#\w+)\s*=\s*(:\w+)")
_PARTITIONS = ("pk", "queue")
"""What the table and its index are parted by."""
_IN_TRANSACTIONS = {
    "Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}  # fmt: skip
_OF_OBJECTS = {
    "HeadObject": "GetObject", "CreateMultipartUpload": "PutObject", "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
}  # fmt: skip
"""Calls of S3 that are granted under another name."""
_OF_LISTS = frozenset({"ListObjects", "ListObjectsV2"})


class Asked(NamedTuple):
    """One right that a call needs."""

    action: str
    thing: str
    context: Context
    """What conditions may look at; a key that the request does not have is not there."""


def of(service: str, operation: str, params: Params) -> Iterator[Asked]:
    """The rights that a call needs. Raises KeyError for a service that no function of ours asks."""
    return _OF_SERVICE[service](operation, params)


def _dynamodb(operation: str, params: Params) -> Iterator[Asked]:
    if "TransactItems" in params:
        for each in params["TransactItems"]:
            ((verb, told),) = each.items()
            yield _of_item(_IN_TRANSACTIONS[verb], told, [_partition(told)])
    elif "RequestItems" in params:
        for table, told in params["RequestItems"].items():
            yield _of_item(operation, {"TableName": table}, _partitions(told))
    elif operation == "Query":
        yield _of_item(operation, params, list(_queried(params)))
    else:
        yield _of_item(operation, params, [_partition(params)] if {"Key", "Item"} & set(params) else [])


def _of_item(action: str, told: Params, partitions: Sequence[str]) -> Asked:
    table = "${Table.Arn}" if told["TableName"] == settings.current().table else f"table {told['TableName']}"
    index = f"/index/{told['IndexName']}" if told.get("IndexName") else ""
    context = {"dynamodb:LeadingKeys": partitions} if partitions else {}
    names = {*told.get("ExpressionAttributeNames", {}).values(), *told.get("Key", ()), *told.get("Item", ())}
    if names:
        context["dynamodb:Attributes"] = sorted(names)
    if "ReturnValues" in told:
        context["dynamodb:ReturnValues"] = [told["ReturnValues"]]
    return Asked(f"dynamodb:{action}", table + index, context)


def _partition(told: Params) -> str:
    key = told.get("Key") or told["Item"]
    return str(key["pk"]["S"])


def _partitions(told: Any) -> list[str]:
    """Of what is read or written together, in either form of a batch."""
    if isinstance(told, Mapping):
        return [str(key["pk"]["S"]) for key in told["Keys"]]
    return [_partition(next(iter(each.values()))) for each in told]


def _queried(params: Params) -> Iterator[str]:
    names, values = params["ExpressionAttributeNames"], params["ExpressionAttributeValues"]
    for name, value in _EQUALS.findall(params["KeyConditionExpression"]):
        if names[name] in _PARTITIONS:
            yield str(values[value]["S"])


def _s3(operation: str, params: Params) -> Iterator[Asked]:
    here = settings.current()
    buckets = {here.files_bucket: "${Files.Arn}", here.vault_bucket: "${Vault.Arn}", here.mail_bucket: "${Mails.Arn}"}
    bucket = buckets.get(params["Bucket"], f"bucket {params['Bucket']}")
    if operation in _OF_LISTS:
        yield Asked("s3:ListBucket", bucket, {"s3:prefix": [params["Prefix"]]} if "Prefix" in params else {})
    else:
        yield Asked(f"s3:{_OF_OBJECTS.get(operation, operation)}", f"{bucket}/{params['Key']}", {})


def of_missing(params: Params) -> Iterator[Asked]:
    """The right that it takes to be told that a file is not there: S3 says that it is forbidden to whoever lacks it.

    It is asked for without the file's name, so a condition about names does not hold.
    """
    return _s3("ListObjectsV2", {"Bucket": params["Bucket"]})


def _sqs(operation: str, params: Params) -> Iterator[Asked]:
    names = {url: name for name, url in settings.current().queues.items()}
    title = next((one.title for one in FUNCTIONS if one.name == names.get(params["QueueUrl"])), "")
    yield Asked(f"sqs:{operation.removesuffix('Batch')}", f"${{{title}Queue.Arn}}", {})


def _sns(operation: str, params: Params) -> Iterator[Asked]:
    yield Asked(f"sns:{operation}", params.get("TopicArn") or params["PhoneNumber"], {})


def _ses(operation: str, params: Params) -> Iterator[Asked]:
    """The sender and what it sends under are two things, and the right has to be for both."""
    here, sender = settings.current(), parseaddr(params["FromEmailAddress"])[1]
    context = {"ses:FromAddress": ["${MailFrom}" if sender == here.mail_from else sender]}
    prefix = f"arn:${{AWS::Partition}}:ses:{_HERE}"
    yield Asked(f"ses:{operation}", f"{prefix}:identity/{sender}", context)
    under = params.get("ConfigurationSetName", here.mail_events)
    name = "foyer-${Stage}" if under == here.mail_events else under
    yield Asked(f"ses:{operation}", f"{prefix}:configuration-set/{name}", context)


def _ssm(operation: str, params: Params) -> Iterator[Asked]:
    here, name = settings.current(), str(params["Name"])
    named = {here.pepper_parameter: "${PepperParameter}", here.number_keys_parameter: "${NumberKeysParameter}"}
    told = named.get(name) or name.replace(f"{here.stripe_parameters}/", "${StripeParameters}/", 1)
    yield Asked(f"ssm:{operation}", f"arn:${{AWS::Partition}}:ssm:{_HERE}:parameter{told}", {})


_OF_SERVICE: Mapping[str, Callable[[str, Params], Iterator[Asked]]] = {
    "dynamodb": _dynamodb, "s3": _s3, "sqs": _sqs, "sns": _sns, "sesv2": _ses, "ssm": _ssm,
}  # fmt: skip
