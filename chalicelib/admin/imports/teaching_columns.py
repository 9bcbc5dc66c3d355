"""The documented columns of programmes, classes, places, attendance, certificates and skills."""

from chalicelib.admin.imports import values
from chalicelib.admin.imports.sheets import Column, Sheet, own_id, titles
from chalicelib.admin.imports.values import (
    AMOUNT,
    DAY,
    MOMENT,
    WEB_ADDRESS,
    WHOLE,
    YEARS,
    YES_NO,
    choice,
    reference,
    text,
)
from chalicelib.enrolments.certificates import CertificateKind
from chalicelib.schedule.domain import Attendance, EnrolmentKind, EnrolmentStatus, OccurrenceStatus
from chalicelib.shared.texts import LANGUAGES
from chalicelib.skills.domain import MAX_LEVELS

_ENROLMENT_STATES = (
    EnrolmentStatus.PENDING_FORMS,
    EnrolmentStatus.PENDING_PAYMENT,
    EnrolmentStatus.ACTIVE,
    EnrolmentStatus.COMPLETED,
    EnrolmentStatus.CANCELLED,
    EnrolmentStatus.TRANSFERRED,
    EnrolmentStatus.FROZEN,
    EnrolmentStatus.WAITLISTED,
)
"""States that last; holds and offers are the portal's own."""

PROGRAMMES = Sheet(
    "programme",
    "programmes.csv",
    "Lines of activity, such as ballet",
    (own_id("programme"), *titles("programme")),
)

CLASSES = Sheet(
    "class",
    "classes.csv",
    "Groups that people enrol in",
    (
        own_id("class"),
        *titles("class"),
        Column("programme", reference("programme", "a programme"), "Programme the class belongs to"),
        Column("instructor", text(120), "Who teaches"),
        Column("capacity", WHOLE, "Places at each meeting; empty means as many as come"),
        Column("level", text(40), "Groups of one level take each other's make-ups; empty means any"),
        Column("age_min", YEARS, "Youngest age at a meeting"),
        Column("age_max", YEARS, "Oldest age at a meeting"),
        Column("price", AMOUNT, "Price of a place for the whole class, without taxes that are added"),
        Column("online", WEB_ADDRESS, "Where it meets online; shown only to those who hold a place"),
        Column("open", YES_NO, "Whether families may take places themselves; empty means no"),
    ),
)

OCCURRENCES = Sheet(
    "occurrence",
    "occurrences.csv",
    "Dated meetings of classes",
    (
        own_id("meeting"),
        Column("class", reference("class", "a class"), "Class that meets", required=True),
        Column("starts", MOMENT, "Begin", required=True),
        Column("ends", MOMENT, "End, after the begin", required=True),
        Column("room", text(120), "Where"),
        Column("status", choice(OccurrenceStatus), "Empty means planned"),
        Column("instructor", text(120), "Who stands in for the class's own teacher"),
        Column("planned", MOMENT, "When it was to begin, if it was moved"),
        Column("note", text(200), "Why it was moved or cancelled, in words for families"),
    ),
)

ENROLMENTS = Sheet(
    "enrolment",
    "enrolments.csv",
    "Places that members have in classes",
    (
        own_id("enrolment"),
        Column("member", reference("member", "a member"), "Who takes part", required=True),
        Column("class", reference("class", "a class"), "In which class", required=True),
        Column("household", reference("household", "a household"), "The home that enrolled and pays", required=True),
        Column("starts_on", DAY, "First day", required=True),
        Column("ends_on", DAY, "Last day", required=True),
        Column("status", choice(_ENROLMENT_STATES), "Empty means active"),
        Column("enrolled_at", MOMENT, "When the place was taken; empty means the first day"),
        Column("kind", choice(EnrolmentKind), "Empty means course; a make-up, trial or drop-in is for one meeting"),
        Column("meeting", reference("occurrence", "a meeting"), "The one meeting it is for"),
        Column("ended_at", MOMENT, "When it was cancelled, or changed for another"),
        Column("reason", text(200), "Why it was cancelled or changed"),
        Column("successor", reference("enrolment", "an enrolment"), "Place in the group it was changed for"),
    ),
)

ATTENDANCE = Sheet(
    "attendance",
    "attendance.csv",
    "Who came to which meeting; what was written in the portal stays",
    (
        Column("enrolment", reference("enrolment", "an enrolment"), "Whose place", required=True),
        Column("meeting", reference("occurrence", "a meeting"), "Which meeting of its class", required=True),
        Column("status", choice(Attendance), "Whether the member came", required=True),
        Column("reason", text(200), "Why not"),
    ),
    ("enrolment", "meeting"),
)

CERTIFICATES = Sheet(
    "certificate",
    "certificates.csv",
    "Certificates that excuse absences",
    (
        own_id("certificate"),
        Column("member", reference("member", "a member"), "Whom it is about", required=True),
        Column("kind", choice(CertificateKind), "Empty means medical"),
        Column("covers_from", DAY, "First day it covers", required=True),
        Column("covers_to", DAY, "Last day it covers", required=True),
        Column("received_on", DAY, "Day it came in; empty means the first day it covers"),
        Column("note", text(500), "Remark that the family sees"),
    ),
)

SKILLS = Sheet(
    "skill",
    "skills.csv",
    "What can be learnt, with its levels",
    (
        own_id("skill"),
        *titles("skill"),
        *(
            Column(f"levels_{language}", values.names(MAX_LEVELS), "Names of its levels in this language, lowest first")
            for language in LANGUAGES
        ),
    ),
)

REACHED = Sheet(
    "reached",
    "member_skills.csv",
    "Who reached which level of a skill",
    (
        Column("member", reference("member", "a member"), "Who", required=True),
        Column("skill", reference("skill", "a skill"), "Which skill", required=True),
        Column("level", WHOLE, "Number of the level, 1 for the lowest; empty for a skill without levels"),
        Column("reached_on", DAY, "Day it was seen", required=True),
        Column("note", text(500), "Remark that the family sees"),
    ),
    ("member", "skill"),
)
