"""Archive time-stamps under attack: whatever is accepted was stamped (P19, ADR 21)."""

from __future__ import annotations

import base64
import json
import random
from typing import TYPE_CHECKING

import pytest

from paraphe.adapters.evidence import sealing
from paraphe.adapters.trust.authority.tsa import create
from paraphe.adapters.trust.pades.cms import cades, der
from paraphe.adapters.trust.pades.cms.cades import CadesError
from paraphe.adapters.trust.pades.cms.encoded import der_of
from paraphe.adapters.trust.verification.check import check
from paraphe.domain.trust.evidence_verdict import EvidenceProblem
from paraphe.domain.trust.verdict import State
from tests.support.trust import CRL_URL, TrustWorld
from tests.unit.evidence.long_term import DAY, HOUR, judge, seal_of, sealed, with_seal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta


def test_nobody_elses_roots_are_believed(services: TrustWorld, made: bytes) -> None:
    """Neither the seal's authority nor the service behind an archive time-stamp."""
    now = services.now + 400 * DAY
    assert check(made, None, [], now).state is State.UNKNOWN_TRUST
    other = TrustWorld()
    other.authority, other.keys = services.authority, services.keys
    other.seal_certificate = services.seal_certificate
    theirs = sealed(other)
    verdict = check(theirs, None, [services.roots_pem()], now)
    assert verdict.state is State.UNKNOWN_TRUST
    assert verdict.evidence is not None
    assert verdict.evidence.problems == (EvidenceProblem.SEAL_TRUST,)


def _more(seal: cades.Cades, **parts: tuple[bytes, ...]) -> bytes:
    found = {
        "certificates": seal.certificates,
        "revocations": seal.revocations,
        "unsigned": seal.unsigned,
    }
    found = {name: tuple(sorted((*had, *parts.get(name, ())))) for name, had in found.items()}
    return cades.Cades(seal.head, seal.content_type, signer=seal.signer, **found).encoded()


def _less(seal: cades.Cades, name: str) -> bytes:
    found = {
        "certificates": seal.certificates,
        "revocations": seal.revocations,
        "unsigned": seal.unsigned,
    }
    for number, one in enumerate(found[name]):
        rest = found[name][:number] + found[name][number + 1 :]
        if name != "unsigned" or der.oid(cades.ARCHIVE_TIMESTAMP_V3) not in one[:20]:
            return cades.Cades(
                seal.head, seal.content_type, signer=seal.signer, **{**found, name: rest}
            ).encoded()
    raise AssertionError(name)


def _foreign_archive(seal: cades.Cades, services: TrustWorld) -> bytes:
    """A newer archive time-stamp over something else, with an index that looks right."""
    index = seal.index()
    return seal.archived(services.trust().stamp(bytes(32)).der, index).encoded()


def _short_index(seal: cades.Cades, services: TrustWorld) -> bytes:
    """A newer one that leaves out what is there."""
    less = seal.covered(seal.archives[0])
    index = less.index()
    token = services.trust().stamp(less.imprint(index, b""))
    return seal.archived(token.der, index).encoded()


ATTACKS: dict[str, Callable[[cades.Cades, TrustWorld], bytes]] = {
    "a certificate more": lambda s, w: _more(
        s, certificates=(der_of(create(CRL_URL, w.now).root),)
    ),
    "a list more": lambda s, w: _more(s, revocations=(create(CRL_URL, w.now).crl(w.now),)),
    "an attribute more": lambda s, _: _more(
        s, unsigned=(der.sequence(der.oid("1.2.3"), der.tlv(der.SET, der.null())),)
    ),
    "a certificate less": lambda s, _: _less(s, "certificates"),
    "a list less": lambda s, _: _less(s, "revocations"),
    "the seal's time-stamp taken away": lambda s, _: _less(s, "unsigned"),
    "an archive time-stamp over something else": _foreign_archive,
    "one that covers less": _short_index,
    "another version": lambda s, _: s.encoded().replace(b"\x02\x01\x05", b"\x02\x01\x03", 1),
    "something behind it": lambda s, _: s.encoded() + b"\0",
}


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("later", [HOUR, 400 * DAY])
def test_whatever_is_accepted_was_stamped(
    services: TrustWorld, made: bytes, name: str, later: timedelta
) -> None:
    """The part of the CMS that no signature covers is covered by the archive time-stamp."""
    forged = ATTACKS[name](seal_of(made), services)
    said = judge(services, with_seal(made, forged), later)
    assert said.state is State.INVALID
    assert said.problems == (EvidenceProblem.SEAL,)


def test_no_flipped_byte_of_the_seal_is_valid(services: TrustWorld, made: bytes) -> None:
    """A sample, fixed by its seed; 200 ms each would be long for all of them."""
    seal = base64.b64decode(json.loads(made)["seal"]["cms"])
    chance = random.Random(21)  # noqa: S311 - not a secret
    for _ in range(40):
        at = chance.randrange(len(seal))
        forged = seal[:at] + bytes((seal[at] ^ (1 << chance.randrange(8)),)) + seal[at + 1 :]
        assert judge(services, with_seal(made, forged), 400 * DAY).state is not State.VALID, at


def test_what_is_no_cades_is_refused_by_name() -> None:
    """Never another exception."""
    for encoded in (b"", b"\x30\x00", b"\x02\x01\x01", b"\x30\x80", der.sequence(der.null())):
        with pytest.raises(CadesError):
            cades.parse(encoded)
    with pytest.raises(sealing.AccountError):
        sealing.read(b"{}")
