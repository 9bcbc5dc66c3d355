"""What was deployed, and when: small notes beside the packages, which stay there for going back."""

import getpass
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from infra import BuildError
from infra.build import ROOT, digest_of_inputs
from infra.stages import Stage
from infra.target import Target

_FORM = "%Y%m%dT%H%M%S%fZ"


class Version(NamedTuple):
    """What is deployed."""

    name: str
    """What git calls the code; a `+` behind it says that files were changed."""
    architecture: str
    at: datetime


@dataclass(frozen=True)
class Entry:
    """One deployment that succeeded."""

    at: datetime
    version: str
    """What git calls the code; a `+` behind it says that files were changed."""
    by: str
    inputs: str
    """Digest of all that the packages were built from."""
    architecture: str
    template: str
    """Key of the template in the bucket of packages."""
    code: Mapping[str, str]
    """Keys of the packages by the template's parameters."""
    went_back: bool = False
    steps: tuple[int, ...] = ()
    """Numbers of the steps of `chalicelib.migrating` that the code knows: what it writes needs none of these."""


def note(target: Target, entry: Entry) -> None:
    """Keeps what was deployed."""
    told = {**asdict(entry), "at": entry.at.strftime(_FORM)}
    name = f"{_folder(target)}{entry.at.strftime(_FORM)}.json"
    target.client("s3").put_object(Bucket=target.bucket, Key=name, Body=json.dumps(told, indent=1).encode())


def entries(target: Target) -> Iterator[Entry]:
    """What was deployed, newest first; nothing where nobody ever did."""
    s3 = target.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=target.bucket, Prefix=_folder(target))
    try:
        names = sorted((each["Key"] for page in pages for each in page.get("Contents", ())), reverse=True)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
        return
    for name in names:
        yield _entry(json.loads(s3.get_object(Bucket=target.bucket, Key=name)["Body"].read()))


def _entry(told: dict[str, Any]) -> Entry:
    at = datetime.strptime(told["at"], _FORM).replace(tzinfo=UTC)
    return Entry(**{**told, "at": at, "steps": tuple(told.get("steps", ()))})


def _folder(target: Target) -> str:
    return f"{target.stage}/history/"


def version_here() -> str:
    """What git calls the code here."""
    told = _git("rev-parse", "--short=12", "HEAD")
    return f"{told}+" if told and _git("status", "--porcelain") else told or "unknown"


def by_whom() -> str:
    """Who deploys, as the machine knows."""
    return getpass.getuser()


def inputs_here(stage: str, architecture: str) -> str:
    """Digest of all that packages of the stage would be built from now; empty where they can not be built."""
    try:
        return digest_of_inputs(Stage.read(stage, ROOT, architecture))
    except BuildError:
        return ""


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
