"""Whatever families and staff do, and in whatever order: seats, credits and rights always balance."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from local.engine import Engine
from tests.enrolments.balance import Balance


def test_seats_and_credits_balance(aws: Engine) -> None:
    """ACC-3, SCH-5, SCH-10, NEW-1, NEW-5: enrol, hold, expire, leave, change group, wait and be offered, pay."""
    run_state_machine_as_test(
        Balance,
        settings=settings(
            max_examples=int(os.environ.get("BALANCE_CASES", "10")),
            stateful_step_count=25,
            deadline=None,
            phases=(Phase.generate,),  # each step asks the table: making a failure small would take minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
