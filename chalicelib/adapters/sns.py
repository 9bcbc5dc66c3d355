"""Text messages through Amazon SNS."""

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters import aws
from chalicelib.ports import DeliveryFailed

_PERMANENT = frozenset({"InvalidParameter", "InvalidParameterValue", "OptedOut", "AuthorizationError"})


class SnsTexter:
    """Sends transactional text messages to single numbers."""

    def send(self, number: str, text: str) -> str:
        """Hands the text to SNS and returns its message id. Raises DeliveryFailed."""
        try:
            answer = aws.client("sns").publish(
                PhoneNumber=number,
                Message=text,
                MessageAttributes={
                    "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
                },
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise DeliveryFailed(code, permanent=code in _PERMANENT) from error
        except BotoCoreError as error:
            raise DeliveryFailed(type(error).__name__, permanent=False) from error
        return str(answer["MessageId"])
