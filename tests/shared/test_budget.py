"""The time of a run is shared among its jobs (M-08)."""

from types import SimpleNamespace

import pytest

from chalicelib.shared import budget


class Clock:
    """What a run has still, in milliseconds."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self) -> int:
        return self.left


def test_each_job_has_a_part_and_what_is_left_over_goes_to_the_others() -> None:
    clock, taken = Clock(100), list[int]()
    for parts, wanted in ((4, 1000), (3, 5), (2, 1000), (1, 1000)):
        begun = clock.left
        with budget.share(clock, parts):
            for _ in budget.each(range(wanted)):
                clock.left -= 1
        taken.append(begun - clock.left)
    assert taken == [25, 5, 35, 35]


def test_a_run_that_came_too_late_takes_nothing_up() -> None:
    for left in (0, -7):
        for parts in (1, 2, 3):
            with budget.share(Clock(left), parts):
                assert list(budget.each("abc")) == []


def test_outside_of_a_run_and_without_an_end_there_is_always_time() -> None:
    """Pages, the command line, and one machine."""
    assert not budget.is_over()
    with budget.share(budget.of(None), 3):
        assert not budget.is_over()
    assert not budget.is_over()


@pytest.mark.parametrize(("told", "is_over"), [(budget.RESERVE + 1000, False), (budget.RESERVE, True), (0, True)])
def test_the_end_of_a_run_is_lambdas_word_less_a_reserve(told: int, is_over: bool) -> None:
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: told)
    with budget.share(budget.of(context), 1):
        assert budget.is_over() is is_over
