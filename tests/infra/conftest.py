"""The package, built once for this machine; a second run with the same files finds it ready."""

import json
import platform
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from chalicelib import settings
from infra.build import ROOT, Build, build
from infra.stages import Stage
from infra.target import Target
from local import engine
from local.engine import Engine


@pytest.fixture(scope="session")
def stage() -> Stage:
    """A stage whose package runs on this machine."""
    return Stage.read("test", ROOT, {"aarch64": "arm64"}.get(platform.machine(), "x86_64"))


@pytest.fixture(scope="session")
def made(stage: Stage) -> Build:
    """The package and its template."""
    return build(stage)


@pytest.fixture(scope="session")
def template(made: Build) -> dict[str, Any]:
    """The template as it is deployed."""
    found: dict[str, Any] = json.loads(made.template.read_text())
    return found


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    """The template's resources by logical name."""
    found: dict[str, Any] = template["Resources"]
    return found


class Session:
    """A session whose clients speak to the embedded AWS."""

    region_name = engine.REGION

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def client(self, service: str) -> Any:
        """A client of a service."""
        own = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=self.region_name)
        return own.client(service, endpoint_url=self._endpoint)


@pytest.fixture
def target(aws: Engine) -> Target:
    """The account."""
    return Target(Session(aws.endpoint), engine.ACCOUNT, engine.REGION, "test")


@pytest.fixture
def table(aws: Engine, target: Target) -> str:
    """The table in use, as the template makes one."""
    name = settings.current().table
    dynamodb = target.client("dynamodb")
    kept = {"PointInTimeRecoveryEnabled": True}
    dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=kept)
    dynamodb.tag_resource(
        ResourceArn=dynamodb.describe_table(TableName=name)["Table"]["TableArn"],
        Tags=[{"Key": "cost", "Value": "portal"}],
    )
    return name


@pytest.fixture
def new(target: Target) -> Iterator[str]:
    """The name of a table that is not there yet."""
    name = f"foyer-restored-{time.monotonic_ns()}"
    yield name
    dynamodb = target.client("dynamodb")
    if name in dynamodb.list_tables()["TableNames"]:
        dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
        dynamodb.delete_table(TableName=name)
