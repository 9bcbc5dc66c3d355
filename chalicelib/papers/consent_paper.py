"""The certificate of an entry in the ledger of consents: who agreed to what, when, and how to check it (NEW-13)."""

from chalicelib.consents import drawing, record
from chalicelib.consents.domain import Edition, Signature
from chalicelib.consents.pages import entry_facts
from chalicelib.consents.wording import ACTS
from chalicelib.papers import composing, paper
from chalicelib.papers.composing import Desk
from chalicelib.papers.paper import Fact, Paper, Party, Passage, Picture
from chalicelib.shared.texts import in_language, say


def consent_paper(desk: Desk, entry: Signature, edition: Edition | None) -> Paper:
    """The certificate, in the language in which the text was read; that it is not genuine is said, too."""
    genuine = record.is_genuine(entry, edition)
    blank = composing.paper(desk, paper.Kind.CONSENT, say("Certificate"), "", Party(entry.member_name))
    verdict = (
        say("Entry and text match their fingerprints.")
        if genuine
        else say("Entry or text do not match their fingerprints: this is no proof.")
    )
    return blank._replace(
        facts=tuple(Fact(label, value) for label, value in entry_facts(entry, desk.local)),
        headline=Fact(f"{entry.title}: {desk.say(ACTS[entry.act][0])}", desk.say(verdict)),
        picture=_picture(desk, entry.manner.drawing),
        notes=_notes(desk, entry, edition),
    )


def _picture(desk: Desk, strokes: str) -> Picture | None:
    return Picture(drawing.picture(strokes), desk.say(say("Signature as it was drawn"))) if strokes else None


def _notes(desk: Desk, entry: Signature, edition: Edition | None) -> tuple[Passage, ...]:
    if edition is None:
        return ()
    wording, language = edition.wording, entry.language
    passages = (
        Passage(in_language(wording.text, language), desk.say(say("The text"))),
        Passage(in_language(wording.after, language), desk.say(say("What follows when it is withdrawn"))),
        Passage(wording.basis, desk.say(say("Legal basis"))),
    )
    return tuple(each for each in passages if each.text)
