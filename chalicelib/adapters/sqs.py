"""Queues of SQS: what the dispatcher hands on, ten messages in a call."""

from collections.abc import Iterator, Mapping, Sequence

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters import aws

_MOST = 10
"""Messages of a call. Ours are small: ten stay far below what a call may hold."""


class SqsQueues:
    """Queues by name; `urls` says where each is."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = urls

    def put(self, queue: str, texts: Sequence[str]) -> list[int]:
        """See `ports.Queues`."""
        return [index for start in range(0, len(texts), _MOST) for index in self._send(queue, texts, start)]

    def _send(self, queue: str, texts: Sequence[str], start: int) -> Iterator[int]:
        """Positions of those of ten that were not taken; all of them where nobody answers, or nothing is known."""
        entries = [
            {"Id": str(index), "MessageBody": text} for index, text in enumerate(texts[start : start + _MOST], start)
        ]
        try:
            answer = aws.client("sqs").send_message_batch(QueueUrl=self._urls[queue], Entries=entries)
        except (BotoCoreError, ClientError):
            yield from (int(each["Id"]) for each in entries)
        else:
            yield from (int(each["Id"]) for each in answer.get("Failed", ()))
