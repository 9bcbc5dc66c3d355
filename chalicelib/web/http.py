"""One request and one reply, in our own words; the rest of the code never sees API Gateway's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from chalicelib.shared import tracing
from chalicelib.shared.times import local_day

if TYPE_CHECKING:
    from chalicelib.identity.account import Account
    from chalicelib.organisations.domain import Organisation
    from chalicelib.web.language import Local
    from chalicelib.web.routes import Policy
    from chalicelib.web.uploads import Upload

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
"""The type of forms that carry files."""
MAX_FORM_BYTES = 256 * 1024
"""W-07: larger bodies are answered with 413."""
MAX_PARAM = 120
"""Characters of a path parameter; the longest of ours is a stylesheet's name."""


_UNPRINTABLE = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\r\n"}
"""Control characters: nobody types them, no page may contain them, so they are dropped on arrival."""


class BadRequest(Exception):
    """The request can not be read; `status` says why (400, 404, 413)."""

    def __init__(self, status: int = 400) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(slots=True)
class Request:
    """What somebody asked. `tenant`, `account`, `local` and `csrf_key` are filled in by the guard."""

    method: str
    path: str
    """Path within the deployment, without a stage prefix: `/demo/invoices`."""
    params: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    cookies: Mapping[str, str]
    headers: Mapping[str, str]
    source: str
    """Address the request came from, as the gateway saw it; never a forwarded header (A-16)."""
    id: str
    """The gateway's, which an error page shows as its reference; "" when nobody began it (`shared.tracing`)."""
    now: datetime
    policy: "Policy"
    tenant: "Organisation | None" = None
    account: "Account | None" = None
    local: "Local" = field(default=None)  # type: ignore[assignment]
    csrf_key: str = ""
    files: Mapping[str, "Upload"] = field(default_factory=dict)
    """Files of a form, by field; only on routes whose policy takes uploads."""
    new_cookies: list[str] = field(default_factory=list)

    @property
    def org(self) -> str:
        """Slug of the organisation in the address."""
        return self.params.get("org", "")

    @property
    def organisation(self) -> "Organisation":
        """The organisation whose portal this is; only for routes that name one."""
        if self.tenant is None:
            raise LookupError("this route names no organisation")
        return self.tenant

    @property
    def today(self) -> date:
        """The calendar day in the organisation's zone; only for routes that name one."""
        return local_day(self.now, self.organisation.zone)

    @property
    def user_agent(self) -> str:
        """How the browser calls itself; at most 300 characters."""
        return self.headers.get("user-agent", "")[:300]

    @property
    def me(self) -> "Account":
        """The signed-in account; only for routes whose policy demands one."""
        if self.account is None:
            raise LookupError("this route does not demand a signed-in account")
        return self.account

    @property
    def portal_path(self) -> str:
        """Path within the organisation's portal, e.g. `invoices`; empty for its home page."""
        return self.path.removeprefix(f"/{self.org}").strip("/")


@dataclass(slots=True)
class Reply:
    """What is answered."""

    status: int = 200
    body: str | bytes = ""
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)


def redirect(location: str) -> Reply:
    """303: fetch `location` with GET next, whatever the method was."""
    return Reply(303, headers={"Location": location})


def id_of(event: Any) -> str:
    """The id that API Gateway made for a request. Whoever asks can choose the one called `requestId`, with a header."""
    return str(event.context.get("extendedRequestId", ""))


def read(event: Any, policy: "Policy", now: datetime) -> Request:
    """The request behind an API Gateway proxy event. Raises BadRequest."""
    context = event.context
    headers = {name.lower(): value for name, value in dict(event.headers or {}).items()}
    form, files = _posted(event, policy, headers.get("content-type", ""))
    return Request(
        method=event.method,
        path=_path(event),
        params=_params(event),
        query=dict(event.query_params or {}),
        form=form,
        files=files,
        cookies=_cookies(headers.get("cookie", "")),
        headers=headers,
        source=str(context.get("identity", {}).get("sourceIp", "")),
        id=tracing.current(),
        now=now,
        policy=policy,
    )


def _params(event: Any) -> dict[str, str]:
    """Path parameters, decoded. Nothing of ours has a longer name, and the table takes no keys without end."""
    params = {name: unquote(value) for name, value in (event.uri_params or {}).items()}
    if any(len(value) > MAX_PARAM for value in params.values()):
        raise BadRequest(404)
    return params


def _path(event: Any) -> str:
    """The path that was asked for. Chalice's own `path` is the resource's pattern, so the pattern is filled in."""
    path = str(event.path)
    for name, value in (event.uri_params or {}).items():
        path = path.replace(f"{{{name}}}", value)
    return path


def _posted(event: Any, policy: "Policy", content_type: str) -> tuple[dict[str, str], "Mapping[str, Upload]"]:
    """Fields and files of the body, if the request has one."""
    if event.method != "POST":
        return {}, {}
    may_have_files = policy.uploads and content_type.lower().startswith(MULTIPART)
    return _with_files(event.raw_body, content_type) if may_have_files else (_form(event), {})


def _with_files(raw: bytes, content_type: str) -> tuple[dict[str, str], "Mapping[str, Upload]"]:
    """Fields and files; what reads them is loaded only where files may come. Fields are no longer than without files:
    what is kept of them has to fit into an item."""
    from chalicelib.web import uploads

    if len(raw) > uploads.MAX_UPLOAD_BYTES:
        raise BadRequest(413)
    try:
        fields, files = uploads.read(raw, content_type)
    except uploads.Unreadable as error:
        raise BadRequest() from error
    if sum(len(value.encode()) for value in fields.values()) > MAX_FORM_BYTES:
        raise BadRequest(413)
    return {name: value.translate(_UNPRINTABLE) for name, value in fields.items()}, files


def _form(event: Any) -> dict[str, str]:
    """Fields of a form body; a repeated field is refused, because two readers might differ on it (W-09)."""
    raw = event.raw_body
    if len(raw) > MAX_FORM_BYTES:
        raise BadRequest(413)
    try:
        fields = parse_qs(raw.decode(), keep_blank_values=True, strict_parsing=bool(raw), max_num_fields=200)
    except ValueError as error:
        raise BadRequest() from error
    if any(len(values) > 1 for values in fields.values()):
        raise BadRequest()
    return {name: values[0].translate(_UNPRINTABLE) for name, values in fields.items()}


def _cookies(header: str) -> dict[str, str]:
    """Cookies by name. Other sites of the domain set cookies of any shape; none of them may hide ours.

    Only blanks and tabs surround a name, as browsers see it: a name behind any other space is another name. Of two
    cookies of one name the first counts, which browsers send for the longer or older claim to it.
    """
    found: dict[str, str] = {}
    for part in header.split(";"):
        name, _, value = part.partition("=")
        found.setdefault(name.strip(" \t"), value.strip(" \t"))
    return found
