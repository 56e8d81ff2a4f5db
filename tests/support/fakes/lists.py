"""What a list of requests holds, in its order, found by looking at every one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.domain.requests import listing
from paraphe.domain.requests.listing import Sort, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from paraphe.domain.requests.model import SignatureRequest


def ordered(requests: Iterable[SignatureRequest], wanted: Wanted) -> list[SignatureRequest]:
    """Return those that a list holds, in its order."""
    found = [r for r in requests if listing.matches(r, wanted) and _has_person(r, wanted)]
    if wanted.is_search:
        return sorted(found, key=lambda r: (_word(r, wanted), -r.created_at.timestamp(), r.id))
    return sorted(found, key=lambda r: (_instant(r, wanted), r.id), reverse=wanted.descending)


def _has_person(request: SignatureRequest, wanted: Wanted) -> bool:
    people = [listing.person_words(r) for r in request.recipients]
    return not wanted.person or any(listing.has_all(p, wanted.person) for p in people)


def _word(request: SignatureRequest, wanted: Wanted) -> str:
    """By which of its words a request is found: the first that begins as the longest sought."""
    longest = max(wanted.person or wanted.text, key=len)
    words = listing.title_words(request.title)
    if wanted.person:
        people = (listing.person_words(r) for r in request.recipients)
        words = tuple(w for p in people if listing.has_all(p, wanted.person) for w in p)
    return min(word for word in words if word.startswith(longest))


def _instant(request: SignatureRequest, wanted: Wanted) -> object:
    if wanted.sort is Sort.UPDATED:
        return listing.minute(request.updated_at)
    return request.deadline if wanted.sort is Sort.DEADLINE else request.created_at
