"""The person check (P10): scanners that post forms do not know the end of the signer's number.

A browser that passed it once carries the id of the code it asked for, and is not asked again.
"""

from datetime import datetime

from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.signing import codes, phone_check
from paraphe.usecases.signing.sign_in_browser import Visit
from web.request import Ask

_ONE_DAY = 86_400


def is_known(ask: Ask, visit: Visit) -> bool:
    """Tell whether this browser passed the check before, for this very link."""
    carried = ask.cookies.get(_cookie_name(visit))
    mine = (c.id for c in visit.request.challenges if c.recipient_id == visit.recipient.id)
    return carried is not None and carried in mine


def digits(ask: Ask, visit: Visit) -> str | None:
    """Give the digits to check, as typed; None for a known browser."""
    return None if is_known(ask, visit) else ask.form.get("phone_digits", "")


def locked_until(ask: Ask, visit: Visit) -> datetime | None:
    """Give until when this browser cannot try any digits; None when it can, or need not."""
    if is_known(ask, visit):
        return None
    return phone_check.locked_until(visit.recipient, ask.now)


def cookie(ask: Ask, visit: Visit, after: SignatureRequest) -> str:
    """Give the `Set-Cookie` that makes this browser a known one for a day."""
    challenge = codes.newest_challenge(after, visit.recipient.id)
    value = challenge.id if challenge else ""
    secure = "; Secure" if ask.secure else ""
    return (
        f"{_cookie_name(visit)}={value}; Path=/; Max-Age={_ONE_DAY}; HttpOnly; SameSite=Lax{secure}"
    )


def _cookie_name(visit: Visit) -> str:
    # The hash changes with the link: whoever is asked after a correction starts anew.
    return f"paraphe-{(visit.recipient.link_hash or '')[:16]}"
