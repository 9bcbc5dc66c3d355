"""Every kind of item a household's or a person's partition can hold, made known by being imported.

Whoever reads a partition whole turns each item into its own kind, and a kind whose class nobody
imported would end the reading.
"""

from chalicelib.billing import models as billing
from chalicelib.billing import splits
from chalicelib.bookings import models as bookings
from chalicelib.consents import models as consents
from chalicelib.documents import models as documents
from chalicelib.dunning import models as dunning
from chalicelib.enrolments import certificate_store
from chalicelib.enrolments import models as enrolments
from chalicelib.forms import models as forms
from chalicelib.households import models as households
from chalicelib.identity import models as identity
from chalicelib.memberships import models as memberships
from chalicelib.messages import models as messages
from chalicelib.notifications import archive, preferences
from chalicelib.payments import links, parking, plans
from chalicelib.payments import models as payments
from chalicelib.privacy import takeaways
from chalicelib.purchases import models as purchases
from chalicelib.quotes import models as quotes
from chalicelib.recurring import models as recurring
from chalicelib.schedule import models as schedule
from chalicelib.sharing import models as sharing
from chalicelib.skills import models as skills
from chalicelib.slips import models as slips

MODULES = (
    archive, billing, bookings, certificate_store, consents, documents, dunning, enrolments, forms, households,
    identity, links, memberships, messages, parking, payments, plans, preferences, purchases, quotes, recurring,
    schedule, sharing, skills, slips, splits, takeaways,
)  # fmt: skip
