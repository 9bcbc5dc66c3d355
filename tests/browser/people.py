"""People of the demonstration organisation whom the browser tests play.

Whoever types wrong codes is counted for a day, so people are not shared without need.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A user of the portal and what the tests need to know about the household."""

    mail: str
    language: str
    mobile: str = ""
    mobile_typed: str = ""
    """The mobile number as people of the country type it."""

    def __str__(self) -> str:
        return f"{self.language}-{'text' if self.mobile else 'mail'}"

    @property
    def reached_at(self) -> str:
        """Where a code goes that was asked for with the mail address (C3: a text if there is a mobile number)."""
        return self.mobile or self.mail

    @property
    def locale(self) -> str:
        """What this person's browser asks for."""
        return {"fr": "fr-CA", "en": "en-CA", "ru": "ru-RU"}[self.language]


# Two children, classes, a booking, invoices paid, due and overdue: every page has something on it.
MARIE = Person("marie.tremblay@example.com", "fr", "+15145550123", "514 555-0123")
ELENA = Person("elena.ivanova@example.com", "ru", "+15145550182", "514 555-0182")
JENNIFER = Person("jennifer.smith@example.com", "en", "+15145550161", "514 555-0161")

# With a mail address only.
SOPHIE = Person("sophie.roy@example.com", "fr")
SARAH = Person("sarah.wilson@example.com", "en")
OLGA = Person("olga.kuznetsova@example.com", "ru")
CATHERINE = Person("catherine.cote@example.com", "fr")
RACHEL = Person("rachel.cohen@example.com", "en")
FIONA = Person("fiona.oconnor@example.com", "en")

# Wrong codes are typed in their name, which keeps them out for the rest of the day: nobody else plays them.
ANNIE = Person("annie.lavoie@example.com", "fr")
GENEVIEVE = Person("genevieve.belanger@example.com", "fr", "+15145550152", "514 555-0152")

# With a mail address only, and an invoice to pay.
JULIE = Person("julie.gauthier@example.com", "fr")
MARCO = Person("marco.rossi@example.com", "en")
VERA = Person("vera.fedorova@example.com", "ru")
CHIDI = Person("chidi.okafor@example.com", "en")
LINH = Person("linh.nguyen@example.com", "fr")
SAMIRA = Person("samira.benali@example.com", "fr")

# With a mail address only, in a household that has quotes.
LUC = Person("luc.bouchard@example.com", "fr")

# With mail address and mobile number.
MARTIN = Person("martin.roy@example.com", "fr", "+15145550136", "514 555-0136")
MICHAEL = Person("michael.brown@example.com", "en", "+15145550164", "514 555-0164")
NATALIA = Person("natalia.morozova@example.com", "ru", "+15145550191", "514 555-0191")
PRIYA = Person("priya.singh@example.com", "en", "+15145550166", "514 555-0166")
LAURA = Person("laura.martin@example.com", "en", "+15145550175", "514 555-0175")
MINJI = Person("minji.kim@example.com", "en", "+15145550177", "514 555-0177")
MARGARET = Person("margaret.hughes@example.com", "en", "+15145550179", "514 555-0179")
KARIM = Person("karim.benali@example.com", "fr", "+15145550159", "514 555-0159")

# With a mail address only, who give others access.
AMELIE = Person("amelie.dufour@example.com", "fr")
IRINA = Person("irina.lebedeva@example.com", "ru")

# Played by one test each, which changes the household.
PATRICK = Person("patrick.morin@example.com", "fr")
MELANIE = Person("melanie.fortin@example.com", "fr")
JACQUES = Person("jacques.lemieux@example.com", "fr")
STEPHANE = Person("stephane.gagne@example.com", "fr", "+15145550145", "514 555-0145")
ISABELLE = Person("isabelle.gagnon@example.com", "fr", "+15145550127", "514 555-0127")

# Leaves: in no class, and owes nothing.
CHANTAL = Person("chantal.levesque@example.com", "fr", "+15145550154", "514 555-0154")

# With a mobile number only: what is for her is printed.
NINA = Person("", "ru", "+14385550142", "438 555-0142")

# Of the staff: without a household.
KATE = Person("kate@arabesque.example.com", "en")
ANTON = Person("anton@arabesque.example.com", "ru")
DIANE = Person("diane@arabesque.example.com", "fr")

# With a role in two households.
DAVID = Person("david.chen@example.com", "en", "+15145550131", "514 555-0131")

# Rents a room: bookings and invoices, nobody in a class.
GALINA = Person("galina.belova@example.com", "fr", "+15145550198", "514 555-0198")

# With a history that another test looks at.
JESSICA = Person("jessica.taylor@example.com", "en", "+15145550170", "514 555-0170")
