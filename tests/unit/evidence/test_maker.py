"""The sealed account and its pages, judged by others: OpenSSL's kin, pdfsig, our own verifier."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped] # its stubs are not installed
import pikepdf
import pytest
from cryptography.exceptions import InvalidSignature

from paraphe.adapters.evidence import page_layout, wording
from paraphe.adapters.trust.pades.cms import signed_data
from paraphe.adapters.trust.pades.cms.errors import (
    CertificateExpiredError,
)
from paraphe.domain import times
from paraphe.domain.evidence import account, audit
from paraphe.domain.evidence.audit import Actor, Event
from tests.support.judges import assert_sound, qpdf_complaints
from tests.support.trust import LAUNCH, TrustWorld
from tests.unit.evidence.made_evidence import signed, told_of

if TYPE_CHECKING:
    from paraphe.adapters.evidence.maker import SealingEvidenceMaker

SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "evidence.schema.json"


def test_the_files_of_one_run_share_the_proof_of_the_seal(
    services: TrustWorld, maker: SealingEvidenceMaker
) -> None:
    """One OCSP answer, signed in KMS, for the same instant; a fresh one for another."""
    first = maker._credential(LAUNCH)
    assert maker._credential(LAUNCH) is first
    later = maker._credential(LAUNCH + timedelta(seconds=1))
    assert later is not first
    assert later.certificate == services.seal_certificate


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
    told = json.loads(account.canonical(told_of(world, ref)))
    assert _first_break(told) is None
    told["events"][3]["data"]["forged"] = True
    assert _first_break(told) == 4


def _first_break(told: dict[str, Any]) -> int | None:
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
    text = account.canonical(told_of(world, ref)).decode()
    for challenge in world.load(ref).challenges:
        assert f'"{world.codes.make(challenge.id)}"' not in text
        assert (challenge.code_mac or "?") not in text
    person = told_of(world, ref)["recipients"][0]
    assert person["codes"][0]["verified_at"] == person["accepted_at"]


def test_an_attestation_tells_nothing_of_the_others() -> None:
    """One person's part holds nobody else's name, address, phone or id."""
    world, ref = signed()
    first, *others = world.load(ref).recipients
    part = account.excerpt(told_of(world, ref), first.id)
    text = account.canonical(part).decode() + "\n".join(p.text for p in wording.paragraphs(part))
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
    message = signed_data.parse_signed_data(b64decode(whole["seal"]["cms"]))
    digest = hashlib.sha256(account.canonical(whole["evidence"])).digest()
    assert message.verify(digest) == maker.certificate
    assert signed_data.TIMESTAMP_TOKEN in message.unsigned
    whole["evidence"]["request"]["title"] += "!"
    with pytest.raises(InvalidSignature):
        message.verify(hashlib.sha256(account.canonical(whole["evidence"])).digest())


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
    page_layout.write(target, "Essai", [page_layout.Paragraph(t) for t in texts * 30], None)
    assert qpdf_complaints(target.read_bytes()) == ""
    with pikepdf.open(target) as pdf:
        assert len(pdf.pages) > 1
