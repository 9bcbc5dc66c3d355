"""Forms as JSON. What is as usual takes no room, for pages read the catalogue again and again."""

from collections.abc import Mapping
from typing import Any

from chalicelib.forms.domain import (
    Audience,
    Catalogue,
    Condition,
    Content,
    Kind,
    Listed,
    Moment,
    Option,
    Question,
    Rules,
    Section,
)
from chalicelib.schedule.domain import Ages
from chalicelib.shared.times import day_or_none

_Document = dict[str, Any]


def content_document(content: Content) -> _Document:
    """What a form says and asks."""
    return {
        "title": dict(content.title),
        "intro": dict(content.intro),
        "sections": [
            {"id": each.id, "title": dict(each.title), "questions": [_question(one) for one in each.questions]}
            for each in content.sections
        ],
    }


def _question(question: Question) -> _Document:
    told = {
        "id": question.id,
        "kind": question.kind.value,
        "label": dict(question.label),
        "hint": dict(question.hint),
        "mandatory": question.mandatory,
        "options": [[option.id, dict(option.label)] for option in question.options],
        "condition": list(question.condition) if question.condition else None,
    }
    return {name: value for name, value in told.items() if value}


def content_from(told: Mapping[str, Any]) -> Content:
    """The content that a document of `content_document` tells."""
    sections = tuple(
        Section(each["id"], each["title"], tuple(_question_from(one) for one in each["questions"]))
        for each in told["sections"]
    )
    return Content(told["title"], told["intro"], sections)


def _question_from(told: Mapping[str, Any]) -> Question:
    return Question(
        told["id"],
        Kind(told["kind"]),
        told["label"],
        told.get("hint", {}),
        told.get("mandatory", False),
        tuple(Option(*option) for option in told.get("options", ())),
        Condition(*told["condition"]) if "condition" in told else None,
    )


def rules_document(rules: Rules) -> _Document:
    """Of whom a form is asked, when, and how urgently."""
    told = {
        **audience_document(rules.audience),
        "moments": sorted(moment.value for moment in rules.moments),
        "mandatory": rules.mandatory,
        "due_on": rules.due_on.isoformat() if rules.due_on else "",
        "valid_months": rules.valid_months,
    }
    return {name: value for name, value in told.items() if value}


def rules_from(told: Mapping[str, Any]) -> Rules:
    """The rules that a document of `rules_document` tells."""
    return Rules(
        audience_from(told),
        frozenset(Moment(moment) for moment in told.get("moments", ())),
        told.get("mandatory", False),
        day_or_none(told.get("due_on")),
        told.get("valid_months", 0),
    )


def audience_document(audience: Audience) -> _Document:
    """Whom something is asked of, as a part of its rules."""
    told = {
        "household": audience.household,
        "ages": list(audience.ages) if audience.ages != Ages() else None,
        "programmes": sorted(audience.programmes),
        "classes": sorted(audience.class_groups),
    }
    return {name: value for name, value in told.items() if value}


def audience_from(told: Mapping[str, Any]) -> Audience:
    """The audience that rules with the parts of `audience_document` tell."""
    return Audience(
        told.get("household", False),
        Ages(*told.get("ages", ())),
        frozenset(told.get("programmes", ())),
        frozenset(told.get("classes", ())),
    )


def catalogue_document(catalogue: Catalogue) -> list[Any]:
    """All forms: rows are lists."""
    return [
        [each.id, dict(each.title), rules_document(each.rules), each.version, each.good_from, each.retired]
        for each in catalogue.forms
    ]


def forms_from(told: list[Any]) -> tuple[Listed, ...]:
    """The forms that a document of `catalogue_document` tells."""
    return tuple(
        Listed(form, title, rules_from(rules), version, good_from, retired)
        for form, title, rules, version, good_from, retired in told
    )
