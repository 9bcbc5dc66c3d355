"""The pages that a payer sees at Stripe: Checkout, the bank's 3-D Secure step, and what is said when it is too late.

They work without JavaScript, in the session's language, and say on top that no money moves.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader

from local.events import Answer, Call
from local.stripe_double import checkout, intents, paying, setups, words
from local.stripe_double.account import Account
from local.stripe_double.books import Books
from local.stripe_double.errors import Refused
from local.stripe_double.objects import Thing, kind_of

if TYPE_CHECKING:
    from local.stripe_double.double import StripeDouble

_HERE = Path(__file__).parent


def answer(double: "StripeDouble", call: Call) -> Answer:
    """The page at an address, or where a form leads."""
    match call.target.partition("?")[0].strip("/").split("/"):
        case ["c", "page.css"]:
            return Answer(200, _headers("text/css"), (_HERE / "page.css").read_bytes())
        case ["c", "pay", id_]:
            found = double.holding("checkout.session", id_)
            return _checkout(found, id_, call) if found else _missing(call)
        case ["c", "authenticate", id_]:
            found = double.holding(kind_of(id_), id_)
            return _authenticate(found, id_, call) if found else _missing(call)
    return _missing(call)


def _checkout(account: Account, id_: str, call: Call) -> Answer:
    with account.acting(writes=call.method == "POST") as books:
        session = books.get("checkout.session", id_)
        lang = words.language(session["locale"], _header(call, "accept-language"))
        if session["status"] == "expired":
            return _end(lang, "expired", session["cancel_url"])
        if session["status"] == "complete":
            return _end(lang, "done", _success(session))
        if call.method == "POST":
            return _submit(account, books, session, _form(call), lang)
        return _form_page(account, books, session, lang, words.problem(lang, paying.problem(books, session)))


def _submit(account: Account, books: Books, session: Thing, form: dict[str, str], lang: str) -> Answer:
    payer = paying.Payer(form.get("card", ""), form.get("email", ""), form.get("name", ""), form.get("save") == "yes")
    try:
        with paying.failing():
            paying.submit(books, session, payer)
    except Refused:
        return _form_page(account, books, session, lang, words.say(lang, "problem_invalid"), status=400)
    return _redirect(_next(books, session))


def _next(books: Books, session: Thing) -> str:
    """Where the payer goes from here."""
    if session["status"] == "complete":
        return _success(session)
    step = "authenticate" if paying.waits(books, session) else "pay"
    return f"/c/{step}/{session['id']}"


def _success(session: Thing) -> str:
    address: str = session["success_url"]
    return address.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _form_page(  # everything that the form shows
    account: Account, books: Books, session: Thing, lang: str, problem: str, status: int = 200
) -> Answer:
    payment = session["mode"] == "payment"
    amount = words.money(lang, session["amount_total"], session["currency"]) if payment else ""
    name = account.name or account.id
    title = words.say(lang, "pay_to", amount=amount, name=name) if payment else words.say(lang, "save_title", name=name)
    return _page(
        lang, "form", title, status=status, problem=problem, session=session, amount=amount,
        lines=list(_lines(books, session, lang)),
        ask_email=not (session["customer_details"] or {}).get("email"),
        saved=[_saved(one, lang) for one in paying.saved(books, session)],
        ways=paying.ways(session), offers_saving=paying.offers_saving(session),
        link=_link(lang, "back" if payment else "back_save", session["cancel_url"]),
        leads_to=(session["success_url"], session["cancel_url"]),
    )  # fmt: skip


def _lines(books: Books, session: Thing, lang: str) -> Iterator[Thing]:
    for line in checkout.private(books, session)["lines"]:
        amount = words.money(lang, line["amount_total"], line["currency"])
        yield {"name": line["description"], "count": line["quantity"], "amount": amount}


def _saved(method: Thing, lang: str) -> Thing:
    details = method[method["type"]]
    brand = details.get("brand", details.get("bank_name", "")).title()
    return {"id": method["id"], "words": words.say(lang, "saved", brand=brand, last4=details["last4"])}


def _authenticate(account: Account, id_: str, call: Call) -> Answer:
    with account.acting(writes=call.method == "POST") as books:
        subject = books.get(kind_of(id_), id_)
        lang = words.language(subject.get("locale"), _header(call, "accept-language"))
        if subject["object"] == "checkout.session":
            return _authenticate_session(books, subject, call, lang)
        return _authenticate_intent(books, subject, call, lang)


def _authenticate_session(books: Books, session: Thing, call: Call, lang: str) -> Answer:
    if not paying.waits(books, session):
        return _redirect(f"/c/pay/{session['id']}")
    if call.method == "POST":
        with paying.failing():
            paying.authenticate(books, session, approve=_form(call).get("approve") == "yes")
        return _redirect(_next(books, session))
    return _consent(lang, session, session["amount_total"], session["currency"], session["success_url"])


def _authenticate_intent(books: Books, intent: Thing, call: Call, lang: str) -> Answer:
    """The step of an intent that no session has; it leads to the intent's `return_url`."""
    if intent["status"] != "requires_action":
        return _end(lang, "done", None)
    back = intent["next_action"]["redirect_to_url"]["return_url"]
    if call.method == "POST":
        module = intents if intent["object"] == "payment_intent" else setups
        with paying.failing():
            module.authenticate(books, intent, approve=_form(call).get("approve") == "yes")
        return _redirect(_returned(intent, back)) if back else _end(lang, "done", None)
    return _consent(lang, intent, intent.get("amount"), intent.get("currency"), back)


def _returned(intent: Thing, back: str) -> str:
    name = intent["object"]
    failed = intent["status"] == "requires_payment_method"
    told = {name: intent["id"], "redirect_status": "failed" if failed else "succeeded"}
    told[f"{name}_client_secret"] = intent["client_secret"]
    return f"{back}{'&' if urlsplit(back).query else '?'}{urlencode(told)}"


def _consent(lang: str, subject: Thing, amount: int | None, currency: str | None, leads_to: str | None) -> Answer:
    what = words.say(lang, "consent_saving")
    if amount is not None and currency:
        what = words.say(lang, "consent_paying", amount=words.money(lang, amount, currency))
    sentence = words.say(lang, "consent_words", what=what)
    title = words.say(lang, "consent_title")
    return _page(lang, "consent", title, words=sentence, subject=subject["id"], leads_to=(leads_to,))


def _end(lang: str, what: str, address: str | None) -> Answer:
    link = _link(lang, "on" if what == "done" else "return", address)
    return _page(lang, "end", words.say(lang, f"{what}_title"), words=words.say(lang, f"{what}_words"), link=link)


def _missing(call: Call) -> Answer:
    lang = words.language(None, _header(call, "accept-language"))
    return _page(lang, "end", words.say(lang, "missing_title"), status=404, words=words.say(lang, "missing_words"))


def _link(lang: str, name: str, address: str | None) -> Thing | None:
    return {"words": words.say(lang, name), "address": address} if address else None


def _page(lang: str, kind: str, title: str, *, status: int = 200, leads_to: Any = (), **values: Any) -> Answer:
    def say(name: str, /, **filled: Any) -> str:
        return words.say(lang, name, **filled)

    html = _template().render(language=lang, kind=kind, title=title, say=say, **values)
    return Answer(status, _headers("text/html", leads_to), html.encode())


@cache
def _template() -> Any:
    return Environment(loader=FileSystemLoader(_HERE), autoescape=True, trim_blocks=True).get_template("page.html")


def _headers(kind: str, leads_to: Any = ()) -> list[tuple[str, str]]:
    """Browsers hold the redirect after a form against `form-action`, so it names where the form may lead."""
    origins = sorted({f"{urlsplit(one).scheme}://{urlsplit(one).netloc}" for one in leads_to if one})
    allowed = ["'self'", *origins]
    policy = f"default-src 'none'; style-src 'self'; form-action {' '.join(allowed)}"
    return [
        ("Content-Type", f"{kind}; charset=utf-8"),
        ("Content-Security-Policy", f"{policy}; base-uri 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"),
    ]


def _redirect(address: str) -> Answer:
    return Answer(303, [("Location", address), ("Cache-Control", "no-store")], b"")


def _form(call: Call) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(call.body.decode()).items()}


def _header(call: Call, name: str) -> str:
    return next((value for key, value in call.headers if key.lower() == name), "")
