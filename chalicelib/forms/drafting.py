"""Storing what staff write: new forms, changes of what will be the next version, publishing, and taking out of use."""

from collections.abc import Callable

from chalicelib.data.write import Transaction
from chalicelib.forms import store
from chalicelib.forms.building import is_too_large, problems, published
from chalicelib.forms.domain import MAX_FORMS, Content, Form, Listed
from chalicelib.households import agendas
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from chalicelib.shared.texts import Texts, say


def create(org: str, form_id: str, title: Texts) -> None:
    """Adds a form without questions; the page makes up its id, so that sending twice makes one. Raises Invalid."""
    catalogue = store.get_catalogue(org)
    if catalogue.find(form_id):
        return
    if len(catalogue.forms) >= MAX_FORMS:
        raise Invalid({"": say("There are %(n)s forms already: take one out of use and write it anew.", n=MAX_FORMS)})
    transaction = Transaction()
    store.save_form(transaction, org, Form(form_id, Content(title)))
    store.save_catalogue(transaction, org, catalogue.with_form(Listed(form_id, title)))
    transaction.commit_or_conflict()


def require(org: str, form_id: str) -> Form:
    """A form as the staff write it. Raises NotFound."""
    form = store.get_form(org, form_id)
    if form is None:
        raise NotFound
    return form


def change(org: str, form_id: str, version: int, work: Callable[[Form], Form]) -> None:
    """Changes what will be the next version, if it is still as the page showed it (`version`).

    Raises NotFound, Conflict, and Invalid when it becomes too large.
    """
    form = require(org, form_id)
    if form.version != version:
        raise Conflict
    changed = work(form)
    if is_too_large(changed.content):
        raise Invalid({"": say("The form has too many words.")})
    transaction = Transaction()
    store.save_form(transaction, org, changed)
    _rename(transaction, org, form, changed)
    transaction.commit_or_conflict()


def _rename(transaction: Transaction, org: str, before: Form, after: Form) -> None:
    """A form that was never published is listed under the title that it is written under."""
    catalogue = store.get_catalogue(org)
    listed = catalogue.find(after.id)
    if listed and not listed.version and before.content.title != after.content.title:
        store.save_catalogue(transaction, org, catalogue.with_form(listed._replace(title=after.content.title)))


def publish(org: str, form_id: str, version: int, *, ask_again: bool) -> None:
    """Makes what was written the version that is asked; with `ask_again` also of those who answered an earlier one.

    Raises NotFound, Conflict when it was changed since the page was shown, and Invalid with what is in the way.
    """
    form = require(org, form_id)
    if form.version != version:
        raise Conflict
    in_the_way = problems(form)
    if in_the_way:
        raise Invalid({"": in_the_way[0]})
    catalogue, changed = published(store.get_catalogue(org), form, ask_again=ask_again)
    transaction = Transaction()
    store.publish_version(transaction, org, changed)
    store.save_form(transaction, org, changed)
    store.save_catalogue(transaction, org, catalogue)
    agendas.stir_all(transaction, org)
    transaction.commit_or_conflict()


def set_retired(org: str, form_id: str, *, retired: bool) -> None:
    """Takes a form out of use, or into use again. What was answered stays. Raises NotFound and Conflict."""
    catalogue = store.get_catalogue(org)
    listed = catalogue.find(form_id)
    if listed is None:
        raise NotFound
    transaction = Transaction()
    store.save_catalogue(transaction, org, catalogue.with_form(listed._replace(retired=retired)))
    agendas.stir_all(transaction, org)
    transaction.commit_or_conflict()
