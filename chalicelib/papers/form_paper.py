"""A form as it was answered, as a paper, and the answers of many as CSV (FORM-2)."""

from collections.abc import Iterable, Mapping, Sequence

from chalicelib.forms.domain import Answers, Content, Kind, Question
from chalicelib.forms.pages import HIDDEN, answer_text, answers_views
from chalicelib.papers import composing, paper
from chalicelib.papers.cells import sheet
from chalicelib.papers.composing import Desk, facts
from chalicelib.papers.paper import Column, Fact, Group, Paper, Party, Passage, Row, Table
from chalicelib.shared.texts import say
from chalicelib.web.language import Local


def form_paper(desk: Desk, content: Content, answers: Answers, about: str, *, health: bool = True) -> Paper:
    """What was asked and answered, in the language in which it was read, with who answered and when."""
    local = desk.local
    blank = composing.paper(desk, paper.Kind.FORM, say("Completed form"), "", Party(about, (), desk.say(say("About"))))
    intro = local.text(content.intro)
    return blank._replace(
        title=local.text(content.title),
        facts=facts(
            desk,
            (say("Answered by"), answers.by),
            (say("Answered on"), local.datetime(answers.at)),
            (say("Holds until"), local.date(answers.until, "long") if answers.until else ""),
            (say("Version of the form"), str(answers.version)),
            (say("Household"), desk.household.name),
            (say("Account number"), desk.household.number),
        ),
        headline=Fact("", ""),
        tables=(_table(desk, content, answers, health=health),),
        notes=(Passage(intro, desk.say(say("What the form said"))),) if intro else (),
    )


def _table(desk: Desk, content: Content, answers: Answers, *, health: bool) -> Table:
    columns = (Column(desk.say(say("Question")), is_wide=True), Column(desk.say(say("Answer")), is_wide=True))
    groups = tuple(
        Group(tuple(Row((each.label, each.text)) for each in section.answers), section.title)
        for section in answers_views(content, answers, desk.local, health=health)
        if section.answers
    )
    return Table(columns, groups)


class Sheet:
    """The table of many answers: one row for each, one column for each question of any version they were given in."""

    def __init__(self, contents: Mapping[int, Content], local: Local, *, health: bool) -> None:
        self._contents = contents
        self._local = local
        self._health = health
        self._columns = list({each.id: each for number in sorted(contents) for each in contents[number].questions})

    def write(self, rows: Iterable[tuple[Sequence[str], Answers | None]], heads: Sequence[str]) -> bytes:
        """CSV (`cells.sheet`): what is known of each, then what each answered."""
        return sheet([(*heads, *self._labels()), *((*told, *self._answers(answers)) for told, answers in rows)])

    def _labels(self) -> list[str]:
        """Each question as the newest version that asks it has it."""
        newest = {each.id: each for number in sorted(self._contents) for each in self._contents[number].questions}
        return [self._local.text(newest[column].label) for column in self._columns]

    def _answers(self, answers: Answers | None) -> list[str]:
        content = self._contents.get(answers.version) if answers else None
        if answers is None or content is None:
            return [""] * len(self._columns)
        asked = {each.id: each for each in content.questions}
        return [self._text(asked.get(column), answers) for column in self._columns]

    def _text(self, question: Question | None, answers: Answers) -> str:
        if question is None:
            return ""
        if question.kind is Kind.HEALTH and not self._health:
            return self._local.say(HIDDEN)
        return answer_text(question, answers, self._local)
