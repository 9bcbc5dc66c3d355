"""A way to the embedded AWS for what operators run, in which a test may put its own answers."""

from typing import Any

import boto3

from local import engine


class Session:
    """A session whose clients speak to the embedded AWS; one that a test prepared is handed out as it is."""

    region_name = engine.REGION

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self.prepared: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """A client of a service."""
        if service in self.prepared:
            return self.prepared[service]
        own = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=self.region_name)
        return own.client(service, endpoint_url=self._endpoint)
