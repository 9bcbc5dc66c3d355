"""Metrics as CloudWatch takes them out of the log: complete, bounded, and about nobody."""

import ast
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.shared import tracing
from chalicelib.shared.times import epoch
from chalicelib.web import metrics
from local.engine import Engine
from tests.support.clock import TurnedClock

CODE = Path(metrics.__file__).parents[1]


@pytest.fixture(autouse=True)
def heard(aws: Engine, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """The lines of our logger."""
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(logging.getLogger("foyer"), "propagate", True)
    return caplog


def _told(heard: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(record.getMessage()) for record in heard.records if record.name == "foyer"]


def test_a_line_has_the_form_that_cloudwatch_reads(heard: pytest.LogCaptureFixture, clock: TurnedClock) -> None:
    """The Embedded Metric Format: where, when, which metric in which unit, and its value beside."""
    tracing.begin("abc")
    metrics.count("OutboxAge", 12, "Seconds", lane="bulk")

    assert _told(heard) == [
        {
            "_aws": {
                "Timestamp": epoch(clock.now()) * 1000,
                "CloudWatchMetrics": [
                    {
                        "Namespace": "Foyer/test",
                        "Dimensions": [[], ["lane"]],
                        "Metrics": [{"Name": "OutboxAge", "Unit": "Seconds"}],
                    }
                ],
            },
            "OutboxAge": 12,
            "lane": "bulk",
            "request": "abc",
        }
    ]


def test_alarms_find_the_sum_of_all_dimensions(heard: pytest.LogCaptureFixture) -> None:
    """L-08: an alarm on `MessagesParked` names no dimension, so each line counts without any as well."""
    metrics.count("MessagesParked")
    metrics.count("MessagesParked", channel="mail")

    sets = [line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] for line in _told(heard)]
    assert sets == [[[]], [[], ["channel"]]]


@pytest.mark.parametrize("word", ["anna@example.com", "+15145550199", "Anna", "H-12", "x" * 31, "", "née"])
def test_what_is_no_word_of_ours_is_no_dimension(heard: pytest.LogCaptureFixture, word: str) -> None:
    """L-02: neither an address nor a name gets into a metric, and what there may be of a dimension has an end."""
    metrics.count("MessagesSent", channel=word, household="ann")

    (line,) = _told(heard)
    assert set(line) - {"request"} == {"_aws", "MessagesSent"}
    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [[]]


def test_nothing_happened_is_no_line_but_an_age_of_none_is(heard: pytest.LogCaptureFixture) -> None:
    """A clock that ticks each minute writes of what it did; an age that fell to nothing must be seen to have."""
    metrics.count("RemindersMade", 0)
    metrics.count("OutboxAge", 0, "Seconds")

    assert [set(line) & metrics.NAMES for line in _told(heard)] == [{"OutboxAge"}]


def _counts() -> Iterator[tuple[Path, ast.Call]]:
    for path in sorted(CODE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "metrics.count":
                yield path, node


def test_every_metric_that_is_counted_is_one_of_the_list_and_every_one_of_the_list_is_counted() -> None:
    """Each costs money by the month, and an alarm on one that nobody counts never rings."""
    counted: set[object] = set()
    for path, call in _counts():
        name = call.args[0]
        if isinstance(name, ast.Constant):
            counted.add(name.value)
        else:  # one of a table of names, which stands in the same module
            known = {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}
            assert metrics.NAMES & known, f"{path}: the name of a metric is written out"
            counted |= metrics.NAMES & known
        assert {each.arg for each in call.keywords} - {"value", "unit"} <= metrics.DIMENSIONS, path
    assert counted == metrics.NAMES
