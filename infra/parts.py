"""Which part of the API's addresses each function answers, in fewer resources than API Gateway allows (300).

A resource for each route would be more than twice as many. So where everything below an address is one function's, a
single `{proxy+}` stands for it, and the function finds the route by itself (`chalicelib.web.app`). The gateway knows
words, one parameter or one `{proxy+}` at each place, and takes the most exact of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.web import paths
from infra.functions import API_HANDLER, STRIPE_WEBHOOK, Function

MAX_RESOURCES = 300
"""API Gateway's quota of resources in one API, where nobody asked for more."""
ANY = "ANY"
_REST = "{proxy+}"
_EXACT = frozenset({STRIPE_WEBHOOK})
"""Functions whose routes stand for themselves: the stage slows each of them down apart from all others."""

Methods = Mapping[str, Function]
Parts = dict[str, Methods]


@dataclass(slots=True)
class _Node:
    """An address, with what lies below it."""

    methods: Methods = field(default_factory=dict)
    below: "dict[str, _Node]" = field(default_factory=dict)

    @property
    def owners(self) -> set[Function]:
        """Functions that answer here or below."""
        return {*self.methods.values(), *self.owners_below}

    @property
    def owners_below(self) -> set[Function]:
        """Functions that answer below."""
        return {owner for node in self.below.values() for owner in node.owners}


def parts(routes: Mapping[str, Methods]) -> Parts:
    """The paths of the API, each with the functions that answer its methods, from the routes of all functions."""
    root = _Node()
    for path, methods in routes.items():
        node = root
        for word in paths.parts(path):
            node = node.below.setdefault(word, _Node())
        node.methods = methods
    return dict(sorted(_told(root, "")))


def resources(told: Parts) -> set[str]:
    """Every resource that the gateway makes for these paths: also those on the way to them."""
    split = [paths.parts(path) for path in told]
    return {"/".join(("", *words[:count])) for words in split for count in range(len(words) + 1)}


def _told(node: _Node, path: str) -> Iterator[tuple[str, Methods]]:
    if node.methods:
        yield path or "/", _here(node.methods)
    if not node.below:
        return
    parameter = next((word for word in node.below if word.startswith("{")), None)
    if parameter and not _one(node.below[parameter].owners):
        yield from _around(node, path, parameter)
    else:
        yield from min((list(_with_rest(node, path, rest)) for rest in _candidates(node, parameter)), key=len)


def _here(methods: Methods) -> Methods:
    """All methods, where one function has them: it says itself which it takes. Otherwise each by its name."""
    owners = set(methods.values())
    return {ANY: owners.pop()} if _one(owners) else methods


def _one(owners: set[Function]) -> bool:
    return len(owners) == 1 and not owners & _EXACT


def _candidates(node: _Node, parameter: str | None) -> Sequence[Function | None]:
    """Functions that could have all below that nothing more exact is said of; the account's first."""
    if parameter:
        return list(node.below[parameter].owners)
    alone = {owner for child in node.below.values() if _one(child.owners) for owner in child.owners}
    found = sorted(alone, key=lambda owner: (owner is not API_HANDLER, owner.name))
    return found or [None]


def _with_rest(node: _Node, path: str, rest: Function | None) -> Iterator[tuple[str, Methods]]:
    """What lies below, where `rest` has all of it but what is said of its own."""
    if rest:
        yield f"{path}/{_REST}", {ANY: rest}
    for word, child in node.below.items():
        if child.owners != {rest}:
            yield from _told(child, f"{path}/{word}")


def _around(node: _Node, path: str, parameter: str) -> Iterator[tuple[str, Methods]]:
    """What lies below, where a parameter has to stand for itself: there is no room for a rest beside it."""
    around = dict(_told(node.below[parameter], f"{path}/{parameter}"))
    yield from around.items()
    for word, child in node.below.items():
        if word != parameter and not _is_covered(child, f"{path}/{parameter}", around):
            yield from _told(child, f"{path}/{word}")


def _is_covered(child: _Node, path: str, around: Parts) -> bool:
    """Whether what stands for a parameter leads to the same function as this word, wherever one goes on."""
    return all(
        owner_of(around, f"{path}{below}", method) is owner
        for below, methods in _routes(child, "")
        for method, owner in methods.items()
    )


def _routes(node: _Node, path: str) -> Iterator[tuple[str, Methods]]:
    if node.methods:
        yield path, node.methods
    for word, child in node.below.items():
        yield from _routes(child, f"{path}/{word}")


def owner_of(told: Parts, path: str, method: str) -> Function | None:
    """The function that the gateway hands a request to; None where it answers itself.

    It takes the most exact word at each place, and does not turn back where that leads nowhere.
    """
    known, at, asked = resources(told), "", paths.parts(path)
    for word in asked:
        beyond = [f"{at}/{word}", *(one for one in known if one.rpartition("/")[0] == at and _is_parameter(one))]
        found = next((one for one in beyond if one in known), "")
        if not found:
            return None
        at = found
        if at.endswith(_REST):
            break
    methods = told.get(at or "/", {})
    return methods.get(method) or methods.get(ANY)


def _is_parameter(resource: str) -> bool:
    return resource.rpartition("/")[2].startswith("{")
