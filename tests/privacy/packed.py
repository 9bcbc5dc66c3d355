"""A family's finished copy, as somebody opens it."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalicelib import bootstrap
from chalicelib.adapters import aws
from chalicelib.privacy import making, takeaways
from chalicelib.privacy.making import Worker
from chalicelib.privacy.takeaways import Takeaway
from chalicelib.settings import current
from tests.support.world import World


def worker(is_late: Callable[[], bool] = lambda: False) -> Worker:
    """What makes copies."""
    return Worker(bootstrap.archives(), bootstrap.vault(), is_late)


def copy_of(world: World, household: str, user: str, now: datetime, language: str = "en") -> zipfile.ZipFile:
    """Asks for a copy, makes it and opens it."""
    takeaways.ask(world.organisation, household, user, language, now)
    asked = takeaways.latest(world.org, household, user)
    assert asked
    assert making.make(worker(), asked.key, now) == "ready"
    return opened(asked)


def opened(copy: Takeaway) -> zipfile.ZipFile:
    """The file of a copy."""
    place = {"Bucket": current().files_bucket, "Key": f"takeaways/{copy.name}"}
    return zipfile.ZipFile(io.BytesIO(aws.client("s3").get_object(**place)["Body"].read()))


def records(copy: zipfile.ZipFile, kind: str) -> list[Any]:
    """All records of a kind, from however many files."""
    names = [name for name in copy.namelist() if name.startswith((f"data/{kind}.", f"data/{kind}-"))]
    told = [json.loads(copy.read(name)) for name in names]
    return [record for each in told if each["kind"] == kind for record in each["records"]]
