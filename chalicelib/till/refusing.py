"""What a page says when the books refuse what its form asked for, and which forms are none of ours."""

from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import Message
from chalicelib.till.homes import ID
from chalicelib.web.http import BadRequest, Request


def said(refused: Conflict) -> dict[str, Message]:
    """The refusal's sentence as a mistake of the whole form. One without a sentence is somebody else's change
    meanwhile: raised again, it has a page of its own."""
    if refused.message is None:
        raise refused
    return {"": refused.message}


def name_of_form(request: Request) -> str:
    """What the form that was sent is called, so that it does what it asks for once, however often it is sent (P-14).

    Raises BadRequest for one without a name: it is none of ours.
    """
    name = request.form.get("once", "")
    if not 0 < len(name) <= ID:
        raise BadRequest
    return name
