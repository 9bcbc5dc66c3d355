"""Members' pictures: sent by the family, shown on its cards and to staff who look at one (CARD-1)."""

from chalicelib.files import keeping, lending
from chalicelib.households.activity import Deed
from chalicelib.households.domain import Private
from chalicelib.households.summary import MemberRow
from chalicelib.identity.staff import TEACHING
from chalicelib.memberships import cards, photos
from chalicelib.memberships.photos import Photo
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Forbidden, Invalid, NotFound
from chalicelib.shared.ids import is_dated_id
from chalicelib.web import assets, render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)


@routes.get("/{org}/photos/{member}", Actor.MEMBER, owns="member")
def show_photo(request: Request) -> Reply:
    """A member's picture, or the drawing of nobody, also where it is not the reader's to see (NEW-14)."""
    member = _member(request)
    return _picture(request.org, member.id if _may_see(request, member) else "")


@routes.post("/{org}/photos/{member}", Actor.EDITOR, owns="member", uploads=True)
def send_photo(request: Request) -> Reply:
    """Puts a picture in the place of the one before, and leads back to the card."""
    member = _member(request)
    if not _may_see(request, member):
        raise Forbidden
    before = photos.get(request.org, member.id)
    try:
        sent = request.files.get("photo")
        file = keeping.keep_picture(request.org, request.me.household, sent, field="photo")
    except Invalid as wrong:
        return render.page(request, "memberships/photo.html", status=400, errors=wrong.errors, member=member.id)
    photos.save(request.org, member.id, Photo(request.me.household, file), _deed(request, member))
    if before:
        keeping.drop(request.org, before.household, before.file)
    card = request.form.get("card", "")
    return redirect(urls.portal(request.org, f"cards/{card}" if is_dated_id(card) else "cards"))


@routes.get("/{org}/desk/cards/{code}/photo", Actor.STAFF, staff=TEACHING, owns="code")
def show_to_staff(request: Request) -> Reply:
    """The picture of whom a card belongs to."""
    owner = cards.owner(request.org, cards.number_of(request.organisation, request.params["code"]))
    held = cards.get_held(request.org, *owner) if owner else None
    if held is None:
        raise NotFound
    return _picture(request.org, held.member)


def _member(request: Request) -> MemberRow:
    member = request.me.home.member(request.params["member"])
    if member is None:
        raise NotFound
    return member


def _may_see(request: Request, member: MemberRow) -> bool:
    return request.me.may_see(member.id, Private.PROFILE)


def _deed(request: Request, member: MemberRow) -> Deed:
    return Deed("photo_changed", request.now, request.me.user, {"label": member.first_name})


def _picture(org: str, person: str) -> Reply:
    photo = photos.get(org, person)
    if photo is None:
        return Reply(body=assets.read("person.svg"), content_type="image/svg+xml")
    return lending.show(org, photo.household, photo.file)
