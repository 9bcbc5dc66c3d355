"""Every kind of item a household's or a person's partition can hold, made known by being imported.

Whoever reads a partition whole turns each item into its own kind, and a kind whose class nobody
imported would end the reading.
"""

from chalicelib.billing import models as billing
from chalicelib.bookings import models as bookings
from chalicelib.enrolments import certificate_store
from chalicelib.enrolments import models as enrolments
from chalicelib.households import models as households
from chalicelib.memberships import models as memberships
from chalicelib.payments import links, parking
from chalicelib.payments import models as payments
from chalicelib.quotes import models as quotes
from chalicelib.recurring import models as recurring
from chalicelib.schedule import models as schedule
from chalicelib.skills import models as skills

MODULES = (
    billing, bookings, certificate_store, enrolments, households, memberships, links, parking, payments, quotes,
    recurring, schedule, skills,
)  # fmt: skip
