"""The sealed account and its pages, judged by others: OpenSSL's kin, pdfsig, our own verifier."""

from __future__ import annotations

import hashlib
import io
import json
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped] # its stubs are not installed
import pikepdf
import pytest
from cryptography.exceptions import InvalidSignature

from paraphe.adapters.evidence import paper, wording
from paraphe.adapters.evidence.maker import SealingEvidenceMaker
from paraphe.adapters.evidence.reading import read_proof
from paraphe.adapters.pki import cms
from paraphe.adapters.pki.errors import CertificateExpiredError
from paraphe.domain import audit, evidence
from paraphe.domain.audit import Actor, Event
from paraphe.domain.evidence import About, FileProof
from paraphe.domain.model import Document, Revision
from tests.support.judges import assert_sound, qpdf_complaints
from tests.support.trust import LAUNCH, TrustWorld, make_pdf
from tests.support.world import World

if TYPE_CHECKING:
    from paraphe.ports import RequestRef

SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "evidence.schema.json"
ABOUT = About({"name": "paraphe", "version": "0.1.0"}, "2.25.1")


@pytest.fixture(scope="module")
def services() -> TrustWorld:
    """One authority and one time-stamp service."""
    return TrustWorld()


@pytest.fixture(scope="module")
def maker(services: TrustWorld) -> SealingEvidenceMaker:
    """What makes evidence, with the platform's seal."""
    return SealingEvidenceMaker(
        services.authority, services.trust(), services.seal_certificate, "seal", ABOUT
    )


def signed(world: World | None = None) -> tuple[World, RequestRef]:
    """A request that two people have signed, its evidence not yet made."""
    made = world or World()
    ref = made.launched(people=(1, 2), copies=1)
    made.sign_all(ref)
    return made, ref


def told_of(world: World, ref: RequestRef) -> dict[str, Any]:
    """The account of a request."""
    request = world.load(ref)
    proofs = {
        d.id: FileProof({r.field: "AAAA" for r in d.revisions}, ("AAAA",), ("AAAA",), ("AAAA",))
        for d in request.documents
    }
    events = world.requests.events(ref)[: request.audit_seq]
    return evidence.build(request, events, proofs, ABOUT, world.now)


def test_the_account_keeps_the_published_schema() -> None:
    """docs/evidence.schema.json describes what is made, nothing left open."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    world, ref = signed()
    whole = {"evidence": told_of(world, ref), "seal": {"cms": "AAAA"}}
    jsonschema.Draft202012Validator(schema).validate(whole)
    whole["evidence"]["codes"] = []
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(whole)


def test_the_chain_can_be_recomputed_from_the_account() -> None:
    """P19: events, count and head are enough; a changed word shows."""
    world, ref = signed()
    told = json.loads(evidence.canonical(told_of(world, ref)))
    assert _first_break(told) is None
    told["events"][3]["data"]["forged"] = True
    assert _first_break(told) == 4


def _first_break(told: dict[str, Any]) -> int | None:
    from paraphe.domain import times  # noqa: PLC0415 - beside its only use

    events = [
        Event(
            e["request"],
            e["seq"],
            times.from_text(e["at"]),
            e["kind"],
            Actor(e["actor"]["kind"], e["actor"]["id"]),
            e["data"],
            e["previous"],
            e["hash"],
        )
        for e in told["events"]
    ]
    return audit.first_break(events, count=told["chain"]["count"], head=told["chain"]["head"])


def test_no_code_is_in_the_account() -> None:
    """Codes are told by when and how, never by their digits."""
    world, ref = signed()
    text = evidence.canonical(told_of(world, ref)).decode()
    for challenge in world.load(ref).challenges:
        assert f'"{world.codes.make(challenge.id)}"' not in text
        assert (challenge.code_mac or "?") not in text
    person = told_of(world, ref)["recipients"][0]
    assert person["codes"][0]["verified_at"] == person["accepted_at"]


def test_an_attestation_tells_nothing_of_the_others() -> None:
    """One person's part holds nobody else's name, address, phone or id."""
    world, ref = signed()
    first, *others = world.load(ref).recipients
    part = evidence.excerpt(told_of(world, ref), first.id)
    text = evidence.canonical(part).decode() + "\n".join(p.text for p in wording.paragraphs(part))
    assert first.name in text
    sender = world.load(ref).sender
    strange = [sender.name, sender.email]
    for other in others:
        strange += [other.name, other.email, other.phone or "?", other.id]
    assert not [word for word in strange if word in text]


def test_the_seal_is_over_the_canonical_account(maker: SealingEvidenceMaker) -> None:
    """A detached CMS with a time-stamp; another word and it does not hold."""
    world, ref = signed()
    data, sha256 = maker.seal(told_of(world, ref), LAUNCH)
    assert hashlib.sha256(data).hexdigest() == sha256
    whole = json.loads(data)
    message = cms.parse_signed_data(b64decode(whole["seal"]["cms"]))
    digest = hashlib.sha256(evidence.canonical(whole["evidence"])).digest()
    assert message.verify(digest) == maker.certificate
    assert cms.TIMESTAMP_TOKEN in message.unsigned
    whole["evidence"]["request"]["title"] += "!"
    with pytest.raises(InvalidSignature):
        message.verify(hashlib.sha256(evidence.canonical(whole["evidence"])).digest())


def test_an_expired_seal_never_signs(maker: SealingEvidenceMaker) -> None:
    """Nothing is made under an expired certificate."""
    late = replace(maker, certificate=maker.certificate)
    with pytest.raises(CertificateExpiredError):
        late.seal({}, maker.certificate.not_valid_after_utc)


def test_the_pages_are_sealed_and_hold_the_account(
    maker: SealingEvidenceMaker, tmp_path: Path
) -> None:
    """A valid PDF for pdfsig and qpdf, readable text, the JSON attached byte for byte."""
    world, ref = signed()
    told = told_of(world, ref)
    data, _ = maker.seal(told, LAUNCH)
    target = tmp_path / "evidence.pdf"
    maker.write(told, data, target, LAUNCH)
    assert_sound(target.read_bytes(), 1)
    with pikepdf.open(target) as pdf:
        assert pdf.attachments["evidence.json"].get_file().read_bytes() == data
        assert len(pdf.pages) > 1


def test_any_script_and_any_length_can_be_written(tmp_path: Path) -> None:
    """Long words are broken, names in other scripts drawn, what no font has is marked."""
    texts = ["Łukasz Ωμέγα Иван مريم דוד", "x" * 500, "漢字", "", "fin"]
    target = tmp_path / "paper.pdf"
    paper.write(target, "Essai", [paper.Paragraph(t) for t in texts * 30], None)
    assert qpdf_complaints(target.read_bytes()) == ""
    with pikepdf.open(target) as pdf:
        assert len(pdf.pages) > 1


def test_signatures_are_read_from_the_signed_file(services: TrustWorld, tmp_path: Path) -> None:
    """The CMS of each field without its room, and the security store."""
    file = io.BytesIO(make_pdf())
    services.prepare(file)
    record = services.sign(file, "A-signature")
    pdf = tmp_path / "signed.pdf"
    pdf.write_bytes(file.getvalue())
    revision = Revision("rcp_1", "cmd_1", "A-signature", "0" * 64, "key", 1, LAUNCH)
    proof = read_proof(pdf, Document("doc_1", "a.pdf", 1, revisions=(revision,)))
    message = cms.parse_signed_data(b64decode(proof.signatures["A-signature"]))
    start, end = record.byte_range[1], record.byte_range[2]
    content = file.getvalue()
    digest = hashlib.sha256(content[:start] + content[end : end + record.byte_range[3]]).digest()
    assert str(message.verify(digest).serial_number) == record.certificate_serial
    assert proof.certificates
    assert proof.ocsps
    assert proof.crls
