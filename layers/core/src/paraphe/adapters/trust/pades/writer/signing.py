"""Signing and sealing a prepared PDF in place (ETSI EN 319 142-1 §6, docs/PADES.md)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from paraphe.adapters.trust.pades.cms import signed_data, tsp
from paraphe.adapters.trust.pades.cms.encoded import der_of
from paraphe.adapters.trust.pades.writer import archive, check, dss, writing
from paraphe.adapters.trust.pades.writer.appearance import draw
from paraphe.adapters.trust.pades.writer.document import Document, open_document
from paraphe.adapters.trust.pades.writer.fields import find_field
from paraphe.adapters.trust.pades.writer.increment import Increment, Placeholder
from paraphe.adapters.trust.pades.writer.syntax import Dictionary, Name, text_string
from paraphe.adapters.trust.pades.writer.trust import Trust, material_of
from paraphe.domain.errors import InvalidError
from paraphe.domain.trust.signatures import SignatureLevel, SignatureRecord, VisibleMark

if TYPE_CHECKING:
    from paraphe.adapters.trust.pades.cms.credential import Credential
    from paraphe.adapters.trust.pades.writer.writing import Prefix

_RESERVED = 24_576


@dataclass(frozen=True, slots=True)
class Act:
    """One act of signing.

    Attributes:
        field: the prepared field's name.
        name: who signs, as readers show it.
        credential: certificate and key.
        now: the platform's instant.
        mark: what a visible field shows; None leaves it empty.

    """

    field: str
    name: str
    credential: Credential
    now: datetime
    mark: VisibleMark | None = None


def sign(file: BinaryIO, act: Act, trust: Trust, *, last: bool = False) -> SignatureRecord:
    """A person's PAdES-B-LT signature in its own revision, in place (`file` opened "rb+").

    B-LTA when not the authority itself vouches for the certificate (`Credential.responders`).
    Nothing is written before every service has answered; what is written is read back and checked.
    The `last` one of a document is followed by a document time-stamp (B-LTA): it covers the
    security store, so that the proof about every earlier signature is proof after it has run out.

    Raises:
        InvalidError: no such field, or it is signed already.
        PdfError: the file cannot be updated safely.
        CertificateExpiredError: an expired certificate never signs.
        TrustServiceUnavailableError, TrustServiceRefusedError: a service's answer.
        SignatureCheckError: what was written does not verify.

    On any failure the file is as before.

    """
    if last or act.credential.responders:
        return _sign_and_stamp(file, act, trust, signed_data.PROOF_OF_APPROVAL)
    own = material_of(act.credential)
    record, _ = _sign(file, act, trust, signed_data.PROOF_OF_APPROVAL, own)
    return record


def seal(file: BinaryIO, act: Act, trust: Trust) -> SignatureRecord:
    """An organisation's PAdES-B-LTA seal: a B-LT signature of origin, then a document time-stamp.

    Raises what `sign` raises; on any failure the file is as before.
    """
    return _sign_and_stamp(file, act, trust, signed_data.PROOF_OF_ORIGIN)


def _sign_and_stamp(file: BinaryIO, act: Act, trust: Trust, commitment: str) -> SignatureRecord:
    """Sign, then stamp with the proof about the signer.

    EU DSS counts a security store as a signature's only if an update after the signature touches
    it (otherwise it says B-T), so what proves this signer comes with the time-stamp.
    """
    size, own = file.seek(0, 2), material_of(act.credential)
    try:
        record, prefix = _sign(file, act, trust, commitment, dss.Material())
        at, prefix = archive.stamp(file, prefix, trust, act.now, material=own)
    except Exception:
        file.truncate(size)
        raise
    return replace(
        record,
        level=SignatureLevel.B_LTA,
        archive_timestamp_at=at,
        revision_sha256=prefix.sha256,
        revision_size=prefix.size,
    )


def _sign(
    file: BinaryIO, act: Act, trust: Trust, commitment: str, own: dss.Material
) -> tuple[SignatureRecord, Prefix]:
    """One signed update, with `own` proof about the signer in it."""
    act.credential.require_valid(act.now)
    document = open_document(file)
    prefix = writing.hash_prefix(file)
    increment = Increment(document)
    place = fill_field(increment, act)
    chain = trust.chain
    dss.extend(increment, own + trust.material(act.now))
    section = increment.signed()
    digest = prefix.digest(section.head, section.tail)
    attributes = signed_data.signed_attributes(
        digest, act.credential.certificate, commitment=commitment
    )
    signature = act.credential.key.sign(attributes, ec.ECDSA(hashes.SHA256()))
    token = trust.stamp(tsp.sha256(signature))
    if token.chain != chain:
        # The service changed its certificate since the last token: once more, now that it is known.
        return _sign(file, act, trust, commitment, own)
    certificates = (act.credential.certificate, *act.credential.chain)
    contents = signed_data.assemble(attributes, signature, certificates, timestamp=token.der)
    after = writing.append(
        file,
        prefix,
        section,
        contents,
        lambda update: check.check_signature(
            check.Written(document, prefix, update), place, act.credential.certificate, token
        ),
    )
    return _record(act, token, section.byte_range, prefix, after), after


def fill_field(increment: Increment, act: Act) -> str:
    """Put the signature's dictionary and what it shows into its field; return the field's name.

    Raises:
        InvalidError: no such field, or it is signed already.

    """
    document = increment.document
    ref, entries = find_field(document, act.field)
    if document.resolve(entries.get("V")) is not None:
        raise InvalidError("field_already_signed", "This signature field is signed already.")
    value: Dictionary = {
        "Type": Name("Sig"),
        "Filter": Name("Adobe.PPKLite"),
        "SubFilter": Name("ETSI.CAdES.detached"),
        "Name": text_string(act.name),
        "M": f"D:{act.now.astimezone(UTC):%Y%m%d%H%M%S}+00'00'".encode(),
    }
    lock = document.resolve(entries.get("Lock"))
    if isinstance(lock, dict):
        value["Reference"] = [_field_lock(document, lock)]
    entries["V"] = increment.add(Placeholder(value, _RESERVED))
    appearance = draw(increment, entries, act.mark, act.now)
    if appearance is not None:
        entries["AP"] = {"N": appearance}
    increment.replace(ref, entries)
    return act.field


def _field_lock(document: Document, lock: Dictionary) -> Dictionary:
    """The lock, as the transform that this signature is checked by (ISO 32000-1 §12.8.2.4)."""
    parameters: Dictionary = {key: lock[key] for key in ("Action", "Fields") if key in lock}
    return {
        "Type": Name("SigRef"),
        "TransformMethod": Name("FieldMDP"),
        "Data": document.root_ref,
        "TransformParams": {
            "Type": Name("TransformParams"),
            "V": Name("1.2"),
            **parameters,
        },
    }


def _record(
    act: Act,
    token: tsp.TimestampToken,
    byte_range: tuple[int, int, int, int],
    before: Prefix,
    after: Prefix,
) -> SignatureRecord:
    credential = act.credential
    encoded = der_of(credential.certificate)
    return SignatureRecord(
        field=act.field,
        level=SignatureLevel.B_LT,
        signed_at=act.now,
        timestamp_at=token.at,
        timestamp_token=token.der,
        certificate_der=encoded,
        certificate_serial=str(credential.certificate.serial_number),
        certificate_sha256=hashlib.sha256(encoded).hexdigest(),
        chain_der=tuple(map(der_of, credential.chain)),
        ocsp_der=credential.ocsp[0] if credential.ocsp else b"",
        byte_range=byte_range,
        previous_sha256=before.sha256,
        revision_sha256=after.sha256,
        revision_size=after.size,
    )
