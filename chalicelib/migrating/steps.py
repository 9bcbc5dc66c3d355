"""The steps that there are, in the order of their numbers."""

from chalicelib.dunning import mending as dunning
from chalicelib.migrating.changing import mending
from chalicelib.migrating.domain import Step
from chalicelib.reminders import endings, stirring

STEPS: tuple[Step, ...] = (
    Step(1, "Households are looked at for reminders", ("summary",), mending(stirring.mend)),
    Step(2, "Plans and passes that end are told of", ("pass", "subscription"), mending(endings.mend)),
    Step(3, "What is to be paid, approved or renewed is found by its day", tuple(dunning.KINDS), mending(dunning.mend)),
)
