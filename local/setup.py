"""Makes what CloudFormation makes on AWS: table, buckets, queues, the pepper of one-time codes, the sender of mails.

Everything is made once and left alone afterwards, so it may run at every start.
"""

import base64
import json
import os
import secrets
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import settings
from chalicelib.adapters import aws
from chalicelib.data.items import Item, connection
from chalicelib.entry.dispatcher import ROUTES
from local import engine

_KEY_BYTES = 32
TOPICS = {name: f"arn:aws:sns:{engine.REGION}:{engine.ACCOUNT}:foyer-{name.lower()}" for name in ("Feedback", "Texts")}
"""Topics whose notices are believed here (`local.notices` signs them)."""


def notices_bucket(stage: str) -> str:
    """Where the certificate lies with which notices are signed here."""
    return f"foyer-{stage}-notices"


def configure(
    endpoint: str, *, stage: str, base_url: str, default_organisation: str = "", stripe_url: str = ""
) -> settings.Settings:
    """Sets the environment of this process for a portal on the embedded AWS, and reads it back.

    `stripe_url` is where Stripe is played; without it nothing can be paid.
    """
    engine.point_here(endpoint)
    os.environ.update(
        FOYER_STAGE=stage,
        FOYER_TABLE=f"foyer-{stage}",
        FOYER_BASE_URL=base_url,
        FOYER_MAIL_FROM="portal@foyer.example",
        FOYER_MAIL_RATE="1000",
        FOYER_TEXT_RATE="1000",
        FOYER_INBOUND_DOMAIN="answers.foyer.example",
        FOYER_MAIL_BUCKET=f"foyer-{stage}-mail",
        FOYER_PEPPER_PARAMETER=settings.pepper_parameter(stage),
        FOYER_NUMBER_KEYS_PARAMETER=settings.number_keys_parameter(stage),
        FOYER_FILES_BUCKET=f"foyer-{stage}-files",
        FOYER_VAULT_BUCKET=f"foyer-{stage}-vault",
        FOYER_STRIPE_PARAMETERS=f"/foyer/{stage}/stripe",
        FOYER_STRIPE_URL=stripe_url,
        FOYER_FEEDBACK_TOPICS=json.dumps(TOPICS),
        FOYER_NOTICES_URL=f"{endpoint}/{notices_bucket(stage)}",
        FOYER_DEFAULT_ORGANISATION=default_organisation,
        FOYER_QUEUES=json.dumps({name: f"{endpoint}/{engine.ACCOUNT}/foyer-{stage}-{name}" for name in ROUTES}),
    )
    settings.current.cache_clear()
    return settings.current()


def make_resources() -> None:
    """Makes the resources that are not there yet."""
    here = settings.current()
    make_table()
    for parameter in (here.pepper_parameter, here.number_keys_parameter):
        _unless(
            "ParameterAlreadyExists",
            aws.client("ssm").put_parameter,
            Name=parameter,
            Type="SecureString",
            Value=base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode(),
        )
    for queue in here.queues.values():
        aws.client("sqs").create_queue(QueueName=queue.rpartition("/")[2], Attributes={"VisibilityTimeout": "30"})
    for bucket in (here.files_bucket, here.vault_bucket, here.mail_bucket, notices_bucket(here.stage)):
        _make_bucket(bucket, here.region)
    _unless("AlreadyExistsException", aws.client("sesv2").create_email_identity, EmailIdentity=here.mail_from)


def stream_arn() -> str:
    """Name of the stream of the table's new items."""
    table = aws.client("dynamodb").describe_table(TableName=settings.current().table)["Table"]
    return str(table["LatestStreamArn"])


def _make_bucket(name: str, region: str) -> None:
    place = {"LocationConstraint": region}
    create = aws.client("s3").create_bucket
    _unless("BucketAlreadyOwnedByYou", create, Bucket=name, CreateBucketConfiguration=place)


def make_table() -> None:
    """Makes the table that the settings name, if it is not there yet."""
    client = aws.client("dynamodb")
    try:
        client.describe_table(TableName=settings.current().table)
    except client.exceptions.ResourceNotFoundException:
        connection()
        Item.create_table(wait=True)


def _unless(known: str, call: Any, **parameters: Any) -> None:
    """Calls AWS; the error code `known` means that it was made before."""
    try:
        call(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] != known:
            raise
