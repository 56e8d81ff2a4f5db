"""The delegated OCSP responder: what it says, what it refuses, and who believes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.x509 import ocsp
from hypothesis import given
from hypothesis import strategies as st

from paraphe.adapters.trust.authority.profiles import end_of, new_serial
from paraphe.adapters.trust.pades.cms import der
from paraphe.adapters.trust.pades.cms.ocsp import HASHES, NONCE, cert_id
from paraphe.domain.trust.certificate_status import Outcome
from paraphe.domain.trust.identities import SignerIdentity
from tests.support.trust import TrustWorld
from tests.unit.trust.authority.ocsp_requests import ocsp_extension, ocsp_request

GOOD, REVOKED = ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED


def _outcome(world: TrustWorld, request: bytes) -> Outcome:
    return world.responder().answer(request, world.now).outcome


# ------------------------------------------------------------------------------------ answers


@pytest.mark.parametrize("name", sorted(HASHES))
def test_whoever_is_not_revoked_is_good(world: TrustWorld, name: str) -> None:
    """However the question names the issuer; the name is repeated octet by octet."""
    serial = world.seal_certificate.serial_number
    asked = cert_id(world.authority.chain.issuing, serial, name)
    said = world.responder().answer(ocsp_request(asked), world.now)
    assert asked in said.body
    answer = ocsp.load_der_ocsp_response(said.body)
    assert (answer.certificate_status, answer.serial_number) == (GOOD, serial)
    now = world.now.replace(microsecond=0)
    assert (answer.produced_at_utc, answer.this_update_utc) == (now, now)
    assert answer.next_update_utc == now + timedelta(days=1)
    assert (said.this_update, said.next_update) == (answer.this_update_utc, answer.next_update_utc)


def test_without_parameters_of_the_hash(world: TrustWorld) -> None:
    """Some clients leave the NULL away; what they sent comes back."""
    whole = cert_id(world.authority.chain.issuing, 5)
    parts = der.parse(whole).children(4)
    bare = der.sequence(der.sequence(der.oid(HASHES["sha1"])), *(part.raw for part in parts[1:]))
    said = world.responder().answer(ocsp_request(bare), world.now)
    assert said.outcome is Outcome.SUCCESSFUL
    assert bare in said.body


def test_a_revocation_counts_at_once() -> None:
    """In the same process; with instant and reason, and "unspecified" by saying nothing."""
    world = TrustWorld()
    responder, request = world.responder(), world.ask(world.seal_certificate)
    first = ocsp.load_der_ocsp_response(responder.answer(request, world.now).body)
    assert first.certificate_status is GOOD
    at = world.now + timedelta(minutes=1)
    world.authority.revoke(world.seal_certificate.serial_number, 1, at)
    world.authority.revoke(7, 0, at)
    later = at + timedelta(seconds=1)
    second = ocsp.load_der_ocsp_response(responder.answer(request, later).body)
    assert second.certificate_status is REVOKED
    assert second.revocation_reason is x509.ReasonFlags.key_compromise
    assert second.revocation_time_utc == at.replace(microsecond=0)
    unspecified = ocsp_request(cert_id(world.authority.chain.issuing, 7))
    third = ocsp.load_der_ocsp_response(responder.answer(unspecified, later).body)
    assert third.certificate_status is REVOKED
    assert third.revocation_reason is None


def test_good_is_said_of_the_living_only() -> None:
    """Until their end at most; a revocation is said for ever."""
    world = TrustWorld()
    person = SignerIdentity("Zoé", "cmd_1")
    certificate = world.authority.issue_one_time(person, world.now).certificate
    end, request = certificate.not_valid_after_utc, world.ask(certificate)
    responder, late = world.responder(), timedelta(days=8)
    said = responder.answer(request, end - timedelta(minutes=10))
    answer = ocsp.load_der_ocsp_response(said.body)
    assert answer.certificate_status is GOOD
    assert (answer.next_update_utc, said.next_update) == (end, end)
    for after in (timedelta(), late):
        assert responder.answer(request, end + after).outcome is Outcome.UNAUTHORIZED
    world.authority.revoke(certificate.serial_number, 1, end)
    answer = ocsp.load_der_ocsp_response(responder.answer(request, end + late).body)
    assert answer.certificate_status is REVOKED
    assert answer.next_update_utc == end + late + timedelta(days=1)


@given(st.datetimes(datetime(1970, 1, 2), datetime(9000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - with one
def test_a_serial_number_says_when_its_certificate_ends(end: datetime) -> None:
    """And is positive, of 20 octets, and never the same."""
    one, other = new_serial(end), new_serial(end)
    assert end_of(one) == end.replace(microsecond=0)
    assert one != other
    assert one > 0
    assert len(der.integer(one)) == 22


@pytest.mark.parametrize("serial", [0, 7, -5, 1 << 158, 2**160 - 1, (0x5061 << 144) + 2**143])
def test_a_serial_number_that_is_none_of_ours_says_nothing(serial: int) -> None:
    assert end_of(serial) is None


def test_the_nonce_is_repeated(world: TrustWorld) -> None:
    """RFC 9654 §2.1: of 1 to 128 octets."""
    for nonce in (b"n", b"n" * 32, b"n" * 128):
        said = world.responder().answer(world.ask(world.seal_certificate, nonce=nonce), world.now)
        answer = ocsp.load_der_ocsp_response(said.body)
        assert answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == nonce
        assert said.is_personal
    assert not world.responder().answer(world.ask(world.seal_certificate), world.now).is_personal


def test_several_certificates_in_one_request() -> None:
    """Each has its answer, in order; another issuer's, and one that is over, are unknown."""
    world = TrustWorld()
    issuing = world.authority.chain.issuing
    world.authority.revoke(2, 1, world.now)
    foreign, over = cert_id(world.tsa.root, 2), cert_id(issuing, new_serial(world.now))
    request = ocsp_request(cert_id(issuing, 1), cert_id(issuing, 2, "sha256"), foreign, over)
    said = asn1_ocsp.OCSPResponse.load(world.responder().answer(request, world.now).body)
    responses = said.response_data["responses"]
    assert [one["cert_status"].name for one in responses] == [
        "good",
        "revoked",
        "unknown",
        "unknown",
    ]
    assert [one["cert_id"]["serial_number"].native for one in responses[:3]] == [1, 2, 2]


def test_who_signs_the_question_does_not_matter(world: TrustWorld) -> None:
    """Name and signature of whoever asks are read over."""
    asked = der.sequence(der.sequence(cert_id(world.authority.chain.issuing, 1)))
    name = der.explicit(1, der.explicit(4, der.sequence()))
    signature = der.explicit(0, der.sequence(der.sequence(der.oid("1.2.3")), der.bits(b"x")))
    request = der.sequence(der.sequence(der.explicit(0, der.integer(0)), name, asked), signature)
    assert _outcome(world, request) is Outcome.SUCCESSFUL


# ------------------------------------------------------------------------------------ refusals


def test_others_certificates_are_not_ours_to_judge(world: TrustWorld) -> None:
    """`unauthorized`, also by a hash that is unknown, which may name anybody."""
    root = world.authority.chain.root
    assert _outcome(world, ocsp_request(cert_id(root, 1))) is Outcome.UNAUTHORIZED
    whole = cert_id(world.authority.chain.issuing, 1)
    strange = whole.replace(der.oid(HASHES["sha1"]), der.oid("1.3.14.3.2.27"))
    assert _outcome(world, ocsp_request(strange)) is Outcome.UNAUTHORIZED


OURS = cert_id(TrustWorld().authority.chain.issuing, 1)
NONCE_VALUE = der.octets(b"n" * 16)
MALFORMED = {
    "nothing": b"",
    "text": b"?",
    "json": b'{"a": 1}',
    "an empty sequence": der.sequence(),
    "no certificate": ocsp_request(),
    "too many": ocsp_request(*[OURS] * 21),
    "something behind": ocsp_request(OURS) + b"\0",
    "a third part": ocsp_request(OURS, more=der.null()),
    "version 2": der.sequence(der.sequence(der.explicit(0, der.integer(1)), der.sequence())),
    "no serial": ocsp_request(der.sequence(*(n.raw for n in der.parse(OURS).children(4)[:3]))),
    "an empty nonce": ocsp_request(OURS, extensions=(ocsp_extension(NONCE, der.octets(b"")),)),
    "a nonce of 129": ocsp_request(
        OURS, extensions=(ocsp_extension(NONCE, der.octets(b"n" * 129)),)
    ),
    "a bare nonce": ocsp_request(OURS, extensions=(ocsp_extension(NONCE, b"n" * 16),)),
    "a nonce and more": ocsp_request(
        OURS, extensions=(ocsp_extension(NONCE, NONCE_VALUE + b"\0"),)
    ),
    "two nonces": ocsp_request(OURS, extensions=(ocsp_extension(NONCE, NONCE_VALUE),) * 2),
    "a critical unknown": ocsp_request(
        OURS, extensions=(ocsp_extension("1.2.3", b"", critical=True),)
    ),
    "a critical unknown about one": ocsp_request(
        OURS, single=der.explicit(0, der.sequence(ocsp_extension("1.2.3", b"", critical=True)))
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_request_is_malformed(world: TrustWorld, name: str) -> None:
    """And costs neither a key nor a file."""
    assert _outcome(world, MALFORMED[name]) is Outcome.MALFORMED_REQUEST
    said = world.responder().answer(MALFORMED[name], world.now).body
    status = ocsp.load_der_ocsp_response(said).response_status
    assert status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_unknown_extensions_that_are_not_critical_are_read_over(world: TrustWorld) -> None:
    """RFC 6960 §4.4."""
    asked = cert_id(world.authority.chain.issuing, 1)
    single = der.explicit(0, der.sequence(ocsp_extension("1.2.3", b"")))
    request = ocsp_request(asked, extensions=(ocsp_extension("1.2.4", b"x"),), single=single)
    assert _outcome(world, request) is Outcome.SUCCESSFUL


@given(st.data())
def test_noise_is_malformed_or_answered(world: TrustWorld, data: st.DataObject) -> None:
    """A true request with octets changed or cut never breaks the responder."""
    request = bytearray(world.ask(world.seal_certificate, nonce=b"n" * 16))
    for _ in range(data.draw(st.integers(1, 4))):
        request[data.draw(st.integers(0, len(request) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(request)[: data.draw(st.integers(0, len(request)))]
    for sent in (bytes(request), cut):
        assert _outcome(world, sent) in {
            Outcome.MALFORMED_REQUEST,
            Outcome.UNAUTHORIZED,
            Outcome.SUCCESSFUL,
        }
