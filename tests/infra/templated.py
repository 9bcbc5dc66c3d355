"""Looks into the template, for the tests of its parts."""

from typing import Any

from infra.functions import FUNCTIONS, Function

Resources = dict[str, Any]
WEB = [function for function in FUNCTIONS if function.web]
WORKERS = [function for function in FUNCTIONS if not function.web]
QUEUED = [function for function in FUNCTIONS if function.is_queued]


def ids(function: Function) -> str:
    return function.name


def of_type(resources: Resources, kind: str) -> dict[str, Any]:
    return {name: one.get("Properties", {}) for name, one in resources.items() if one["Type"] == kind}


def statements(resources: Resources, function: Function) -> list[dict[str, Any]]:
    role = resources[f"{function.title}Role"]["Properties"]
    assert "ManagedPolicyArns" not in role
    return [statement for policy in role["Policies"] for statement in policy["PolicyDocument"]["Statement"]]


def actions(resources: Resources, function: Function) -> set[str]:
    return {action for statement in statements(resources, function) for action in statement["Action"]}


def own_actions(resources: Resources, function: Function) -> set[str]:
    """Without its log, and the key that everything lies under."""
    return {one for one in actions(resources, function) if not one.startswith(("logs:", "kms:"))}


def may(resources: Resources, action: str) -> set[str]:
    """Functions that have a right."""
    return {one.name for one in FUNCTIONS if action in actions(resources, one)}


def variables_told(resources: Resources, variable: str) -> set[str]:
    """Functions that are told this variable."""
    return {
        function.name
        for function in FUNCTIONS
        if variable in resources[function.title]["Properties"]["Environment"]["Variables"]
    }
