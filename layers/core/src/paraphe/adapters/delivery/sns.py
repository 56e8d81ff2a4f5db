"""`Sms` on SNS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.ports.delivery import PhoneRefusedError

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

# What SNS says of a number that can never work: malformed, unreachable, or opted out.
_REFUSED = frozenset({"InvalidParameter", "OptedOut", "OptedOutException"})


class SnsSms:
    """Keeps `Sms`.

    Args:
        client: SNS.
        sender: up to 11 letters and digits that the phone shows as sender, or empty.

    """

    def __init__(self, client: SNSClient, sender: str = "") -> None:
        self._client = client
        self._sender = sender

    def send(self, phone: str, text: str) -> None:
        """Keep `Sms.send`.

        Raises:
            PhoneRefusedError: see `Sms.send`.
            TransientError: SNS did not answer, or has had enough for now.
            ServiceRefusedError: anything else, such as a missing permission.

        """
        if not phone:
            raise PhoneRefusedError("there is no number")
        attributes = {"AWS.SNS.SMS.SMSType": _text("Transactional")}
        if self._sender:
            attributes["AWS.SNS.SMS.SenderID"] = _text(self._sender)
        try:
            with calling("sns:Publish"):
                self._client.publish(PhoneNumber=phone, Message=text, MessageAttributes=attributes)
        except ServiceRefusedError as refused:
            if refused.code in _REFUSED:
                raise PhoneRefusedError(refused.code) from None
            raise


def _text(value: str) -> MessageAttributeValueTypeDef:
    return {"DataType": "String", "StringValue": value}
