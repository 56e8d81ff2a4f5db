"""An evidence file has one form; whatever is accepted has been signed by somebody (P19)."""

from __future__ import annotations

import base64
import functools
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paraphe.adapters.evidence.verification.check_evidence import verify_evidence
from paraphe.adapters.trust.pades.cms import der, ocsp, signed_data
from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors, load_roots
from paraphe.contracts.trust.verdict_words.problems import EVIDENCE_PROBLEMS
from paraphe.contracts.trust.verdict_words.rendering import render
from paraphe.contracts.trust.verdict_words.text import LANGUAGES
from paraphe.contracts.trust.verdicts import decode, encode
from paraphe.domain.evidence.account import written
from paraphe.domain.trust.evidence_verdict import EvidenceProblem, Verdict
from paraphe.domain.trust.verdict import State
from tests.support import forging, signed
from tests.support.trust import TrustWorld
from tests.unit.evidence.long_term import sealed
from tests.unit.evidence.test_evidence_check import made

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.domain.trust.evidence_verdict import EvidenceVerdict


@functools.cache
def anchors() -> Anchors:
    """What the reader trusts."""
    return load_roots([made()[0].roots_pem])


@functools.cache
def sound() -> bytes:
    """A file that is accepted."""
    return written(made()[2])


@functools.cache
def archived() -> tuple[bytes, Anchors]:
    """One as it is made today: all of it inside the CMS, an archive time-stamp over that."""
    services = TrustWorld()
    return sealed(services), load_roots([services.roots_pem()])


def judge(data: bytes, known: Anchors | None = None) -> EvidenceVerdict:
    """What is said; it survives the way through JSON, and there are words for it."""
    now = signed.BEGIN + timedelta(minutes=5)
    said = verify_evidence(data, None, known or anchors(), now)
    whole = Verdict(said.state, signed.BEGIN, "0" * 64, 1, evidence=said)
    assert decode(json.loads(json.dumps(encode(whole)))) == whole
    for lang in LANGUAGES:
        text = render(whole, lang)
        assert all(EVIDENCE_PROBLEMS[problem].say(lang) in text for problem in said.problems)
    return said


def test_sound() -> None:
    """The one form is accepted."""
    assert judge(sound()).state is State.VALID
    assert judge(*archived()).state is State.VALID


def _key(data: bytes, place: bytes, more: bytes) -> bytes:
    assert place in data
    return data.replace(place, more + place, 1)


FORMS: dict[str, tuple[Callable[[bytes], bytes], EvidenceProblem]] = {
    "byte-order mark": (lambda d: b"\xef\xbb\xbf" + d, EvidenceProblem.BYTE_ORDER_MARK),
    "UTF-16 with a mark": (
        lambda d: d.decode().encode("utf-16"),
        EvidenceProblem.BYTE_ORDER_MARK,
    ),
    "UTF-32 with a mark": (
        lambda d: d.decode().encode("utf-32"),
        EvidenceProblem.BYTE_ORDER_MARK,
    ),
    "UTF-16 without": (lambda d: d.decode().encode("utf-16-le"), EvidenceProblem.ENCODING),
    "Latin-1": (lambda d: d.decode().encode("latin-1"), EvidenceProblem.ENCODING),
    "line end at the end": (lambda d: d + b"\n", EvidenceProblem.TRAILING),
    "another object": (lambda d: d + b"{}", EvidenceProblem.TRAILING),
    "space before": (lambda d: b" " + d, EvidenceProblem.MALFORMED),
    "key beside the account": (
        lambda d: d[:-2] + b',\n "zz": 1\n}',
        EvidenceProblem.EXTRA_KEY,
    ),
    "key in the seal": (
        lambda d: d.replace(b'  "crls": [', b'  "aa": 1,\n  "crls": [', 1),
        EvidenceProblem.EXTRA_KEY,
    ),
    "account twice": (
        lambda d: _key(d, b' "evidence": {', b' "evidence": {},\n'),
        EvidenceProblem.REPEATED_KEY,
    ),
    "key twice, deep inside": (
        lambda d: _key(d, b'"count": 5', b'"count": 5,\n   '),
        EvidenceProblem.REPEATED_KEY,
    ),
    "number with a fraction": (
        lambda d: d.replace(b'"count": 5', b'"count": 5.0'),
        EvidenceProblem.SEAL,
    ),
    "number with an exponent": (
        lambda d: d.replace(b'"count": 5', b'"count": 5e0'),
        EvidenceProblem.SPELLING,
    ),
    "minus nothing": (
        lambda d: d.replace(b'"count": 5', b'"count": -0'),
        EvidenceProblem.SPELLING,
    ),
    "no number": (
        lambda d: d.replace(b'"count": 5', b'"count": NaN'),
        EvidenceProblem.SPELLING,
    ),
    "endless": (
        lambda d: d.replace(b'"count": 5', b'"count": 1e999'),
        EvidenceProblem.SPELLING,
    ),
    "escaped letter": (
        lambda d: d.replace(b'"sr_1"', b'"sr\\u005f1"'),
        EvidenceProblem.SPELLING,
    ),
    "escaped accent": (
        lambda d: d.replace("é".encode(), b"\\u00e9", 1),
        EvidenceProblem.SPELLING,
    ),
    "escaped slash": (
        lambda d: d.replace(b'"lettre.pdf"', b'"lettre.pdf\\/"'),
        EvidenceProblem.SPELLING,
    ),
    "half of a pair": (
        lambda d: d.replace(b'"lettre.pdf"', b'"\\ud800"'),
        EvidenceProblem.SPELLING,
    ),
    "compact": (
        lambda d: json.dumps(json.loads(d), separators=(",", ":"), sort_keys=True).encode(),
        EvidenceProblem.SPELLING,
    ),
    "other order": (
        lambda d: json.dumps(
            dict(reversed(json.loads(d).items())), indent=1, ensure_ascii=False
        ).encode(),
        EvidenceProblem.SPELLING,
    ),
    "Windows line ends": (lambda d: d.replace(b"\n", b"\r\n"), EvidenceProblem.SPELLING),
    "no account": (lambda _: b'{\n "seal": {}\n}', EvidenceProblem.MALFORMED),
    "seal without CMS": (
        lambda d: written({**json.loads(d), "seal": {}}),
        EvidenceProblem.MALFORMED,
    ),
    "seal that is null": (
        lambda d: written({**json.loads(d), "seal": None}),
        EvidenceProblem.MALFORMED,
    ),
    "deep": (lambda _: b'{"evidence":' * 100_000, EvidenceProblem.MALFORMED),
}


@pytest.mark.parametrize(("change", "problem"), FORMS.values(), ids=FORMS)
def test_every_other_form_has_a_name(
    change: Callable[[bytes], bytes], problem: EvidenceProblem
) -> None:
    """Refused, and told why."""
    changed = change(sound())
    assert changed != sound()
    said = judge(changed)
    assert said.state is State.INVALID
    assert problem in said.problems, said


def _seal(**changed: Any) -> bytes:  # noqa: ANN401 - any JSON
    whole = made()[2]
    return written({**whole, "seal": {**whole["seal"], **changed}})


def _text(encoded: bytes) -> str:
    return base64.b64encode(encoded).decode()


def test_what_is_added_beside_the_seal() -> None:
    """A certificate, an answer or a list that nobody in the seal's chain needs or has signed."""
    house, _, whole = made()
    seal = whole["seal"]
    root = forging.signing_root(signed.BEGIN)
    person = forging.certify(forging.Wish(), signed.BEGIN, root)
    answer = ocsp.respond(
        root.certificate,
        root.key,  # type: ignore[arg-type] # an elliptic curve's
        ocsp.Answer(
            ocsp.cert_id(root.certificate, person.certificate.serial_number),
            signed.BEGIN,
            signed.BEGIN + timedelta(days=1),
        ),
    )
    twin = forging.Party(house.authority.chain.root, root.key)
    for changed in (
        {"certificates": [_text(person.certificate.public_bytes(Encoding.DER))]},
        {"certificates": [_text(root.certificate.public_bytes(Encoding.DER))]},
        {"ocsps": [*seal["ocsps"], _text(answer)]},
        {"crls": [*seal["crls"], _text(root.crl(signed.BEGIN))]},
        {"crls": [*seal["crls"], _text(twin.crl(signed.BEGIN))]},
    ):
        said = judge(_seal(**changed))
        assert said.state is State.INVALID
        assert said.problems == (EvidenceProblem.UNSEALED_CONTENT,), said


def test_what_belongs_beside_the_seal() -> None:
    """The certificates of its chain may be listed."""
    house = made()[0]
    chain = [_text(one.public_bytes(Encoding.DER)) for one in house.authority.chain.certificates]
    assert judge(_seal(certificates=chain)).state is State.VALID
    assert judge(_seal(certificates=[*chain, chain[0]])).problems == (EvidenceProblem.SEAL,)


def test_other_spellings_of_the_seal() -> None:
    """Base64 and DER have one form each; nothing else may be in the CMS."""
    seal = made()[2]["seal"]
    encoded = base64.b64decode(seal["cms"])
    node = der.parse(encoded)
    longer = encoded[:1] + b"\x83\x00" + encoded[2:4] + encoded[4:]
    unsigned = der.sequence(der.oid("1.2.3"), der.tlv(der.SET, der.null()))
    at = encoded.rindex(der.oid(signed_data.TIMESTAMP_TOKEN))
    for text in (
        seal["cms"] + "=" * (-len(seal["cms"]) % 4 or 4),
        seal["cms"][:-1] + " " + seal["cms"][-1],
        _text(encoded + b"\0"),
        _text(longer),
        _text(encoded[:at] + unsigned + encoded[at:]),
        _text(node.value),
        "",
    ):
        said = judge(_seal(cms=text))
        assert (said.state, said.problems) == (State.INVALID, (EvidenceProblem.SEAL,)), text


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_single_byte(chosen: st.DataObject) -> None:
    """One byte changed, added or taken away, anywhere: refused."""
    data, known = archived() if chosen.draw(st.booleans()) else (sound(), anchors())
    at = chosen.draw(st.integers(0, len(data) - 1))
    base64_letter = st.sampled_from(
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
    )
    byte = chosen.draw(st.one_of(st.integers(0, 255), base64_letter))
    way = chosen.draw(st.sampled_from(["change", "change", "change", "add", "take"]))
    tail = data[at:] if way == "add" else data[at + 1 :]
    changed = data[:at] + (b"" if way == "take" else bytes((byte,))) + tail
    if changed != data:
        assert judge(changed, known).state is State.INVALID
