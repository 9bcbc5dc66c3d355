"""Words of the staff's pages of answers."""

from collections.abc import Mapping

from chalicelib.forms.answered import State
from chalicelib.shared.texts import Message, say

TONES: Mapping[State, str] = {State.DONE: "success", State.OLD: "warning", State.MISSING: "danger"}
_WORDS: Mapping[State, Message] = {
    State.DONE: say("Answered"),
    State.OLD: say("To be asked again"),
    State.MISSING: say("Not answered"),
}


def state_words(state: State) -> Message:
    """How somebody stands to a form."""
    return _WORDS[state]
