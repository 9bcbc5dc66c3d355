"""The floor: the least a Chalice function that reads DynamoDB can cost. Everything is compared with it."""

from typing import Any

from chalice.app import Chalice, Response
from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

BODY = "<!doctype html><title>floor</title>" + "x" * 10_000


class Floor(Model):
    """One small item of the same table."""

    class Meta:
        table_name = ""
        region = ""
        host = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


app = Chalice("floor", configure_logs=False)


@app.route("/floor")
def floor() -> Response:
    """One GetItem and a string of 10 KB."""
    Floor.get("FLOOR", "FLOOR", consistent_read=True)
    return Response(BODY, headers={"Content-Type": "text/html"})


def prepare(table: str, region: str, endpoint: str) -> None:
    """Points the floor at a table and puts its item there."""
    Floor.Meta.table_name, Floor.Meta.region, Floor.Meta.host = table, region, endpoint
    Floor("FLOOR", "FLOOR").save()


def handler(event: dict[str, Any], context: Any) -> Any:
    """The function's entry point."""
    return app(event, context)
