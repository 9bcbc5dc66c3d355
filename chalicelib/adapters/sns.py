"""Text messages through Amazon SNS."""

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters import aws
from chalicelib.ports import DeliveryFailed, Trouble

PERMANENT = frozenset(
    {"InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid", "ValidationException", "OptedOut",
     "OptedOutException", "EndpointDisabled", "AuthorizationError"}
)  # fmt: skip
"""What trying again can not help: it is about this number. SNS says so with these codes of numbers that do not exist,
and of those that answered STOP; and of all, where texts may not be sent at all."""
_OF_ACCOUNT = frozenset({"AuthorizationError"})
BUSY = frozenset({"Throttled", "ThrottledException", "Throttling", "ThrottlingException", "KMSThrottling",
                  "TooManyRequestsException"})  # fmt: skip
"""More than SNS takes in a second."""
SPENT = frozenset({"LimitExceeded", "LimitExceededException", "QuotaExceeded", "MonthlySpendLimitReached"})
"""No text goes out any more this month: what can goes by mail."""
PASSING = frozenset(
    {"InternalError", "NotFound", "PlatformApplicationDisabled", "KMSDisabled", "KMSInvalidState",
     "KMSNotFound", "KMSOptInRequired", "KMSAccessDenied", "InvalidSecurity"}
)  # fmt: skip
"""What somebody has to mend in the account, and texts can wait for: so does whatever is named nowhere."""
_SPEND = ("spend limit", "monthly spend", "no quota left")
"""How SNS words it under other codes."""


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
            told = error.response["Error"]
            raise failure(told["Code"], told.get("Message", "")) from error
        except BotoCoreError as error:
            raise DeliveryFailed(type(error).__name__, permanent=False) from error
        return str(answer["MessageId"])


def failure(code: str, words: str = "") -> DeliveryFailed:
    """What an answer of SNS means for the message."""
    if code in SPENT or any(each in words.lower() for each in _SPEND):
        return DeliveryFailed("SpendLimitReached", permanent=False, elsewhere=True, trouble=Trouble.SPENT)
    of_number = code in PERMANENT and code not in _OF_ACCOUNT
    return DeliveryFailed(
        code, permanent=code in PERMANENT, busy=code in BUSY, elsewhere=code in PERMANENT,
        trouble=Trouble.NUMBER if of_number else Trouble.SERVICE,
    )  # fmt: skip
