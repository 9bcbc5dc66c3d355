"""The page of a member's skills; there is one only where the organisation uses skills (SKILL-1)."""

from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import NotFound
from chalicelib.skills import store
from chalicelib.skills.domain import shown
from chalicelib.skills.pages import skill_views
from chalicelib.web import render
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.SKILLS)


@routes.get("/{org}/members/{member}/skills", Actor.MEMBER, owns="member")
def show_skills(request: Request) -> Reply:
    """What a member can do, latest first."""
    member = request.me.home.member(request.params["member"])
    if member is None:
        raise NotFound
    reached = store.list_reached(request.org, member.id)
    known = store.get_skills(request.org, {each.skill for each in reached})
    return render.page(
        request, "skills/list.html", member=member, skills=skill_views(shown(reached, known), request.local)
    )
