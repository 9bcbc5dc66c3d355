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

from demo.catalogue import (
    ATTENDED,
    CAMP,
    CANCELLED,
    CLASSES,
    FULL,
    MOVED,
    NOTHING_MORE,
    OFFERS,
    PROGRAMMES,
    REACHED,
    RESOURCES,
    SKILLS,
    STOOD_IN,
    WORKSHOP,
)
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
        self.fill()
        self.attend()
        self.on_file()

    def catalogue(self) -> None:
        """Programmes, classes and their weekly meetings."""
        for name, *titles in PROGRAMMES:
            self.add("programmes", id=name, title_fr=titles[0], title_en=titles[1], title_ru=titles[2])
        for name, programme, fr, en, ru, teacher, room, day, begin, minutes, _, _ in CLASSES:
            self.class_row(name, programme, fr, en, ru, teacher)
            for week in range(FIRST_WEEK, LAST_WEEK + 1):
                self.weekly(name, week, day, begin, minutes, room)
        self.class_row(CAMP, "camps", "Camp d’hiver", "Winter camp", "Зимний лагерь", "Malik Joseph")
        for day in ("mon", "tue", "wed", "thu", "fri"):
            self.meeting(CAMP, f"{day}+6w", "09:00", 420, "Grande salle")
        fr, en, ru = ("Atelier de comédie musicale", "Musical theatre workshop", "Мастерская мюзикла")
        self.class_row(WORKSHOP, "danse", fr, en, ru, "Diego Alvarez")
        for week in range(-26, -14):
            self.meeting(WORKSHOP, f"fri{week:+d}w", "18:00", 90, "Grande salle")

    def weekly(self, name: str, week: int, day: str, begin: str, minutes: int, room: str) -> None:
        """The meeting of a week: cancelled, moved or taught by somebody else in a few."""
        when = f"{day}{week:+d}w"
        if (name, week) in CANCELLED:
            self.meeting(name, when, begin, minutes, room, "cancelled", CANCELLED[name, week])
        elif (name, week) == MOVED:
            moved = f"sun{week:+d}w"
            self.meeting(
                name, moved, "14:00", minutes, room, note="La salle sert à un concert", planned=f"{when} {begin}"
            )
        else:
            self.meeting(name, when, begin, minutes, room, stand_in="Malik Joseph" if (name, week) == STOOD_IN else "")

    def class_row(self, name: str, programme: str, fr: str, en: str, ru: str, teacher: str) -> None:
        """A class, with what makes it one that families can choose."""
        capacity, level, ages, price, online = OFFERS[name]
        self.add(
            "classes", id=name, programme=programme, title_fr=fr, title_en=en, title_ru=ru, instructor=teacher,
            capacity=capacity, level=level, age_min=ages[0], age_max=ages[1] if ages[1] < 99 else "",
            price=money(Decimal(price)), online=online, open="non" if name == WORKSHOP else "oui",
        )  # fmt: skip

    def meeting(
        self, name: str, day: str, begin: str, minutes: int, room: str, status: str = "", note: str = "",
        stand_in: str = "", planned: str = "",
    ) -> None:  # fmt: skip
        """A dated meeting of a class; one that was moved keeps the id of the day it was planned for."""
        hour, minute = map(int, begin.split(":"))
        end = hour * 60 + minute + minutes
        self.add(
            "occurrences", id=f"{name}:{planned.partition(' ')[0] or day}", **{"class": name}, starts=f"{day} {begin}",
            ends=f"{day} {end // 60:02d}:{end % 60:02d}", room=room, status=status, instructor=stand_in,
            planned=planned, note=note,
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
            enrolled_at=f"-{self.chance.randint(80, 130)}d 14:05", **NOTHING_MORE,
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
            resource_id=RESOURCES.get(room, ""),
        )  # fmt: skip

    def showcase(self) -> None:
        """The family of the README has a bit of everything."""
        lea, thomas = "P0011", "P0012"
        self.add(
            "enrolments", id=f"E-{lea}-{WORKSHOP}", member=lea, **{"class": WORKSHOP}, household="H001",
            starts_on="mon-26w", ends_on="sun-15w", status="completed", enrolled_at="-200d 09:12",
            **NOTHING_MORE,
        )  # fmt: skip
        self.add(
            "enrolments", id=f"E-{thomas}-{CAMP}", member=thomas, **{"class": CAMP}, household="H001",
            starts_on="mon+6w", ends_on="fri+6w", status="pending_payment", enrolled_at="-5d 21:30",
            **NOTHING_MORE,
        )  # fmt: skip
        old, total = self.invoice("H001", "-190d", "-175d", [(lea, "Atelier de comédie musicale", Decimal(310), False)])
        self.pay("H001", "-180d", total, old, total)
        partly, total = self.invoice("H001", "-21d", "+9d", [(lea, "Costumes du spectacle", Decimal(85), False)])
        self.pay("H001", "-10d", Decimal(40), partly, Decimal(40))
        self.invoice("H001", "-5d", "+16d", [(thomas, "Camp d’hiver, 5 jours", Decimal(265), False)])
        self.invoice("H001", "-60d", "-45d", [(thomas, "Livre de solfège", Decimal(24), False)], "cancelled", "Rendu")
        self.invoice("H001", "-1d", "+30d", [(lea, "Stage de printemps", Decimal(180), False)], "draft")

    def fill(self) -> None:
        """One class is full: as many places as are taken, and two families more who wait."""
        taken = [row for row in self.rows["enrolments"] if row["class"] == FULL]
        held = [row for row in taken if row["status"] in ("active", "pending_forms", "frozen")]
        self.change("classes", FULL, capacity=len(held))
        waiting = [name for name in ("P0121", "P0251") if not any(row["member"] == name for row in taken)]
        for name in waiting:
            self.enrol(name, f"H{name[1:4]}", FULL, "waitlisted")

    def attend(self) -> None:
        """Attendance of the past weeks: most were there, a few late or absent, some with a reason."""
        meetings: dict[object, list[str]] = {}
        for row in self.rows["occurrences"]:
            if not row["status"] and "-" in str(row["starts"]).partition(" ")[0]:
                meetings.setdefault(row["class"], []).append(str(row["id"]))
        for row in list(self.rows["enrolments"]):
            if row["status"] in ("active", "completed", "pending_forms") and not row["kind"]:
                for meeting in meetings.get(row["class"], []):
                    status, reason = self.chance.choices(ATTENDED, (80, 6, 5, 3, 3, 3))[0]
                    self.add("attendance", enrolment=row["id"], meeting=meeting, status=status, reason=reason)

    def on_file(self) -> None:
        """The lesson that Léa missed and makes up, a change of group, certificates and skills."""
        self.missed("E-P0011-violon-2", "violon-2:fri-2w", "Grippe")
        self.single("E-P0011-makeup", "P0011", "H001", "violon-1", "violon-1:wed-1w")
        self.add(
            "enrolments", id="E-P0012-eveil", member="P0012", **{"class": "eveil-musique"}, household="H001",
            starts_on="mon-10w", ends_on="sun-8w", status="transferred", enrolled_at="-125d 14:05", kind="", meeting="",
            ended_at="sun-8w 20:10", reason="Prêt pour l’instrument", successor="E-P0012-violon-1",
        )  # fmt: skip
        self.add(
            "certificates", id="C-1", member="P0011", kind="medical", covers_from="fri-2w", covers_to="sun-2w",
            received_on="mon-1w", note="Grippe",
        )  # fmt: skip
        self.add(
            "certificates", id="C-2", member="P0061", kind="other", covers_from="mon-4w", covers_to="fri-4w",
            received_on="mon-3w", note="Voyage scolaire",
        )  # fmt: skip
        for name, titles, levels in SKILLS:
            names = {
                f"levels_{language}": "|".join(level[at] for level in levels)
                for at, language in enumerate(("fr", "en", "ru"))
            }
            fr, en, ru = titles
            self.add("skills", id=name, title_fr=fr, title_en=en, title_ru=ru, **names)
        for member, skill, level, day, note in REACHED:
            self.add("member_skills", member=member, skill=skill, level=level, reached_on=day, note=note)

    def missed(self, enrolment: str, meeting: str, reason: str) -> None:
        """An excused absence from a past meeting."""
        rows = self.rows["attendance"]
        self.rows["attendance"] = [row for row in rows if (row["enrolment"], row["meeting"]) != (enrolment, meeting)]
        self.add("attendance", enrolment=enrolment, meeting=meeting, status="absent_excused", reason=reason)

    def single(self, name: str, member: str, household: str, group: str, meeting: str) -> None:
        """A make-up that was taken."""
        day = meeting.partition(":")[2]
        self.add(
            "enrolments", id=name, member=member, **{"class": group}, household=household, starts_on=day, ends_on=day,
            status="completed", enrolled_at="-12d 18:40", kind="makeup", meeting=meeting, ended_at="", reason="",
            successor="",
        )  # fmt: skip
        self.add("attendance", enrolment=name, meeting=meeting, status="present", reason="")


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
