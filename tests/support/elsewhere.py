"""Files that another vendor has signed, before they come to us."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from paraphe.domain.trust.identities import SignerIdentity
from tests.support.trust import make_pdf

if TYPE_CHECKING:
    from tests.support.trust import TrustWorld


def signed_elsewhere(world: TrustWorld) -> bytes:
    """Another vendor's file, signed with pyHanko, with a text field that was left open."""

    def form(pdf: pikepdf.Pdf) -> None:
        shown = pdf.make_stream(b"", Subtype=pikepdf.Name.Form, BBox=pikepdf.Array([0, 0, 9, 9]))
        text = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Tx,
                T=pikepdf.String("theirs"),
                Rect=pikepdf.Array([0, 0, 9, 9]),
                AP=pikepdf.Dictionary(N=shown),
            )
        )
        pdf.pages[0].obj.Annots = pdf.make_indirect(pikepdf.Array([text]))
        pdf.Root.AcroForm = pdf.make_indirect(
            pikepdf.Dictionary(Fields=pdf.make_indirect(pikepdf.Array([text])))
        )

    credential = world.authority.issue_one_time(SignerIdentity("Elsewhere", "x"), world.now)
    key = credential.key
    signer = signers.SimpleSigner(
        asn1_x509.Certificate.load(credential.certificate.public_bytes(Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(
            key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        SimpleCertificateStore(),  # type: ignore[no-untyped-call] # pyHanko's
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(make_pdf(form)))
    metadata = signers.PdfSignatureMetadata(field_name="Elsewhere", md_algorithm="sha256")
    signed: io.BytesIO = signers.sign_pdf(writer, metadata, signer)
    return signed.getvalue()
