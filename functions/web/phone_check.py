"""The person check (P10): scanners that post forms do not know the end of the signer's number.

A browser that passed it once carries the id of the code it asked for, and is not asked again.
"""

from datetime import datetime

from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.signing import codes, phone_check
from paraphe.pages import cookies
from web.link import LinkVisit

_ONE_DAY = 86_400


def is_known(link: LinkVisit) -> bool:
    """Tell whether this browser passed the check before, for this very link."""
    carried = link.http.cookies.get(_cookie_name(link))
    recipient = link.visit.recipient
    mine = (c.id for c in link.visit.request.challenges if c.recipient_id == recipient.id)
    return carried is not None and carried in mine


def digits(link: LinkVisit) -> str | None:
    """Return the digits to check, as typed; None for a known browser."""
    return None if is_known(link) else link.http.form.get("phone_digits", "")


def locked_until(link: LinkVisit) -> datetime | None:
    """Return until when this browser cannot try any digits; None when it can, or need not."""
    if is_known(link):
        return None
    return phone_check.locked_until(link.visit.recipient, link.http.now)


def cookie(link: LinkVisit, after: SignatureRequest) -> str:
    """Return the `Set-Cookie` that makes this browser a known one for a day."""
    challenge = codes.newest_challenge(after, link.visit.recipient.id)
    value = challenge.id if challenge else ""
    return cookies.write(_cookie_name(link), value, max_age=_ONE_DAY, secure=link.http.is_secure)


def _cookie_name(link: LinkVisit) -> str:
    # The hash changes with the link: whoever is asked after a correction starts anew.
    return f"paraphe-{(link.visit.recipient.link_hash or '')[:16]}"
