"""Lists and the responder's certificate: renewed in time, never backwards, by two at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from paraphe.adapters.trust.authority.chain import ISSUING_CRL, RESPONDER, ROOT_CRL
from paraphe.adapters.trust.authority.publishing import (
    ForgottenRevocationError,
    StatusPublishing,
    publish_list,
    publish_responder,
)
from paraphe.adapters.trust.authority.revocations import InMemoryRevocations
from paraphe.adapters.trust.pades.cms.errors import (
    CertificateExpiredError,
    TrustServiceUnavailableError,
)
from tests.support.trust import LAUNCH, TrustWorld

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _published(world: TrustWorld) -> x509.CertificateRevocationList:
    return x509.load_der_x509_crl(world.files.read(ISSUING_CRL))


def _number(listed: x509.CertificateRevocationList) -> int:
    return listed.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def _serials(listed: x509.CertificateRevocationList) -> set[int]:
    return {entry.serial_number for entry in listed}


def _renew(world: TrustWorld, at: datetime) -> bool:
    return publish_list(world.authority, world.files, at)[1]


def test_the_list_is_renewed_at_half_its_life() -> None:
    """Not a second before, and by whoever comes first."""
    world = TrustWorld()
    assert _renew(world, LAUNCH)
    assert not _renew(world, LAUNCH)
    issued = _published(world).last_update_utc
    half = timedelta(days=3, hours=12)
    assert not _renew(world, issued + half - timedelta(seconds=1))
    assert _renew(world, issued + half)
    assert not _renew(world, issued + half)
    assert _published(world).next_update_utc == issued + half + timedelta(days=7)


def test_a_missing_revocation_is_listed_at_once() -> None:
    """Whatever the list's age."""
    world = TrustWorld()
    _renew(world, LAUNCH)
    world.authority.revoke(7, 1, LAUNCH)
    assert _renew(world, LAUNCH)
    assert _serials(_published(world)) == {7}


def test_numbers_grow_within_a_second_and_when_the_clock_goes_back() -> None:
    """RFC 5280 §5.2.3."""
    world = TrustWorld()
    numbers = []
    for serial, at in enumerate((LAUNCH, LAUNCH, LAUNCH + DAY, LAUNCH - DAY), 1):
        world.authority.revoke(serial, 1, LAUNCH)
        assert _renew(world, at)
        numbers.append(_number(_published(world)))
    assert numbers == sorted(set(numbers))


def test_a_list_from_the_future_is_replaced() -> None:
    """A wrong clock has made it: validators would not take it yet."""
    world = TrustWorld()
    _renew(world, LAUNCH + DAY)
    assert _renew(world, LAUNCH)
    assert not _renew(world, LAUNCH - timedelta(minutes=2)), "clocks differ a little"


def test_the_slower_of_two_publishers_looks_again() -> None:
    """It has read the store before the other's revocation; its list must not win."""
    world = TrustWorld()
    _renew(world, LAUNCH)

    def other() -> None:
        world.authority.revoke(9, 1, LAUNCH)
        assert _renew(world, LAUNCH + 4 * DAY)

    world.files.meanwhile = other
    assert not _renew(world, LAUNCH + 4 * DAY), "the other one's list is current"
    assert _serials(_published(world)) == {9}
    world.files.meanwhile = other
    world.authority.revoke(10, 1, LAUNCH)
    publish_list(world.authority, world.files, LAUNCH + 4 * DAY, anew=True)
    assert _serials(_published(world)) == {9, 10}


def test_who_is_overtaken_all_the_time_gives_up() -> None:
    """And may try again: nothing was lost."""
    world = TrustWorld()

    def other() -> None:
        made = world.authority.crl(
            LAUNCH, _number(_published(world)) if world.files.files.get(ISSUING_CRL) else 0
        )
        world.files.files[ISSUING_CRL] = made
        world.files.meanwhile = other

    world.files.meanwhile = other
    with pytest.raises(TrustServiceUnavailableError):
        publish_list(world.authority, world.files, LAUNCH, anew=True)


def test_what_is_revoked_stays_revoked() -> None:
    """A store that lost its entries is noticed by the list; nothing is published over it."""
    world = TrustWorld()
    world.authority.revoke(7, 1, LAUNCH)
    _renew(world, LAUNCH)
    before = world.files.read(ISSUING_CRL)
    assert isinstance(world.authority.revocations, InMemoryRevocations)
    world.authority.revocations._revoked.clear()
    with pytest.raises(ForgottenRevocationError):
        _renew(world, LAUNCH + 6 * DAY)
    assert world.files.read(ISSUING_CRL) == before


@pytest.mark.parametrize("content", [b"", b"?", TrustWorld().authority.crl(LAUNCH)])
def test_what_is_not_the_authoritys_list_is_replaced(content: bytes) -> None:
    """Garbage, and another authority's list."""
    world = TrustWorld()
    world.files.files[ISSUING_CRL] = content
    assert _renew(world, LAUNCH)
    assert _published(world).is_signature_valid(world.authority.chain.issuing.public_key())  # type: ignore[arg-type] # an EC key


def test_the_responder_is_certified_anew_in_its_last_month() -> None:
    """With the same key; answers overlap for a month."""
    world = TrustWorld()
    first = x509.load_der_x509_certificate(world.files.read(RESPONDER))
    end = first.not_valid_after_utc
    early = publish_responder(
        world.authority, world.files, "ocsp", end - timedelta(days=30, seconds=1)
    )
    assert early == (first, False)
    renewed, is_new = publish_responder(world.authority, world.files, "ocsp", end - 30 * DAY)
    assert is_new
    assert renewed.public_key() == first.public_key()
    assert renewed.not_valid_after_utc == end + 60 * DAY
    assert world.files.read(RESPONDER) == renewed.public_bytes(Encoding.DER)


def test_of_two_who_certify_the_responder_one_does() -> None:
    """The slower one takes what is there."""
    world = TrustWorld()
    later = LAUNCH + 80 * DAY
    world.files.written.clear()
    world.files.meanwhile = lambda: publish_responder(world.authority, world.files, "ocsp", later)
    _, is_new = publish_responder(world.authority, world.files, "ocsp", later)
    assert not is_new
    assert world.files.written == [RESPONDER]


def test_a_responder_of_another_key_or_authority_is_replaced() -> None:
    """After a key was made anew, and after a mix-up of stacks."""
    world = TrustWorld()
    world.keys.put("ocsp", ec.generate_private_key(ec.SECP256R1()))
    renewed, is_new = publish_responder(world.authority, world.files, "ocsp", LAUNCH)
    assert is_new
    assert renewed.public_key() == world.keys.public_key("ocsp")
    for wrong in (TrustWorld().files.read(RESPONDER), b"?"):
        world.files.files[RESPONDER] = wrong
        assert publish_responder(world.authority, world.files, "ocsp", LAUNCH)[1]


def test_the_responder_never_outlives_its_authority() -> None:
    """At the authority's end it is not made anew every hour, and after it not at all."""
    world = TrustWorld()
    end = world.authority.chain.issuing.not_valid_after_utc
    last, _ = publish_responder(world.authority, world.files, "ocsp", end - 20 * DAY)
    assert last.not_valid_after_utc == end
    assert not publish_responder(world.authority, world.files, "ocsp", end - 10 * DAY)[1]
    with pytest.raises(CertificateExpiredError):
        publish_responder(world.authority, world.files, "ocsp", end)


def test_the_ends_are_read_from_where_validators_read() -> None:
    """What is published counts, not what was meant; the root's list is read anew."""
    world = TrustWorld()
    publishing = StatusPublishing(world.authority, world.files, "ocsp")
    ends = publishing.ends()
    assert ends.revocation_list is None
    chain = world.authority.chain
    born = LAUNCH - 30 * DAY
    assert ends.by_ceremony == {
        "root authority": chain.root.not_valid_after_utc,
        "issuing authority": chain.issuing.not_valid_after_utc,
        "root list": (born + 400 * DAY).replace(microsecond=0),
    }
    assert publishing.renew_list(LAUNCH)
    assert not publishing.renew_responder(LAUNCH)
    world.files.files[ROOT_CRL] = world.root_crl(LAUNCH)
    ends = publishing.ends()
    assert ends.revocation_list == (LAUNCH + 7 * DAY).replace(microsecond=0)
    assert ends.responder == (LAUNCH + 90 * DAY).replace(microsecond=0)
    assert ends.by_ceremony["root list"] == (LAUNCH + 400 * DAY).replace(microsecond=0)
    world.files.files[RESPONDER] = b"?"
    assert publishing.ends().responder is None
