"""The package, built once for this machine; a second run with the same files finds it ready."""

import json
import platform
from typing import Any

import pytest

from infra.build import ROOT, Build, build
from infra.stages import Stage


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
