"""The Chalice app of a function: it finds the route by the path that was asked for (docs/decisions/0106).

API Gateway has no room for a resource to each route: what it calls the resource only says whose path it is.
"""

from collections.abc import Callable
from typing import Any

from chalice.app import Chalice, Response

from chalicelib.web.paths import Paths


class App(Chalice):
    """Serves its own routes, whatever the gateway says; what is none of them is not found."""

    def __init__(self, name: str) -> None:
        super().__init__(name, configure_logs=False)
        self._paths: Paths | None = None

    def __call__(self, event: Any, context: Any) -> Any:
        """The answer to a request, as API Gateway hands it over."""
        if self._paths is None:
            self._paths = Paths(self.routes)
            self.register_middleware(self._known, "http")  # the last one: those that frame errors frame this as well
        return super().__call__(_placed(event, self._paths), context)

    def _known(self, request: Any, get_response: Callable[[Any], Any]) -> Any:
        if request.path in self.routes:
            return get_response(request)
        return Response({"Code": "NotFoundError"}, status_code=404)


def _placed(event: Any, paths: Paths) -> Any:
    """The event with the route that its path leads to; with the path itself where there is none."""
    place = paths.find(event["path"])
    pattern, parameters = place or (event["path"], {})
    return {
        **event,
        "resource": pattern,
        "pathParameters": parameters or None,
        "requestContext": {**event["requestContext"], "resourcePath": pattern},
    }
