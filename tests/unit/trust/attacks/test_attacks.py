"""Every attack on a signed file is seen by `paraphe verify` (P20)."""

from __future__ import annotations

import io
import os
import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infra.local.journey import _file as pdf_file  # the laptop's tiny writer
from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.domain.trust.verdict import Problem, State
from tests.support import attacks, shadow_attacks, signed, spoilt, victims
from tests.support.victims import house, judge, victim

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.adapters.trust.pades.writer.increment import Increment


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
    shadow_attacks.shadow_hide,
    shadow_attacks.shadow_replace,
    shadow_attacks.shadow_hide_and_replace,
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


def test_any_object_written_anew() -> None:
    """An update of an object after the signatures is seen; a new title is said.

    A sample: `make bench ARGS=spoilt` tries every object.
    """
    every = list(spoilt.rewritten(victims.described()))
    chance = random.Random(20261125)  # noqa: S311 - samples
    assert [one for one in chance.sample(every, 12) if spoilt.is_missed(one)] == []


def test_new_title_is_said() -> None:
    """A title is nobody's signature; that it is another one is said."""
    titles = [one for one in spoilt.rewritten(victims.described()) if one.number == spoilt.TITLE]
    for one in titles:
        verdict = judge(one.made())
        assert all(found.changes.objects == ("7 0",) for found in verdict.signatures)


@pytest.mark.parametrize("sealed", [True, False])
def test_truncation(*, sealed: bool) -> None:
    """A file cut anywhere is not the file; cut back to a revision, its last signature is gone."""
    data = victim(sealed=sealed)
    chance = random.Random(20261123)  # noqa: S311 - samples
    for _ in range(12):
        cut = data[: chance.randrange(20, len(data) - 2)]
        assert judge(cut).state is not State.VALID


def test_byte_flips() -> None:
    """One changed byte, anywhere: a sample; `make bench ARGS=spoilt` tries more."""
    data = victim(sealed=True)
    assert spoilt.missed_flips(data, spoilt.spots(data, 20, seed=20261123)) == []


def test_byte_flips_in_the_last_container() -> None:
    """No signature covers the last time-stamp's own container: other checks do (a sample too)."""
    data = victim(sealed=True)
    assert spoilt.missed_flips(data, spoilt.container_spots(data, 25, seed=20261124)) == []


CORPUS = os.environ.get("PARAPHE_CORPUS")
# Public attack files are nobody's to commit: with a corpus there is a test more for each of them.
ATTACKED = sorted((Path(CORPUS) / "attacker").glob("*manipulated*.pdf")) if CORPUS else []


if ATTACKED:

    @pytest.mark.parametrize("path", ATTACKED, ids=lambda path: path.stem[:40])
    def test_public_shadow_attacks(path: Path) -> None:
        """Files of the shadow attacks' authors: none is ever called valid or merely untrusted."""
        assert judge(path.read_bytes()).state is State.INVALID
