"""People who act without a code: they approve, or say that they have read."""

from paraphe.domain.evidence.events.signing import NO_PAGE
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.requests import RequestRef
from paraphe.usecases import using
from paraphe.usecases.signing.approve_in_browser import Approve, ConfirmReading, Said
from tests.support.world import World


def approve(
    world: World, ref: RequestRef, recipient_id: str, digits: str | None = None
) -> SignatureRequest:
    """Approve, with the right digits of the phone, or those that are given."""
    said = Said(digits or world.digits(ref, recipient_id), NO_PAGE)
    return using(Approve, world)(world.visit(ref, recipient_id), said, world.now)


def say_read(world: World, ref: RequestRef, recipient_id: str) -> SignatureRequest:
    """Let a viewer say that they have read."""
    said = Said(world.digits(ref, recipient_id), NO_PAGE)
    return using(ConfirmReading, world)(world.visit(ref, recipient_id), said, world.now)
