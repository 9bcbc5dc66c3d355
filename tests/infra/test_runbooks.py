"""Whoever is woken by an alarm finds in the runbooks what it means, what to look at and what to do (L-08)."""

import re
from fnmatch import fnmatchcase
from typing import Any

import pytest

from infra.build import ROOT

_PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
_RUNBOOKS = _PAGE.partition("\n## Runbooks\n")[2].partition("\n## ")[0]


def _sections() -> dict[str, str]:
    """Text of each runbook by its heading."""
    parts = re.split(r"^### (.+)$", _RUNBOOKS, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _patterns(heading: str) -> list[str]:
    """Alarms that a heading names; `…` stands for a function, or what comes behind."""
    return [name.replace("…", "*") for name in re.findall(r"`([\w…]+)`", heading)]


def _alarms(template: dict[str, Any]) -> list[str]:
    return [name for name, each in template["Resources"].items() if each["Type"] == "AWS::CloudWatch::Alarm"]


def test_each_alarm_has_its_runbook(template: dict[str, Any]) -> None:
    patterns = [pattern for heading in _sections() for pattern in _patterns(heading)]
    alarms = _alarms(template)
    assert len(alarms) > 50
    assert [name for name in alarms if not any(fnmatchcase(name, pattern) for pattern in patterns)] == []


def test_each_runbook_is_of_an_alarm_that_there_is(template: dict[str, Any]) -> None:
    alarms = _alarms(template)
    patterns = [pattern for heading in _sections() for pattern in _patterns(heading)]
    assert [pattern for pattern in patterns if not any(fnmatchcase(name, pattern) for name in alarms)] == []


@pytest.mark.parametrize("heading", [heading for heading in _sections() if _patterns(heading)])
def test_a_runbook_says_what_it_means_and_what_to_do(heading: str) -> None:
    text = _sections()[heading]
    assert "*Means*" in text
    assert re.search(r"\*Do\*|\*Do\W", text)


@pytest.mark.parametrize(
    "words",
    ["outbox is stuck", "parked", "dead letter", "Mail is suspended", "A step is stuck", "make rollback",
     "make restore", "A key may have leaked", "The region is out", "at the account's limit none go out"],
)  # fmt: skip
def test_what_goes_wrong_without_an_alarm_has_one_too(words: str) -> None:
    assert words in _RUNBOOKS


def test_every_command_of_the_page_can_be_made() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+) STAGE", _PAGE)) <= targets
