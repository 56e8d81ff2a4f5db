"""What SES tells of mails on EventBridge: whom they were for is read off our tags, no address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from paraphe.domain.ids import is_id
from paraphe.ports.delivery import SENDER_TAG
from paraphe.ports.requests import RequestRef

_WORD = re.compile(r"[A-Za-z_-]{1,40}")
_NOTICE = re.compile(r"[0-9a-z_-]{1,60}")
_NUMBER = re.compile(r"[0-9]{1,9}")


class Outcome(StrEnum):
    """What became of a mail."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"
    DELAYED = "delayed"
    REJECTED = "rejected"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class MailEvent:
    """One event about one mail of ours; `recipient_id` None: it was the sender's."""

    ref: RequestRef
    recipient_id: str | None
    link_generation: int
    notice_id: str
    outcome: Outcome
    subtype: str


def mail_event(event: Mapping[str, Any]) -> MailEvent | None:
    """Read an event of EventBridge; None when its mail does not have our tags, all of them."""
    detail = _mapping(event, "detail")
    tags = _mapping(_mapping(detail, "mail"), "tags")
    firm, request = _tag(tags, "firm"), _tag(tags, "request")
    recipient, notice, link = _tag(tags, "recipient"), _tag(tags, "notice"), _tag(tags, "link")
    known = (
        is_id(firm, "frm")
        and is_id(request, "sr")
        and (recipient == SENDER_TAG or is_id(recipient, "rcp"))
        and _NOTICE.fullmatch(notice)
        and _NUMBER.fullmatch(link)
    )
    if not known:
        return None
    return MailEvent(
        RequestRef(firm, request),
        None if recipient == SENDER_TAG else recipient,
        int(link),
        notice,
        *_outcome(detail),
    )


def _outcome(detail: Mapping[str, Any]) -> tuple[Outcome, str]:
    """Only what is permanent is a bounce; who takes a mail out of the spam does not complain."""
    kind = detail.get("eventType")
    if kind == "Bounce":
        bounce = _mapping(detail, "bounce")
        permanent = bounce.get("bounceType") == "Permanent"
        outcome = Outcome.BOUNCED if permanent else Outcome.DELAYED
        return outcome, _word(bounce.get("bounceSubType"))
    if kind == "Complaint":
        complaint = _mapping(detail, "complaint")
        feedback = complaint.get("complaintFeedbackType") or complaint.get("complaintSubType")
        wanted = feedback == "not-spam"
        return Outcome.OTHER if wanted else Outcome.COMPLAINED, _word(feedback)
    if kind == "DeliveryDelay":
        return Outcome.DELAYED, _word(_mapping(detail, "deliveryDelay").get("delayType"))
    if kind == "Reject":
        return Outcome.REJECTED, "other"
    return Outcome.OTHER, "other"


def _mapping(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = parent.get(name)
    return found if isinstance(found, Mapping) else {}


def _tag(tags: Mapping[str, Any], name: str) -> str:
    match tags.get(name):
        case [str() as value]:
            return value
        case _:
            return ""


def _word(value: object) -> str:
    """Return a closed word of SES; whatever else could quote somebody."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else "other"
