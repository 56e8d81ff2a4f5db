"""List a firm's requests, page by page."""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from paraphe.domain.errors import InvalidError
from paraphe.domain.firms.principal import Principal
from paraphe.domain.requests.listing import Wanted
from paraphe.ports.requests import RequestPage, Requests

_DIGEST = 6


@dataclass(frozen=True, slots=True)
class ListRequests:
    """Lists requests."""

    requests: Requests

    def __call__(
        self, principal: Principal, wanted: Wanted, limit: int, cursor: str | None
    ) -> RequestPage:
        """List what is asked for; `cursor` is that of the page before, for the same list.

        Raises:
            InvalidError: `sort_with_search`; `bad_cursor`, `cursor_of_another_list`.

        """
        wanted.check()
        position = _position(wanted, cursor) if cursor is not None else None
        page = self.requests.listed(principal.firm_id, wanted, limit, position)
        if page.cursor is None:
            return page
        return RequestPage(page.requests, _cursor(wanted, page.cursor))


def _digest(wanted: Wanted) -> bytes:
    """Return what tells lists apart: a cursor of one means nothing in another."""
    named = [f"{name}={getattr(wanted, name)!r}" for name in wanted.__slots__ if name != "states"]
    text = "\n".join([*named, ",".join(sorted(wanted.states))])
    return hashlib.sha256(text.encode()).digest()[:_DIGEST]


def _cursor(wanted: Wanted, position: str) -> str:
    """Return a cursor that can stand in a URL as it is."""
    return base64.urlsafe_b64encode(_digest(wanted) + position.encode()).decode().rstrip("=")


def _position(wanted: Wanted, cursor: str) -> str:
    digest, position = _read(cursor)
    if not position:
        detail = "This cursor was not given by a list: take `next_cursor` as it is."
        raise InvalidError("bad_cursor", detail, field="cursor")
    if digest != _digest(wanted):
        raise InvalidError(
            "cursor_of_another_list",
            "This cursor goes on with a list of other filters, or in another order: repeat them, "
            "or leave the cursor out.",
            field="cursor",
        )
    return position


def _read(cursor: str) -> tuple[bytes, str]:
    """Return what a cursor holds; nothing when it is none."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        read = base64.b64decode(padded, altchars=b"-_", validate=True)
        return read[:_DIGEST], read[_DIGEST:].decode()
    except (ValueError, binascii.Error):
        return b"", ""
