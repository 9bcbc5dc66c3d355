"""The API in front of the functions: its parts, its pages, its log, and how much of it anybody may ask for."""

import json
import re
from typing import Any

import pytest

from chalicelib.entry import (
    account,
    files,
    papers,
    passkeys,
    pay,
    rest,
    sign_in,
    slips,
    stripe_webhook,
)
from chalicelib.shared.texts import LANGUAGES
from chalicelib.web import headers
from infra import api, functions, gateway_pages, parts, throttling
from infra.build import ROOT
from infra.functions import Function
from infra.stages import Stage
from tests.infra.templated import (
    WEB,
    Resources,
    ids,
    of_type,
)
from tests.support import markup


def test_every_part_of_the_api_starts_the_live_version_of_its_function(resources: Resources) -> None:
    """Which function a route reaches is tested with the parts (`test_parts.py`)."""
    told = parts.parts(api.routes())
    paths = resources["Api"]["Properties"]["Body"]["paths"]
    assert {path: {_method(name) for name in methods} for path, methods in paths.items()} == {
        path: set(methods) for path, methods in told.items()
    }
    for path, methods in paths.items():
        for name, method in methods.items():
            owner = told[path][_method(name)]
            uri = method["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            assert f":function:{owner.deployed_name}:{functions.LIVE}/invocations" in uri, f"{name} {path}"
            given = {one["name"] for one in method["parameters"]}
            assert given == {part.strip("{+}") for part in path.split("/") if part.startswith("{")}


def _method(name: str) -> str:
    return parts.ANY if name == "x-amazon-apigateway-any-method" else name.upper()


def test_a_new_api_goes_live_when_everything_behind_it_is_there(resources: Resources) -> None:
    (deployment,) = (one for one in resources.values() if one["Type"] == "AWS::ApiGateway::Deployment")
    assert set(deployment["DependsOn"]) == {f"{function.title}Permission" for function in WEB}


def test_no_route_has_two_owners() -> None:
    parts = (account, sign_in, papers, files, slips, passkeys, pay, rest, stripe_webhook)
    owned = [(path, method) for part in parts for path, methods in part.app.routes.items() for method in methods]
    assert len(owned) == len(set(owned))


def test_a_changed_api_gets_a_new_deployment(resources: Resources) -> None:
    deployments = of_type(resources, "AWS::ApiGateway::Deployment")
    assert resources["ApiStage"]["Properties"]["DeploymentId"] == {"Ref": next(iter(deployments))}
    assert len(deployments) == 1


@pytest.mark.parametrize("function", WEB, ids=ids)
def test_pages_time_out_before_the_gateway_does(resources: Resources, function: Function) -> None:
    assert resources[function.title]["Properties"]["Timeout"] <= 25 < 29


def test_a_firewall_stands_where_one_is_wanted_and_slows_the_door_down_first(template: dict[str, Any]) -> None:
    """A-16, W-07: what AWS takes for an attack it only counts, for papers that people bring may look like one."""
    acl = template["Resources"]["WebAcl"]
    assert template["Resources"]["WebAclOfApi"]["Condition"] == acl["Condition"] == "HasFirewall"
    assert template["Parameters"]["Firewall"]["Default"] == "0"
    rules = {rule["Name"]: rule for rule in acl["Properties"]["Rules"]}
    assert rules["usual-attacks"]["OverrideAction"] == {"Count": {}}
    rates = {name: rule["Statement"].get("RateBasedStatement") for name, rule in rules.items()}
    limits = {name: rate["Limit"]["Ref"] for name, rate in rates.items() if rate}
    defaults = {name: template["Parameters"][limit]["Default"] for name, limit in limits.items()}
    assert defaults["door"] < defaults["everything-else"] < defaults["webhooks"]
    door = rates["door"]["ScopeDownStatement"]["RegexMatchStatement"]["RegexString"]
    prefix = f"/{Stage.read('prod', ROOT).path}"
    slowed = {path.split("/")[2] for path in sign_in.app.routes if path.count("/") >= 2} - {"desk", "settings"}
    for word in slowed:
        for path in (f"/school/{word}", f"{prefix}/school/{word}"):
            assert re.match(door, path), path
    for other in ("/school/invoices", f"{prefix}/school", "/webhooks/stripe/school", "/school/desk/sign-in-log"):
        assert not re.match(door, other), other


def test_bodies_pass_the_gateway_unaltered(resources: Resources) -> None:
    api = resources["Api"]["Properties"]
    assert api["BinaryMediaTypes"] == api["Body"]["x-amazon-apigateway-binary-media-types"] == ["*/*"]
    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}


def _rates(resources: Resources) -> dict[tuple[str, str], throttling.Rate]:
    """Requests a second, and at once, by paths and methods."""
    rows = resources["ApiStage"]["Properties"]["MethodSettings"]
    return {
        (row["ResourcePath"].replace("/~1", "/").replace("~1", "/"), row["HttpMethod"]): throttling.Rate(
            row["ThrottlingRateLimit"], row["ThrottlingBurstLimit"]
        )
        for row in rows
    }


def test_the_gateway_slows_floods_down(resources: Resources) -> None:
    """Each method of each part apart; one that is not named has the usual rate."""
    rates = _rates(resources)
    assert rates["/*", "*"] == throttling.USUAL
    for rate in rates.values():
        assert 0 < rate.steady < rate.burst


def test_rates_are_for_methods_that_there_are_by_names_that_the_gateway_takes(resources: Resources) -> None:
    """It refuses `ANY` in settings, and a path that is none of its own."""
    paths = resources["Api"]["Properties"]["Body"]["paths"]
    for path, method in set(_rates(resources)) - {("/*", "*")}:
        assert {method.lower(), "x-amazon-apigateway-any-method"} & set(paths[path]), path
        assert method in ("GET", "POST")


def test_pages_have_room_for_all_families_at_once_and_the_door_is_not_pushed_open(resources: Resources) -> None:
    """What everything below an organisation is asked for by is one part for all (0106), with ten times the room."""
    rates = _rates(resources)
    for page in ("/{org}", "/{org}/{proxy+}"):
        assert rates[page, "GET"] == throttling.PAGES
        assert throttling.PAGES.steady >= 10 * throttling.USUAL.steady
    door = {path for (path, _), rate in rates.items() if rate == throttling.DOOR}
    assert {"/{org}/sign-in", "/{org}/sign-in/{proxy+}", "/{org}/join", "/{org}/registrations/{proxy+}"} <= door
    assert not [path for path in door if path.startswith(("/{org}/desk", "/{org}/settings"))]


def test_the_webhook_is_slowed_down_apart_from_pages(resources: Resources) -> None:
    """P-21: it is open to everybody, so a flood of it must not stand in the way of families."""
    assert _rates(resources)[stripe_webhook.PATH, "POST"] == throttling.STRIPE


def test_access_logs_hold_nothing_of_a_person(resources: Resources) -> None:
    """L-02: neither who asks nor for what exactly; an address may hold the id of a household's things."""
    form = resources["ApiStage"]["Properties"]["AccessLogSetting"]["Format"]
    for personal in ("identity", "sourceIp", "userAgent", "$context.path", "authorizer", "queryString"):
        assert personal not in form
    told = json.loads(form.replace("$context.requestTimeEpoch", "1"))
    assert told["resource"] == "$context.resourcePath"
    assert told["request"] == "$context.extendedRequestId", "whoever asks can choose the other one"


@pytest.mark.parametrize("kind", list(gateway_pages.STATUS_OF))
def test_the_gateway_answers_in_pages_with_all_headers(resources: Resources, kind: str) -> None:
    """W-01, W-02."""
    told = resources["Api"]["Properties"]["Body"]["x-amazon-apigateway-gateway-responses"][kind]
    sent = {name.removeprefix("gatewayresponse.header."): value for name, value in told["responseParameters"].items()}
    for name, value in headers.for_response(headers.Cache.NEVER).items():
        assert sent[name] == f"'{value}'"
    assert sent["Content-Type"] == "'text/html; charset=utf-8'"
    for page in told["responseTemplates"].values():
        text, values = page["Fn::Sub"]
        assert markup.problems(markup.parse(text.replace("${BasePath}", "/portal"))) == []
        assert set(values) == {"BasePath"}


def test_an_unknown_address_is_a_404(resources: Resources) -> None:
    responses = resources["Api"]["Properties"]["Body"]["x-amazon-apigateway-gateway-responses"]
    assert responses["MISSING_AUTHENTICATION_TOKEN"]["statusCode"] == "404"


def test_the_gateways_pages_speak_every_language() -> None:
    page = markup.parse(gateway_pages.page(404, "/portal.css", "ref", "/portal/"))
    sections = [part for part in page.iter() if part.get("class") == "section"]
    assert {part.get("lang") for part in sections} == set(LANGUAGES)
    assert [link.get("href") for part in sections for link in part.iter("a")] == ["/portal/"] * len(LANGUAGES), (
        "a way on, in each language"
    )
