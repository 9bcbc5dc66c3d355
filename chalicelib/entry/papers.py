"""The papers function: PDF files and the ledger as CSV. It alone holds the PDF engine, and may not change the table."""

from collections.abc import Iterable

from chalicelib.entry import loaded, routes_of
from chalicelib.home.frame import frame
from chalicelib.identity.guard import guard
from chalicelib.papers import routes as papers
from chalicelib.web import render, serve
from chalicelib.web.app import App
from chalicelib.web.routes import Routes


def tables() -> Iterable[Routes]:
    """Its route tables."""
    from chalicelib.moving import export_file_routes as exports
    from chalicelib.papers import consent_routes as consents
    from chalicelib.papers import form_routes as forms
    from chalicelib.privacy import takeaway_file_routes as takeaways
    from chalicelib.slips import paper_routes as slips
    from chalicelib.till import paper_routes as till
    from chalicelib.till import statement_paper_routes as statements

    return (
        papers.routes, forms.routes, consents.routes, slips.routes, takeaways.routes, till.routes, statements.routes,
        exports.routes,
    )  # fmt: skip


app = App("portal-papers")
serve.install(app, guard, routes_of(__name__, tables))
render.frame_with(frame)
loaded()
