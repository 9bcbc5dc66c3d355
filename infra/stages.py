"""A stage: one deployment of the portal, with the sizes and rights that `.chalice/` gives its functions."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalice.config import Config

from infra import BuildError
from infra.functions import Function

_NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")


@dataclass(frozen=True, slots=True)
class Stage:
    """One deployment. Sizes and names come from `.chalice/config.json`, by Chalice's own rules of precedence."""

    name: str
    architecture: str
    _config: Any
    _rights: Path

    @classmethod
    def read(cls, name: str, root: Path, architecture: str | None = None) -> "Stage":
        """The stage called `name`; stages that the file does not name have its general values. Raises BuildError."""
        if not _NAME.fullmatch(name):
            raise BuildError(f"{name!r} can not be a stage: small letters, digits and hyphens, at most 20")
        folder = root / ".chalice"
        config = Config(chalice_stage=name, config_from_disk=json.loads((folder / "config.json").read_text()))
        return cls(name, architecture or config.lambda_architecture, config, folder)

    @property
    def path(self) -> str:
        """First part of the portal's address where it has no domain of its own."""
        return str(self._config.api_gateway_stage)

    def of(self, function: Function) -> Any:
        """Chalice's configuration of one function."""
        return self._config.scope(self.name, function.name)

    def rights(self, function: Function) -> list[dict[str, Any]]:
        """The statements of a function's policy; names of resources are the template's."""
        policy = json.loads((self._rights / str(self.of(function).iam_policy_file)).read_text())
        return list(policy["Statement"])
