"""What may come after a signature is not called a change of what was signed."""

from __future__ import annotations

import functools
import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pikepdf
import pytest
from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from paraphe.adapters.requests.inspection import earlier
from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.trust_anchors import load_roots
from paraphe.adapters.trust.pades.writer.syntax import Name, Raw, Ref
from paraphe.domain.trust.identities import SignerIdentity
from paraphe.domain.trust.verdict import Change, State
from tests.support import attacks, redrawing, rich, signed, strange_pdfs

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.adapters.trust.pades.writer.increment import Increment
    from paraphe.adapters.trust.pades.writer.syntax import Dictionary
    from paraphe.domain.trust.verdict import SignatureVerdict


@functools.cache
def house() -> signed.House:
    """One signing house for all."""
    return signed.house()


@functools.cache
def victim() -> bytes:
    """The signed document; its signature locks nothing."""
    return rich.sign(house(), rich.document())


def judge(data: bytes) -> SignatureVerdict:
    """What the verifier says of the first signature."""
    at = signed.BEGIN + timedelta(minutes=5)
    return verify(data, load_roots([house().roots_pem]), at).signatures[0]


@functools.cache
def stranger() -> signers.SimpleSigner:
    """Somebody with another program and a certificate of their own."""
    now = house().clock.now
    credential = house().authority.issue_one_time(
        SignerIdentity("Ana Otero", "cmd_ana", "ana@example.org"), now
    )
    private = credential.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    chain = [credential.certificate, *credential.chain]
    own, *others = (asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in chain)
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call] # pyHanko's
    store.register_multiple(others)
    return signers.SimpleSigner(
        signing_cert=own,
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=store,
    )


def with_pyhanko(data: bytes, name: str, box: tuple[int, int, int, int] | None) -> bytes:
    """A signature by pyHanko in a field that it makes."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    if box is not None:
        spec = fields.SigFieldSpec(name, on_page=0, box=box)
        fields.append_signature_field(writer, spec)
    signer = signers.PdfSigner(
        signers.PdfSignatureMetadata(field_name=name, md_algorithm="sha256"),
        signer=stranger(),
        stamp_style=TextStampStyle() if box else None,
    )
    return bytes(signer.sign_pdf(writer).getvalue())


def _filled(increment: Increment) -> None:
    """Everything in one update that Acrobat writes beside a signature."""
    ref = redrawing.field(increment, b"/Rect[200 10 390 40]/MK<<>>/TU(signez)")
    form = increment.current(Ref(10))
    assert isinstance(form, dict)
    font = b"<</Type/Font/Subtype/Type1/BaseFont/%s>>"
    helvetica, dingbats = (
        increment.add(Raw(font % name)) for name in (b"Helvetica", b"ZapfDingbats")
    )
    resources: Dictionary = {
        "Font": {"F2": Ref(5), "Helv": helvetica, "ZaDb": dingbats},
        "Encoding": {"PDFDocEncoding": Ref(22)},
    }
    increment.replace(Ref(10), {**form, "DR": resources})
    catalog = increment.document.catalog()
    extensions = Raw(b"<</ADBE<</BaseVersion/1.7/ExtensionLevel 11>>>>")
    increment.replace(Ref(1), {**catalog, "Extensions": extensions, "Version": Name("2.0")})
    increment.replace(Ref(19), Raw(b"<</Title(Lettre)/ModDate(D:20261102)>>"))
    increment.replace(
        Ref(18), Raw(strange_pdfs.stream(rich.XMP + b" ", b"/Type/Metadata/Subtype/XML"))
    )
    assert ref.number


def _with_looks(increment: Increment) -> None:
    rate = increment.document.dictionary(Ref(41), "a field")
    looks: Dictionary = {"N": increment.add(Raw(LOOKS))}
    increment.replace(Ref(41), {**rate, "V": b"20 %", "AP": looks})


def _with_looks_in_place(increment: Increment) -> None:
    rate = increment.document.dictionary(Ref(41), "a field")
    increment.replace(Ref(42), Raw(LOOKS))
    increment.replace(Ref(41), {**rate, "V": b"20 %"})


LOOKS = strange_pdfs.stream(
    b"BT /F2 12 Tf 2 5 Td (20 %) Tj ET", rich.FORM + b"/Resources<</Font<</F2 5 0 R>>>>"
)
ALLOWED: dict[str, tuple[Callable[[bytes], bytes], tuple[str, ...]]] = {
    "value": (redrawing.edit(40, {"V": b"2000"}), ("amount",)),
    "value-and-looks": (lambda data: attacks.update(data, _with_looks), ("rate",)),
    "value-and-looks-in-place": (
        lambda data: attacks.update(data, _with_looks_in_place),
        ("rate",),
    ),
    "tick": (redrawing.edit(43, {"V": Name("Oui"), "AS": Name("Oui")}), ("agreed",)),
    "read-only": (redrawing.edit(40, {"Ff": 1, "F": 132}), ()),
    "title": (redrawing.put({19: b"<</Title(Autre)>>"}), ()),
    "same-again": (redrawing.put({4: strange_pdfs.stream(rich.CONTENT), 3: rich.PAGE}), ()),
    "unused-font": (
        redrawing.edit(10, {"DR": Raw(b"<</Font<</F2 5 0 R/Helv 23 0 R>>>>")}),
        (),
    ),
    "marks": (redrawing.edit(1, {"MarkInfo": Raw(b"<</Marked true/Suspects false>>")}), ()),
    "empty-field": (redrawing.new_field(b"/Rect[0 0 0 0]"), ()),
    "empty-field-with-room": (redrawing.new_field(b"/Rect[200 10 390 40]"), ()),
    "acrobat": (lambda data: attacks.update(data, _filled), ()),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_allowed_update(name: str) -> None:
    """It is neither a change of what was signed, nor a reason not to sign further."""
    make, filled = ALLOWED[name]
    data = make(victim())
    one = judge(data)
    assert one.state is State.VALID, one.detail
    assert one.changes.kind in {Change.LATER_SIGNATURES, Change.FORM_FILLING}
    assert set(filled) <= set(one.changes.fields)
    assert one.changes.parts == ()
    earlier.check(data)


def test_signatures_of_another_program() -> None:
    """Two more by pyHanko, one of them visible, then two of ours: nothing is suspicious."""
    data = with_pyhanko(victim(), "ana", (200, 60, 390, 100))
    data = with_pyhanko(data, "ana-again", (200, 10, 390, 50))
    data = rich.sign(house(), data, "other")
    one = judge(data)
    assert (one.state, one.changes.kind) == (State.VALID, Change.LATER_SIGNATURES), one.detail
    earlier.check(data)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("count", [3, 10])
def test_chain_of_another_program(count: int, *, packed: bool) -> None:
    """A chain by pyHanko alone, with and without object streams."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(rich.document())) as opened:
        mode = pikepdf.ObjectStreamMode
        opened.save(out, object_stream_mode=mode.generate if packed else mode.disable)
    data = out.getvalue()
    for number in range(count):
        box = (10 + 30 * number, 10, 35 + 30 * number, 30) if number % 2 else None
        data = with_pyhanko(data, f"s{number}", box)
    one = judge(data)
    assert one.changes.kind in {Change.LATER_SIGNATURES, Change.FORM_FILLING}, one.detail
    earlier.check(data)
