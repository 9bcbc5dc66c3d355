"""Makes what CloudFormation makes on AWS: the table, the bucket, the pepper of one-time codes, the mail sender.

Everything is made once and left alone afterwards, so it may run at every start.
"""

import base64
import os
import secrets
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import settings
from chalicelib.adapters import aws
from chalicelib.data.items import Item, connection
from local import engine

_PEPPER_BYTES = 32


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
        FOYER_PEPPER_PARAMETER=settings.pepper_parameter(stage),
        FOYER_FILES_BUCKET=f"foyer-{stage}-files",
        FOYER_STRIPE_PARAMETERS=f"/foyer/{stage}/stripe",
        FOYER_STRIPE_URL=stripe_url,
        FOYER_DEFAULT_ORGANISATION=default_organisation,
    )
    settings.current.cache_clear()
    return settings.current()


def make_resources() -> None:
    """Makes the resources that are not there yet."""
    here = settings.current()
    _make_table()
    _unless(
        "ParameterAlreadyExists",
        aws.client("ssm").put_parameter,
        Name=here.pepper_parameter,
        Type="SecureString",
        Value=base64.b64encode(secrets.token_bytes(_PEPPER_BYTES)).decode(),
    )
    _unless(
        "BucketAlreadyOwnedByYou",
        aws.client("s3").create_bucket,
        Bucket=here.files_bucket,
        CreateBucketConfiguration={"LocationConstraint": here.region},
    )
    _unless("AlreadyExistsException", aws.client("sesv2").create_email_identity, EmailIdentity=here.mail_from)


def stream_arn() -> str:
    """Name of the stream of the table's new items."""
    table = aws.client("dynamodb").describe_table(TableName=settings.current().table)["Table"]
    return str(table["LatestStreamArn"])


def _make_table() -> None:
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
