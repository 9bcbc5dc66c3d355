"""Who may buy in the portal: adults alone (ACC-7). An age that nobody told is asked, never assumed (X-7)."""

from chalicelib.shared.errors import Forbidden
from chalicelib.shared.texts import say
from chalicelib.web.forms import Form
from chalicelib.web.http import Request

FIELD = "adult"
_YES = "yes"


def asks_age(request: Request) -> bool:
    """Whether the form has to ask the buyer to say that he or she is of age."""
    return request.me.is_adult(request.today) is None


def require_adult(request: Request, form: Form) -> None:
    """Notes in the form what is missing of a buyer whose age is not known. Raises Forbidden for a minor."""
    is_adult = request.me.is_adult(request.today)
    if is_adult is False:
        raise Forbidden(say("Only adults buy here: people of 18 years or more."))
    if is_adult is None and form.text(FIELD) != _YES:
        form.errors[FIELD] = say("Confirm that you are 18 or older")
