"""What was written is judged by itself: no earlier signature or time-stamp speaks for it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from paraphe.adapters.trust.pades.cms.encoded import load
from paraphe.adapters.trust.pades.writer import check, writing
from paraphe.adapters.trust.pades.writer.document import open_document, open_update
from paraphe.adapters.trust.pades.writer.fields import find_field
from paraphe.adapters.trust.pades.writer.increment import Increment
from paraphe.adapters.trust.pades.writer.syntax import PdfError
from tests.support.judges import newly_judged
from tests.support.trust import TrustWorld, make_pdf

if TYPE_CHECKING:
    from paraphe.adapters.trust.pades.writer.syntax import Ref

VALID = "Signature is Valid."


@pytest.fixture(scope="module")
def world() -> TrustWorld:
    """Trust services in memory."""
    return TrustWorld()


def _pointed(file: io.BytesIO, field: str, to: Ref) -> check.Written:
    """An update that says only that a field's signature is one that was there before."""
    document, prefix = open_document(file), writing.hash_prefix(file)
    increment = Increment(document)
    ref, entries = find_field(document, field)
    increment.replace(ref, {**entries, "V": to})
    update = increment.unsigned()
    file.seek(0, 2)
    file.write(update)
    return check.Written(document, prefix, update)


def _value(file: io.BytesIO, field: str) -> Ref:
    return find_field(open_document(file), field)[1]["V"]  # type: ignore[return-value] # a reference


def test_an_earlier_time_stamp_is_not_taken_for_the_new_one(world: TrustWorld) -> None:
    """An earlier time-stamp is not taken for the new one, though it is valid and in the field."""
    file = io.BytesIO(make_pdf())
    world.prepare(file)
    token = world.trust().stamp(bytes(32))
    written = _pointed(file, "A-signature", _value(file, "timestamp-01"))
    with pytest.raises(PdfError, match="/ByteRange does not cover the file"):
        check.check_timestamp(written, "A-signature", token)


def test_an_earlier_signature_is_not_taken_for_the_new_one(world: TrustWorld) -> None:
    """An earlier signature is not taken for the new one, nor is the time-stamp before it."""
    file = io.BytesIO(make_pdf())
    world.prepare(file)
    record = world.sign(file, "A-signature")
    certificate, token = load(record.certificate_der), world.trust().stamp(bytes(32))
    for earlier, said in (
        ("A-signature", "/ByteRange does not cover the file"),
        ("timestamp-01", "the signature dictionary is not what was written"),
    ):
        copy = io.BytesIO(file.getvalue())
        written = _pointed(copy, "B-signature", _value(copy, earlier))
        with pytest.raises(PdfError, match=said):
            check.check_signature(written, "B-signature", certificate, token)


def test_an_update_is_believed_only_as_the_end_of_its_file(world: TrustWorld) -> None:
    """The bytes that came back are read as the file's end: of another length they are refused."""
    file = io.BytesIO(make_pdf())
    world.prepare(file)
    written = _pointed(file, "A-signature", _value(file, "timestamp-01"))
    for update in (written.update + b"\n", written.update[:-1]):
        with pytest.raises(PdfError, match="does not end with the update"):
            open_update(written.earlier, update)
    opened = open_update(written.earlier, written.update)
    for at in (0, written.prefix.size - 8, written.prefix.size, opened.size - 8, opened.size):
        assert opened.read(at, 64) == file.getvalue()[at : at + 64]


def test_what_was_read_belongs_to_who_asked(world: TrustWorld) -> None:
    """Objects are kept, but what one caller changes is not what the next one gets."""
    file = io.BytesIO(make_pdf())
    world.prepare(file)
    document = open_document(file)
    form = document.catalog()["AcroForm"]
    entries = document.resolve(form)
    assert isinstance(entries, dict)
    assert isinstance(entries["Fields"], list)
    entries["Fields"].clear()
    del entries["SigFlags"]
    again = document.resolve(form)
    assert isinstance(again, dict)
    assert again["Fields"]
    assert "SigFlags" in again


def test_judges_are_asked_about_the_new_signature(world: TrustWorld) -> None:
    """A broken signature is not called valid for a valid one, or a time-stamp, before it."""
    file = io.BytesIO(make_pdf())
    world.prepare(file)
    prepared = file.getvalue()
    world.sign(file, "A-signature")
    once = file.getvalue()
    assert newly_judged(prepared, once) == [VALID]
    assert newly_judged(prepared, prepared) == newly_judged(once, once) == []
    record = world.sign(file, "B-signature")
    twice = file.getvalue()
    assert newly_judged(once, twice) == [VALID]
    at = record.byte_range[2] + 40  # what the second signature covers after itself
    broken = twice[:at] + bytes((twice[at] ^ 1,)) + twice[at + 1 :]
    assert newly_judged(once, broken) not in ([], [VALID])
