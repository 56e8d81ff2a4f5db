"""EU DSS, pyHanko (strict), pdfsig and OpenSSL agree on all that is signed here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.judge.kinds import NAMES, UNDRAWN, Signed
from tests.support import ades, attacks
from tests.support.judges import assert_sound, openssl, pdfsig
from tests.support.served import fetched_at

if TYPE_CHECKING:
    from pathlib import Path

    from tests.judge.conftest import Judge
    from tests.judge.eu_dss import Answer, Finding

SOON, LATER = timedelta(hours=1), timedelta(days=5 * 365)
# Judged five years later as well: a chain of each sort.
LASTING = ("one-signer", "seal-first", "visible-marks", "other-authority", "renewed")
LOCKED = {
    "Document contains changes restricted by /FieldMDP dictionary!",
    "Document contains changes restricted by /SigFieldLock dictionary!",
}
# Warnings that stay, by kind. An annotation without an appearance is given one by PDFBox while it
# draws the signed revision, which moves its box, so that DSS takes it for another one in the last
# revision and leaves it out there: DSS says so of every file with such an annotation.
ALLOWED = {f"upload-{UNDRAWN}": {"Visual difference is detected on page(s) [1]"}}
# Where pyHanko's long-term verdict is not final, and why; what it says of changes is asserted.
PYHANKO_ASKS_FOR_MORE = {
    "partly": "certificates have ended, and the time-stamp that closes a document is yet to come",
    "renewed-twice": "its past validation stops at lists newer than an old service's certificate",
}
# Judged as broken by EU DSS: the document is not the one that was signed.
FORGED = "forged"
ATTACKS = {
    FORGED: lambda pdf: pdf.replace(b"MediaBox", b"MediaBux", 1),
    "new-field": attacks.new_field,
    "visible-field": attacks.new_visible_signature_field,
}


@pytest.fixture(scope="module")
def said(dss: Judge, made: dict[str, Signed]) -> dict[tuple[str, str], Answer]:
    """What EU DSS says of every file soon and of some later, and of one that was attacked."""
    now = datetime.now(UTC)
    asked = {("soon", name): (one, one.pdf, now + SOON) for name, one in made.items()}
    asked |= {("later", name): (made[name], made[name].pdf, now + LATER) for name in LASTING}
    victim = made["seal-at-end"]
    asked |= {
        ("attack", name): (victim, attack(victim.pdf), now + SOON)
        for name, attack in ATTACKS.items()
    }
    one = made["one-signer"]
    swapped = replace(one, signers=one.stamps, stamps=one.signers)
    asked["swapped", one.name] = (swapped, one.pdf, now + SOON)
    return dict(zip(asked, dss.ask(list(asked.values())), strict=True))


def _ours(answer: Answer, signed: Signed) -> list[Finding]:
    return [one for one in answer.signatures if one.field not in signed.theirs]


def test_every_kind_is_made(made: dict[str, Signed]) -> None:
    """The names that tests are told apart by are those of the files."""
    assert tuple(made) == NAMES


@pytest.mark.parametrize(
    ("when", "name"), [*(("soon", n) for n in NAMES), *(("later", n) for n in LASTING)]
)
def test_eu_dss_passes_every_signature(
    said: dict[tuple[str, str], Answer], made: dict[str, Signed], when: str, name: str
) -> None:
    """TOTAL_PASSED at the level that was meant, every time-stamp too, roots of their purpose."""
    answer, signed = said[when, name], made[name]
    assert answer.error is None
    assert [one.kind for one in _ours(answer, signed)] == list(signed.levels)
    assert {one.field for one in answer.signatures} >= set(signed.theirs)
    assert len(answer.signatures) == signed.signatures
    for one in _ours(answer, signed):
        assert (one.verdict, one.errors, one.purpose) == ("TOTAL_PASSED", (), True), one
    stamps = sum(one.kind == "DOCUMENT_TIMESTAMP" for one in answer.timestamps)
    assert stamps == signed.pdf.count(b"/ETSI.RFC3161")
    for one in answer.timestamps:
        assert (one.verdict, one.errors, one.purpose) == ("PASSED", (), True), one


@pytest.mark.parametrize("name", NAMES)
def test_eu_dss_warns_of_nothing(
    said: dict[tuple[str, str], Answer], made: dict[str, Signed], name: str
) -> None:
    """No update of ours breaks a lock, shows something else, or is of a kind that is not known."""
    answer, allowed = said["soon", name], ALLOWED.get(name, set())
    assert made[name].levels
    for one in (*answer.signatures, *answer.timestamps):
        assert set(one.warnings) <= allowed, one
        assert not one.changes.get("undefined"), one
        if not allowed:
            assert not one.changes.get("annotations"), one
            assert not one.changes.get("visual"), one


@pytest.mark.parametrize("name", NAMES)
def test_the_other_judges_agree(made: dict[str, Signed], name: str, tmp_path: Path) -> None:
    """PyHanko's long-term verdict with difference analysis, pdfsig, qpdf and OpenSSL."""
    signed, now = made[name], datetime.now(UTC)
    assert_sound(signed.pdf, signed.signatures)
    complaints = openssl(signed.pdf, signed.signers, signed.stamps)
    for field in signed.theirs:  # their roots are not known
        assert complaints.pop(field)
    stamps = signed.pdf.count(b"/ETSI.RFC3161")
    assert len(complaints) == len(signed.levels) + stamps
    assert not any(complaints.values()), complaints
    (tmp_path / "signed.pdf").write_bytes(signed.pdf)
    (tmp_path / "roots.pem").write_bytes(signed.signers + signed.stamps)
    fetched = fetched_at(signed.world, [signed.pdf], now - timedelta(seconds=5), tmp_path)
    found = ades.verdicts(tmp_path / "signed.pdf", tmp_path / "roots.pem", fetched)
    assert len(found) == signed.signatures
    for one in found:
        if name not in PYHANKO_ASKS_FOR_MORE and one["field"] not in signed.theirs:
            assert one["verdict"] == "OK", one
        assert one["changes"] in {"NONE", "LTA_UPDATES", "FORM_FILLING"}, one
        assert one["locks_kept"], one


def test_all_see_a_changed_byte(
    said: dict[tuple[str, str], Answer], made: dict[str, Signed], tmp_path: Path
) -> None:
    """Agreement is worth something only if the judges can say no."""
    signed = made["seal-at-end"]
    forged = ATTACKS[FORGED](signed.pdf)
    assert forged != signed.pdf
    assert not any(one.verdict == "TOTAL_PASSED" for one in said["attack", FORGED].signatures)
    assert "Signature is Valid." not in pdfsig(forged)
    assert all(openssl(forged, signed.signers, signed.stamps).values())
    (tmp_path / "forged.pdf").write_bytes(forged)
    (tmp_path / "roots.pem").write_bytes(signed.signers + signed.stamps)
    found = ades.verdicts(tmp_path / "forged.pdf", tmp_path / "roots.pem", [])
    assert "OK" not in {one["verdict"] for one in found}


@pytest.mark.parametrize("name", ["new-field", "visible-field"])
def test_eu_dss_still_sees_a_broken_lock(said: dict[tuple[str, str], Answer], name: str) -> None:
    """What locks do not leave open is restricted as before, for every signature."""
    for one in said["attack", name].signatures:
        assert set(one.warnings) >= LOCKED, one


def test_which_root_vouches_for_what_is_looked_at(said: dict[tuple[str, str], Answer]) -> None:
    """With the roots' purposes exchanged nothing is of its purpose: DSS itself trusts any."""
    answer = said["swapped", "one-signer"]
    assert answer.signatures
    assert not any(one.purpose for one in (*answer.signatures, *answer.timestamps))
