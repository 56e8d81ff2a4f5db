"""Every attack on a signed file is seen by `paraphe verify` (P20)."""

from __future__ import annotations

import functools
import io
import os
import random
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local.journey import _file as pdf_file  # the laptop's tiny writer
from paraphe.adapters.pdf.sign.document import open_document
from paraphe.adapters.pdf.sign.syntax import Ref, Stream, Value
from paraphe.adapters.pdf.verify.anchors import load_roots
from paraphe.adapters.pdf.verify.judging import verify
from paraphe.domain.verdict import Problem, State
from tests.support import attacks, signed, zoo

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.adapters.pdf.sign.increment import Increment
    from paraphe.domain.verdict import Verdict


@functools.cache
def house() -> signed.House:
    """One signing house for all attacks."""
    return signed.house()


def form_pdf() -> bytes:
    """A page with a text field `amount`, and a content stream that nothing refers to."""
    shadow = b"<</Length %d>>\nstream\n%s\nendstream" % (len(attacks.FORGED), attacks.FORGED)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Annots [6 0 R] "
            b"/Resources << /Font << /F1 3 0 R >> >> >>"
        ),
        b"<< /Length 38 >>\nstream\nBT /F1 14 Tf 72 760 Td (1000) Tj ET    \nendstream",
        (
            b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /V (1000) "
            b"/Rect [72 600 272 620] /F 4 /P 4 0 R >>"
        ),
        b"<< /Kind /Hidden >>\nendobj\n%SHADOW\n5 0 obj\n" + shadow,
    ]
    return pdf_file(objects)


@functools.cache
def victim(*, sealed: bool) -> bytes:
    """A signed file: two persons, and the firm's seal or not."""
    return signed.signed(house(), form_pdf(), signers=2, sealed=sealed)[-1]


def judge(data: bytes) -> Verdict:
    """What the verifier says, its roots known."""
    roots = load_roots([house().roots_pem])
    return verify(data, roots, signed.BEGIN + timedelta(minutes=5))


ATTACKS: list[Callable[[bytes], bytes]] = [
    attacks.content,
    attacks.content_in_place,
    attacks.annotation,
    attacks.new_field,
    attacks.new_visible_signature_field,
    attacks.visible_field_of_a_time_stamp,
    attacks.form_value,
    attacks.javascript,
    attacks.named_javascript,
    attacks.catalog_pages,
    attacks.optional_content,
    attacks.other_catalog,
    attacks.signature_value,
    attacks.signature_looks,
    attacks.shadow_hide,
    attacks.shadow_replace,
    attacks.shadow_hide_and_replace,
    attacks.appended_without_table,
    attacks.appended_without_xref,
    attacks.copied_signature,
    attacks.trailing,
    attacks.wrapped,
]


@pytest.mark.parametrize("sealed", [True, False])
def test_victim_is_valid(*, sealed: bool) -> None:
    """Without an attack there is nothing to see."""
    assert judge(victim(sealed=sealed)).state is State.VALID


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_attack_is_seen(attack: Callable[[bytes], bytes], *, sealed: bool) -> None:
    """An attacked file is not valid, whether a seal closed it or not."""
    attacked = attack(victim(sealed=sealed))
    assert attacked != victim(sealed=sealed)
    assert judge(attacked).state in {State.INVALID, State.UNREADABLE}


@pytest.mark.parametrize("byte_range", [None, b"null", b"[]", b"[0 0 0 0]", b"[0 -1 5 9]", b"7"])
def test_forgery_by_byte_range(byte_range: bytes | None) -> None:
    """Universal forgery with the byte range (CCS 2019, §4.1)."""
    contents = b"<" + b"30" * 40 + b">"
    attacked = attacks.forged(victim(sealed=True), contents, byte_range)
    assert judge(attacked).state is State.INVALID


@pytest.mark.parametrize("contents", [None, b"null", b"<>", b"<00>", b"<0000000000>", b"(x)", b"7"])
def test_forgery_by_contents(contents: bytes | None) -> None:
    """Universal forgery with the signature's bytes (CCS 2019, §4.1)."""
    data = victim(sealed=True)
    size = len(data) // 2
    attacked = attacks.forged(data, contents, b"[0 %d %d %d]" % (size, size + 2, size - 2))
    assert judge(attacked).state is State.INVALID


def promising(number: int) -> bytes:
    """A page whose contents name an object that does not exist."""
    text = b"BT /F1 14 Tf 72 760 Td (1000) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [5 0 R %d 0 R] "
        b"/Resources << /Font << /F1 3 0 R >> >> >>" % number,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
    ]
    return pdf_file(objects)


def test_object_that_was_promised() -> None:
    """A page signed with a reference to nothing is changed by bringing the object."""
    data = signed.signed(house(), promising(400), signers=2, sealed=False)[-1]
    brought = attacks.late_object(data, 400)
    assert judge(brought).state is State.INVALID


def test_promise_that_is_not_kept() -> None:
    """A reference to nothing stays nothing: what is added then is harmless, but never "valid"."""
    data = signed.signed(house(), promising(400), signers=2, sealed=False)[-1]

    def same(increment: Increment) -> None:
        increment.replace(increment.document.root_ref, increment.document.catalog())

    verdict = judge(attacks.update(data, same))
    assert verdict.state is State.INDETERMINATE
    assert all(Problem.STRUCTURE in one.problems for one in verdict.signatures)


def test_promise_kept_by_our_own_update() -> None:
    """The same, with a number that the second signer's update takes."""
    revisions = signed.signed(house(), promising(6), signers=2, sealed=False)
    size = open_document(io.BytesIO(revisions[1])).next_number
    data = signed.signed(house(), promising(size), signers=2, sealed=False)[-1]
    assert judge(data).state is State.INVALID


@functools.cache
def described() -> bytes:
    """A signed file with a title, a note, an attachment and an object that nothing explains."""
    extra = {
        7: b"<</Title(Honoraires)>>",
        50: b"<</Y 1>>",
        51: b"<</Type/Filespec/F(a)/EF<</F 52 0 R>>>>",
        52: zoo.stream(b"text", b"/Type/EmbeddedFile"),
        54: zoo.annotation(b"Square"),
    }
    catalog = b"/Names<</EmbeddedFiles<</Names[(a)51 0 R]>>>>/X 50 0 R"
    page = zoo.objects_of(catalog, b"/Annots[54 0 R]", extra)
    pdf = zoo.write(page, trailer=b"/Info 7 0 R")
    return signed.signed(house(), pdf, signers=1, sealed=True)[-1]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_object_written_anew(chosen: st.DataObject) -> None:
    """An update of any object after the signatures is seen; a new title is said."""
    data = described()
    document = open_document(io.BytesIO(data))
    ref = Ref(chosen.draw(st.integers(1, document.next_number - 1)))
    old = document.resolve(ref) if document.has(ref.number) else None
    forged: Value = {"Forged": True}
    if isinstance(old, dict) and chosen.draw(st.booleans()):
        forged = {**old, "Forged": True}
    elif isinstance(old, Stream):
        forged = Stream(dict(old.entries), old.raw + b" ")
    verdict = judge(attacks.update(data, lambda update: update.replace(ref, forged)))
    if ref.number == 7:
        assert all(one.changes.objects == ("7 0",) for one in verdict.signatures)
    else:
        assert verdict.state is not State.VALID


@pytest.mark.parametrize("sealed", [True, False])
def test_truncation(*, sealed: bool) -> None:
    """A file cut anywhere is not the file; cut back to a revision, its last signature is gone."""
    data = victim(sealed=sealed)
    chance = random.Random(20261123)  # noqa: S311 - samples
    for _ in range(12):
        cut = data[: chance.randrange(20, len(data) - 2)]
        assert judge(cut).state is not State.VALID


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_byte_flips(chosen: st.DataObject) -> None:
    """One changed byte, anywhere."""
    data = victim(sealed=True)
    at = chosen.draw(st.integers(0, len(data) - 1))
    mask = chosen.draw(st.integers(1, 255))
    flipped = data[:at] + bytes((data[at] ^ mask,)) + data[at + 1 :]
    assert judge(flipped).state is not State.VALID


def test_byte_flips_in_the_last_container() -> None:
    """No signature covers the last time-stamp's own container: other checks do."""
    data = victim(sealed=True)
    start = data.rindex(b"/Contents <") + len(b"/Contents <")
    chance = random.Random(20261124)  # noqa: S311 - samples
    missed = []
    for _ in range(120):
        at = start + chance.randrange(0, 4200)
        digit = chance.choice(b"0123456789ABCDEF")
        if data[at] != digit:
            flipped = data[:at] + bytes((digit,)) + data[at + 1 :]
            if judge(flipped).state is State.VALID:
                missed.append(at - start)
    assert missed == []


CORPUS = os.environ.get("PARAPHE_CORPUS")
# Public attack files are nobody's to commit: with a corpus there is a test more for each of them.
ATTACKED = sorted((Path(CORPUS) / "attacker").glob("*manipulated*.pdf")) if CORPUS else []


if ATTACKED:

    @pytest.mark.parametrize("path", ATTACKED, ids=lambda path: path.stem[:40])
    def test_public_shadow_attacks(path: Path) -> None:
        """Files of the shadow attacks' authors: none is ever called valid or merely untrusted."""
        assert judge(path.read_bytes()).state is State.INVALID
