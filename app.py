"""Builds the whole portal: every route of every function behind one guard. No logic lives here.

The API is made from it, and one machine serves it as it is; deployed, each function serves its own
part (`chalicelib.entry`), so that a cold start loads no more than the part needs.
"""

from chalicelib.api import serving
from chalicelib.entry import account, files, papers, passkeys, pay, rest, sign_in, slips, stripe_webhook
from chalicelib.identity.guard import guard
from chalicelib.web import serve
from chalicelib.web.app import App

app = App("portal")
tables = (
    *account.tables(), *files.tables(), *papers.tables(), *passkeys.tables(), *pay.tables(), *sign_in.tables(),
    *slips.tables(),
)  # fmt: skip
serve.install(app, guard, tables)
stripe_webhook.install(app)
serving.install(app, rest.operations())
