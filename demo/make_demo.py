"""Writes the demonstration's CSV files: `python -m demo.make_demo`. The same every time.

Days are told relative to the day of the import, so that the demonstration never looks stale.
"""
# ruff: noqa: E501 - rows of a table stay on one line

import csv
import random
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from PIL import Image, ImageDraw

from demo.families import FAMILIES, STREETS, Family, Member

HERE = Path(__file__).parent
FIRST_WEEK, LAST_WEEK = -10, 20
"""Weeks of the running season, from the week of the import."""

_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch _ y _ e iu ia".replace("_", "").split(" "),
        strict=True,
    )
)

PROGRAMMES = (
    ("danse", "Danse", "Dance", "Танец"),
    ("musique", "Musique", "Music", "Музыка"),
    ("eveil", "Éveil artistique", "Early years", "Раннее развитие"),
    ("ensembles", "Ensembles", "Ensembles", "Ансамбли"),
    ("camps", "Camps de jour", "Day camps", "Дневные лагеря"),
)

# id, programme, titles, teacher, room, weekday, begin, minutes, price of the season, ages
CLASSES = (
    ("eveil-danse", "eveil", "Éveil à la danse (4-6 ans)", "First steps in dance (4-6)", "Первые шаги в танце (4-6 лет)",
     "Chloé Bergeron", "Studio A", "sat", "09:00", 45, 285, (4, 7)),
    ("eveil-musique", "eveil", "Éveil musical (4-6 ans)", "Music for little ones (4-6)", "Музыка для малышей (4-6 лет)",
     "Anton Reznik", "Salle Debussy", "sun", "10:00", 45, 285, (4, 7)),
    ("ballet-1", "danse", "Ballet 1", "Ballet 1", "Балет 1", "Chloé Bergeron", "Studio A", "mon", "16:30", 60, 390, (7, 9)),
    ("ballet-2", "danse", "Ballet 2", "Ballet 2", "Балет 2", "Chloé Bergeron", "Studio A", "wed", "17:00", 75, 430, (10, 12)),
    ("ballet-3", "danse", "Ballet 3 et pointes", "Ballet 3 and pointe", "Балет 3 и пуанты",
     "Chloé Bergeron", "Studio A", "thu", "18:00", 90, 480, (12, 17)),
    ("jazz-ados", "danse", "Jazz ados", "Teen jazz", "Джаз для подростков",
     "Malik Joseph", "Studio B", "tue", "18:30", 75, 430, (12, 17)),
    ("hip-hop", "danse", "Hip-hop (8-12 ans)", "Hip hop (8-12)", "Хип-хоп (8-12 лет)",
     "Malik Joseph", "Studio B", "fri", "17:00", 60, 390, (8, 12)),
    ("contemporain", "danse", "Contemporain adultes", "Contemporary for adults", "Контемп для взрослых",
     "Malik Joseph", "Studio B", "wed", "19:30", 90, 480, (18, 99)),
    ("piano-1", "musique", "Piano 1", "Piano 1", "Фортепиано 1", "Anton Reznik", "Salle Debussy", "tue", "16:00", 45, 620, (7, 10)),
    ("piano-2", "musique", "Piano 2", "Piano 2", "Фортепиано 2", "Anton Reznik", "Salle Debussy", "thu", "16:00", 45, 620, (10, 17)),
    ("piano-adultes", "musique", "Piano adultes", "Piano for adults", "Фортепиано для взрослых",
     "Anton Reznik", "Salle Debussy", "mon", "19:00", 45, 680, (18, 99)),
    ("violon-1", "musique", "Violon 1", "Violin 1", "Скрипка 1", "Hélène Sauvé", "Salle Ravel", "wed", "16:00", 45, 620, (7, 11)),
    ("violon-2", "musique", "Violon 2", "Violin 2", "Скрипка 2", "Hélène Sauvé", "Salle Ravel", "fri", "16:00", 45, 620, (11, 17)),
    ("guitare", "musique", "Guitare", "Guitar", "Гитара", "Diego Alvarez", "Salle Ravel", "tue", "17:30", 60, 540, (9, 17)),
    ("chant", "musique", "Chant adultes", "Singing for adults", "Вокал для взрослых",
     "Hélène Sauvé", "Salle Ravel", "thu", "19:00", 60, 560, (18, 99)),
    ("choeur", "ensembles", "Chœur des jeunes", "Youth choir", "Детский хор",
     "Hélène Sauvé", "Grande salle", "sat", "11:00", 75, 240, (8, 15)),
    ("orchestre", "ensembles", "Orchestre à cordes", "String orchestra", "Струнный оркестр",
     "Hélène Sauvé", "Grande salle", "sat", "13:00", 90, 260, (9, 17)),
)  # fmt: skip
CAMP, WORKSHOP = "camp-hiver", "atelier-comedie"


def latin(text: str) -> str:
    """A name as it stands in an email address."""
    letters = "".join(_LATIN.get(letter, letter) for letter in text.lower())
    plain = unicodedata.normalize("NFD", letters).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", plain)


def money(amount: Decimal) -> str:
    """An amount as a spreadsheet in Montréal writes it."""
    return f"{amount:.2f}".replace(".", ",")


class Demo:
    """Gathers the rows of all files."""

    def __init__(self) -> None:
        self.chance = random.Random(20)
        self.rows: dict[str, list[dict[str, object]]] = {}
        self.mobiles = (f"{area}-555-01{number:02d}" for area in (514, 438, 450, 579) for number in range(24, 100))
        self.members: dict[str, list[tuple[str, Member]]] = {}
        self.number = 1000

    def add(self, file: str, **cells: object) -> None:
        """Adds a row."""
        self.rows.setdefault(file, []).append(cells)

    def make(self) -> None:
        """Adds everything."""
        self.catalogue()
        for at, family in enumerate(FAMILIES, start=1):
            self.family(f"H{at:03d}", family)
        self.specials()
        for household in list(self.members):
            self.season(household)
        self.renter(f"H{len(FAMILIES):03d}")
        self.showcase()

    def catalogue(self) -> None:
        """Programmes, classes and their weekly meetings."""
        for name, *titles in PROGRAMMES:
            self.add("programmes", id=name, title_fr=titles[0], title_en=titles[1], title_ru=titles[2])
        for name, programme, fr, en, ru, teacher, room, day, begin, minutes, _, _ in CLASSES:
            self.class_row(name, programme, fr, en, ru, teacher)
            for week in range(FIRST_WEEK, LAST_WEEK + 1):
                off = "cancelled" if (name, week) in {("ballet-1", 2), ("hip-hop", -3)} else ""
                self.meeting(name, f"{day}{week:+d}w", begin, minutes, room, off)
        self.class_row(CAMP, "camps", "Camp d’hiver", "Winter camp", "Зимний лагерь", "Malik Joseph")
        for day in ("mon", "tue", "wed", "thu", "fri"):
            self.meeting(CAMP, f"{day}+6w", "09:00", 420, "Grande salle")
        fr, en, ru = ("Atelier de comédie musicale", "Musical theatre workshop", "Мастерская мюзикла")
        self.class_row(WORKSHOP, "danse", fr, en, ru, "Diego Alvarez")
        for week in range(-26, -14):
            self.meeting(WORKSHOP, f"fri{week:+d}w", "18:00", 90, "Grande salle")

    def class_row(self, name: str, programme: str, fr: str, en: str, ru: str, teacher: str) -> None:
        """A class."""
        self.add("classes", id=name, programme=programme, title_fr=fr, title_en=en, title_ru=ru, instructor=teacher)

    def meeting(self, name: str, day: str, begin: str, minutes: int, room: str, status: str = "") -> None:
        """A dated meeting of a class."""
        hour, minute = map(int, begin.split(":"))
        end = hour * 60 + minute + minutes
        self.add(
            "occurrences", id=f"{name}:{day}", **{"class": name}, starts=f"{day} {begin}",
            ends=f"{day} {end // 60:02d}:{end % 60:02d}", room=room, status=status,
        )  # fmt: skip

    def family(self, household: str, family: Family) -> None:
        """A household with its members and users."""
        number = int(household[1:])
        first, last, _ = family.parents[0]
        email, mobile = f"{latin(first)}.{latin(last)}@example.com", next(self.mobiles)
        self.add(
            "households", id=household, name=family.name, number=f"C-{2000 + number}", language=family.language,
            email=email, phone=mobile, street=f"{self.chance.randint(100, 8900)}, {STREETS[number % len(STREETS)]}",
            city="Montréal", region="QC", postcode=f"H{number % 9 + 1}X {number % 8 + 1}K{number % 7 + 1}", country="CA",
            status="",
        )  # fmt: skip
        for at, (given, surname, role) in enumerate(family.parents):
            self.user(f"U{number:03d}{'ab'[at]}", given, surname, family.language, f"{household}={role}")
        self.members[household] = []
        for at, member in enumerate(family.members, start=1):
            self.member(f"P{number:03d}{at}", household, member, family)

    def user(self, name: str, given: str, surname: str, language: str, roles: str) -> None:
        """Somebody who signs in."""
        texted = self.chance.random() < 0.5
        self.add(
            "users", id=name, name=f"{given} {surname}", language=language,
            email=f"{latin(given)}.{latin(surname)}@example.com", mobile=next(self.mobiles) if texted else "",
            staff_role="", households=roles,
        )  # fmt: skip

    def member(self, name: str, household: str, member: Member, family: Family) -> None:
        """Somebody who takes classes; a few profiles are not complete."""
        given, surname, _ = family.parents[0]
        complete = int(name[1:]) % 9 != 4
        self.members[household].append((name, member))
        self.add(
            "members", id=name, households=household, first_name=member.first, last_name=member.last,
            birth_date=member.born if complete else "", email="", phone="",
            emergency_name=f"{given} {surname}" if complete else "", emergency_phone=next(self.phones()) if complete else "",
            health_notes=self.chance.choice(["", "", "", "", "Allergie aux arachides", "Asthme"]), status="",
            **{
                "answer:photo_consent": self.chance.choice(["oui", "oui", "non", ""]),
                "answer:experience": self.chance.choice(["none", "some", "much"]),
                "answer:instrument": "",
            },
        )  # fmt: skip

    def phones(self) -> Iterator[str]:
        """Fictitious numbers that nobody signs in with."""
        while True:
            yield f"514-555-01{self.chance.randint(0, 22):02d}"

    def specials(self) -> None:
        """A child of two homes, a user of two households, sign-ins that are easy to remember, the staff."""
        self.change("members", "P0021", households="H002|H003")
        self.members["H003"].append(self.members["H002"][0])
        self.change("users", "U004a", households="H004=holder|H005=delegate")
        self.change("users", "U001a", mobile="514-555-0123")
        self.change("users", "U006a", email="", mobile="438-555-0142")
        self.change("households", "H006", email="")
        staff = (("Diane Marchand", "fr", "owner"), ("Anton Reznik", "ru", "instructor"), ("Kate Murphy", "en", "desk"))
        for at, (name, language, role) in enumerate(staff, start=1):
            email = f"{latin(name.split()[0])}@arabesque.example.com"
            self.add(
                "users",
                id=f"S{at}",
                name=name,
                language=language,
                email=email,
                mobile="",
                staff_role=role,
                households="",
            )

    def change(self, file: str, name: str, **cells: object) -> None:
        """Changes a row."""
        next(row for row in self.rows[file] if row["id"] == name).update(cells)

    def season(self, household: str) -> None:
        """Enrolments of a household's members, and the invoices and payments that go with them."""
        at, lines = int(household[1:]), []
        for name, member in self.members[household]:
            if household == "H003" and name == "P0021":
                self.enrol(name, household, "choeur", "active")
                lines.append((name, "Chœur des jeunes", Decimal(240), False))
                continue
            age = 2026 - int(member.born[:4])
            fitting = [group for group in CLASSES if group[11][0] <= age <= group[11][1]]
            for group in self.chance.sample(fitting, min(len(fitting), self.chance.choice([1, 1, 2]))):
                status = self.chance.choice(["active"] * 12 + ["pending_forms", "waitlisted", "frozen", "cancelled"])
                self.enrol(name, household, group[0], status)
                if status not in ("waitlisted", "cancelled"):
                    lines.append((name, f"{group[2]}, saison", Decimal(group[10]), age >= 14))
        if lines:
            self.invoices(household, at, lines)

    def enrol(self, member: str, household: str, group: str, status: str) -> None:
        """A place in a class for the season."""
        self.add(
            "enrolments", id=f"E-{member}-{group}", member=member, **{"class": group}, household=household,
            starts_on=f"mon{FIRST_WEEK}w", ends_on=f"sun+{LAST_WEEK}w", status=status,
            enrolled_at=f"-{self.chance.randint(80, 130)}d 14:05",
        )  # fmt: skip

    def invoices(self, household: str, at: int, lines: list[tuple[str, str, Decimal, bool]]) -> None:
        """The season in two invoices: the first is paid, the second in every state there is."""
        half = [(member, f"{what}, versement 1 sur 2", price / 2, taxed) for member, what, price, taxed in lines]
        rest = [(member, f"{what}, versement 2 sur 2", price / 2, taxed) for member, what, price, taxed in lines]
        first, total = self.invoice(household, "-75d", "-60d", half)
        self.pay(household, "-62d", total, first, total)
        state = ("paid", "overdue", "due", "partial")[at % 4]
        issued, due = ("-40d", "-9d") if state in ("paid", "overdue") else ("-12d", "+9d")
        second, total = self.invoice(household, issued, due, rest)
        if state == "paid":
            self.pay(household, "-20d", total, second, total)
        if state == "partial":
            self.pay(household, "-4d", Decimal(100), second, Decimal(100))
        if at % 7 == 0:
            self.invoice(household, "-70d", "-55d", half[:1], status="cancelled", note="Émise par erreur")
        if at % 5 == 0:
            self.invoice(household, "-1d", "+30d", rest[:1], status="draft")

    def invoice(
        self, household: str, issued: str, due: str, lines: list[tuple[str, str, Decimal, bool]],
        status: str = "", note: str = "",
    ) -> tuple[str, Decimal]:  # fmt: skip
        """An invoice with its lines; lessons from 14 years on and rooms are taxed. Returns its id and total."""
        self.number += 1
        name, total = f"F-{self.number}", Decimal(0)
        for at, (member, what, price, taxed) in enumerate(lines, start=1):
            gst = (price * Decimal("0.05")).quantize(Decimal("0.01")) if taxed else Decimal(0)
            qst = (price * Decimal("0.09975")).quantize(Decimal("0.01")) if taxed else Decimal(0)
            total += price + gst + qst
            self.add(
                "invoice_lines", id=f"{name}-{at}", invoice=name, member=member, description=what, quantity=1,
                unit_price=money(price), discount="", amount=money(price),
                tax_1_name="TPS" if taxed else "", tax_1_amount=money(gst) if taxed else "",
                tax_2_name="TVQ" if taxed else "", tax_2_amount=money(qst) if taxed else "",
            )  # fmt: skip
        self.add(
            "invoices", id=name, household=household, number=name, issued_on=issued, due_on=due, status=status,
            total=money(total), note=note,
        )  # fmt: skip
        return name, total

    def pay(self, household: str, day: str, amount: Decimal, invoice: str, share: Decimal) -> None:
        """A payment for one invoice."""
        method = self.chance.choice(["card", "card", "transfer", "cheque"])
        self.add(
            "payments", id=f"R-{invoice}-{day}", household=household, received_on=day, amount=money(amount), method=method,
            status="", reference=f"{self.chance.randint(100, 999)}" if method == "cheque" else "",
            invoices=f"{invoice}={money(share)}",
        )  # fmt: skip

    def renter(self, household: str) -> None:
        """An association that only rents rooms."""
        for week in (-8, -6, -4, -2):
            self.book(
                household, "Grande salle", f"fri{week:+d}w", "19:00", "22:00", "completed", f"-{-week * 7 + 20}d 10:00"
            )
        self.book(household, "Grande salle", "fri+1w", "19:00", "22:00", "confirmed", "-12d 10:20")
        self.book(
            household, "Grande salle", "fri+3w", "19:00", "22:00", "confirmed", "-12d 10:22", "Répétition générale"
        )
        self.book(
            household, "Studio A", "sun+4w", "14:00", "17:00", "requested", "-1d 18:40", "Avec le piano, si possible"
        )
        self.book(household, "Grande salle", "sat-5w", "10:00", "12:00", "declined", "-50d 09:00", "Salle déjà prise")
        self.book(household, "Studio B", "sat-1w", "18:00", "20:00", "cancelled", "-30d 09:00")
        self.book("H001", "Salle Debussy", "sun+1w", "15:00", "16:00", "confirmed", "-3d 20:15", "Pratique de piano")
        self.book("H006", "Salle Ravel", "wed+2w", "18:00", "19:00", "requested", "-2d 12:30")
        rent = [("", "Location de la grande salle, 4 soirées", Decimal(480), True)]
        paid, total = self.invoice(household, "-35d", "-20d", rent)
        self.pay(household, "-22d", total, paid, total)
        self.invoice(household, "-8d", "+22d", [("", "Location de la grande salle, 2 soirées", Decimal(240), True)])

    def book(
        self, household: str, room: str, day: str, begin: str, end: str, status: str, asked: str, note: str = ""
    ) -> None:
        """A room for a few hours."""
        self.add(
            "bookings", id=f"B-{len(self.rows.get('bookings', [])) + 1:03d}", household=household, resource=room,
            starts=f"{day} {begin}", ends=f"{day} {end}", status=status, member="", note=note, requested_at=asked,
        )  # fmt: skip

    def showcase(self) -> None:
        """The family of the README has a bit of everything."""
        lea, thomas = "P0011", "P0012"
        self.add(
            "enrolments", id=f"E-{lea}-{WORKSHOP}", member=lea, **{"class": WORKSHOP}, household="H001",
            starts_on="mon-26w", ends_on="sun-15w", status="completed", enrolled_at="-200d 09:12",
        )  # fmt: skip
        self.add(
            "enrolments", id=f"E-{thomas}-{CAMP}", member=thomas, **{"class": CAMP}, household="H001",
            starts_on="mon+6w", ends_on="fri+6w", status="pending_payment", enrolled_at="-5d 21:30",
        )  # fmt: skip
        old, total = self.invoice("H001", "-190d", "-175d", [(lea, "Atelier de comédie musicale", Decimal(310), False)])
        self.pay("H001", "-180d", total, old, total)
        partly, total = self.invoice("H001", "-21d", "+9d", [(lea, "Costumes du spectacle", Decimal(85), False)])
        self.pay("H001", "-10d", Decimal(40), partly, Decimal(40))
        self.invoice("H001", "-5d", "+16d", [(thomas, "Camp d’hiver, 5 jours", Decimal(265), False)])
        self.invoice("H001", "-60d", "-45d", [(thomas, "Livre de solfège", Decimal(24), False)], "cancelled", "Rendu")
        self.invoice("H001", "-1d", "+30d", [(lea, "Stage de printemps", Decimal(180), False)], "draft")


def draw_logo(path: Path) -> None:
    """A dancer's arc over three notes, in the colour of the school."""
    image = Image.new("RGBA", (480, 480), (0, 0, 0, 0))
    pen, plum = ImageDraw.Draw(image), "#7a2e5d"
    pen.ellipse((20, 20, 460, 460), fill=plum)
    pen.arc((110, 90, 420, 400), 150, 330, fill="white", width=26)
    pen.ellipse((228, 96, 284, 152), fill="white")
    for x, y in ((150, 330), (240, 350), (330, 330)):
        pen.ellipse((x - 26, y - 19, x + 26, y + 19), fill="white")
        pen.line((x + 22, y, x + 22, y - 96), fill="white", width=10)
    pen.line((172, 236, 352, 236), fill="white", width=16)
    image.resize((160, 160), Image.Resampling.LANCZOS).save(path, optimize=True)


def main() -> None:
    """Writes all files beside this one."""
    demo = Demo()
    demo.make()
    for file, rows in demo.rows.items():
        with (HERE / f"{file}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), delimiter=";", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    draw_logo(HERE / "logo.png")


if __name__ == "__main__":
    main()
