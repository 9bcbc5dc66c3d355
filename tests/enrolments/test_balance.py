"""Whatever families, staff and the clock do, and in whatever order: seats, credits and rights always balance."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from local.engine import Engine
from tests.enrolments.rights_balance import RightsBalance


def test_seats_credits_and_rights_balance(aws: Engine) -> None:
    """ACC-3, SCH-5, SCH-6, SCH-10, NEW-1, NEW-5, X-11: enrol, hold, leave, change group, pay, wait and be offered,
    stay away, make up, and meetings that the organisation cancels."""
    run_state_machine_as_test(
        RightsBalance,
        settings=settings(
            max_examples=int(os.environ.get("BALANCE_CASES", "8")),
            stateful_step_count=30,
            deadline=None,
            phases=(Phase.generate,),  # each step asks the table: making a failure small would take minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
