"""Codes that are typed, and those that are wrong, are counted: an alarm rings when half of many are (L-08)."""

import pytest

from chalicelib.web import metrics
from tests.support.door import Door
from tests.support.world import World

_COUNTED = ("CodesTried", "CodesWrong")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the metrics of codes, as they are counted."""
    found: list[str] = []
    count = metrics.count

    def note(name: str, *told: float, **more: str) -> None:
        count(name, *told, **more)  # type: ignore[arg-type]
        found.extend([name] * (name in _COUNTED))

    monkeypatch.setattr(metrics, "count", note)
    return found


def test_a_right_code_is_tried_and_a_wrong_one_is_wrong_besides(world: World, door: Door, counted: list[str]) -> None:
    """L-08: the ratio of the two is what somebody who guesses can not hide."""
    world.user(world.household(), email="marie@example.com")
    door.ask("marie@example.com")
    right = door.sent.code("marie@example.com")
    page = door.browser.get(f"/{world.org}/sign-in/code")
    page = door.browser.submit(page, "sign-in/code", code="000000" if right != "000000" else "111111")
    assert counted == ["CodesTried", "CodesWrong"]
    door.browser.submit(page, "sign-in/code", code=right)
    assert counted == ["CodesTried", "CodesWrong", "CodesTried"]


def test_a_code_that_nothing_is_asked_for_counts_as_wrong(world: World, door: Door, counted: list[str]) -> None:
    """Whoever tries numbers without having asked for any is counted as well."""
    page = door.ask("nobody@example.com")
    door.browser.submit(page, "sign-in/code", code="123456")
    assert counted == ["CodesTried", "CodesWrong"]
