"""Weighs each transaction that any test makes: DynamoDB takes a hundred items and four megabytes, none twice (D-07)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.client import BaseClient

MOST_ITEMS, MOST_BYTES = 100, 4 * 1024 * 1024

refused: list[str] = []
"""What this test asked for that DynamoDB does not do."""
largest = {"items": 0, "bytes": 0}
"""Of all tests of this process up to now."""


def install() -> None:
    """From now on each transaction of this process is weighed. Before `rights`, which sees on the stack whose it is."""
    build = BaseClient._emit_api_params

    def emit(client: Any, api_params: Any, operation_model: Any, context: Any) -> Any:
        if operation_model.name == "TransactWriteItems":
            weigh(api_params["TransactItems"])
        return build(client, api_params, operation_model, context)

    BaseClient._emit_api_params = emit


def weigh(writes: Sequence[Mapping[str, Mapping[str, Any]]]) -> None:
    """Notes what is too much. Its weight is that of the request, which is more than what DynamoDB counts."""
    items, size = len(writes), len(json.dumps(writes, default=_plain).encode())
    if items > MOST_ITEMS:
        refused.append(f"{items} items in one transaction")
    if size > MOST_BYTES:
        refused.append(f"{size} bytes in one transaction")
    keys = [_key(told) for write in writes for told in write.values()]
    refused.extend(f"{key} is twice in one transaction" for key in {key for key in keys if keys.count(key) > 1})
    for name, found in (("items", items), ("bytes", size)):
        largest[name] = max(largest[name], found)


def _key(told: Mapping[str, Any]) -> tuple[str, str]:
    key = told.get("Key") or told["Item"]
    return key["pk"]["S"], key["sk"]["S"]


def _plain(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
