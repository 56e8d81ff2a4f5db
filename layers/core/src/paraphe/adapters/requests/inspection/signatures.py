"""Signatures that are already in an uploaded file, and what they allow."""

from __future__ import annotations

import re
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Object, Pdf

from paraphe.adapters.requests.inspection import raw
from paraphe.adapters.requests.inspection.checks import dictionaries, text_of
from paraphe.adapters.requests.inspection.refuse import RefuseError
from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.syntax import PdfError
from paraphe.domain.requests.inspection import RefusalReason

_BYTE_RANGE = re.compile(rb"/ByteRange(?![\w.])")
_DAMAGE = re.compile(
    r"xref|recover|damaged|startxref|trailer|stream length|endstream|endobj|expected"
    r"|pages tree includes",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"reported number of objects|entry for the xref stream itself is missing|extraneous whitespace",
    re.IGNORECASE,
)


def find(pdf: Pdf, objects: list[Object]) -> list[Object]:
    """Return the signature dictionaries that can be reached, usage rights (UR3) apart.

    Usage rights unlock features of one program; they are nobody's signature.
    """
    rights = _rights(pdf)
    return [
        part
        for thing in objects
        if _BYTE_RANGE.search(text_of(thing))
        for part in dictionaries(thing)
        if isinstance(part.get("/ByteRange"), Array)
        and "/Contents" in part
        and not any(_same(part, right) for right in rights)
    ]


def _same(one: Object, other: Object) -> bool:
    """Say whether two handles are the same dictionary, indirect or (by value) direct."""
    if one.is_indirect or other.is_indirect:
        return one.objgen == other.objgen
    return one.unparse() == other.unparse()


def _rights(pdf: Pdf) -> list[Object]:
    """Return the usage-rights signatures of the catalog."""
    permissions = pdf.Root.get("/Perms")
    if not isinstance(permissions, Dictionary):
        return []
    values = [permissions.get(key) for key in ("/UR", "/UR3")]
    return [value for value in values if isinstance(value, Dictionary)]


def certification(signatures: list[Object]) -> int | None:
    """Return what the certifying signature allows, or None when there is none.

    1 no change, 2 filling in and signing, 3 annotations too (ISO 32000-2, table 257).
    """
    levels = [level for one in signatures if (level := _level(one)) is not None]
    return min(levels, default=None)


def _level(signature: Object) -> int | None:
    """Return the DocMDP level of one signature, if it sets one."""
    references = signature.get("/Reference")
    for reference in references if isinstance(references, Array) else ():
        if isinstance(reference, Dictionary) and reference.get("/TransformMethod") == Name.DocMDP:
            parameters = reference.get("/TransformParams")
            level = parameters.get("/P", 2) if isinstance(parameters, Dictionary) else 2
            return level if isinstance(level, int) else 2
    return None


def check_signed(data: bytes, warnings: list[str], level: int | None) -> None:
    """Refuse a signed file that cannot be signed again without harm to its signatures.

    Raises:
        RefuseError: with CERTIFIED_NO_CHANGES, HYBRID_SIGNED or DAMAGED_SIGNED.
    """
    if level == 1:
        raise RefuseError(RefusalReason.CERTIFIED_NO_CHANGES)
    chain = raw.revisions(data)
    if chain.hybrid and not _opens(data):
        raise RefuseError(RefusalReason.HYBRID_SIGNED)
    if not chain.sound or damaged(warnings):
        raise RefuseError(RefusalReason.DAMAGED_SIGNED)


def _opens(data: bytes) -> bool:
    """Say whether our own strict reader takes the file."""
    try:
        open_document(BytesIO(data)).catalog()
    except PdfError:
        return False
    return True


def damaged(warnings: list[str]) -> bool:
    """Say whether the library had to repair the file's structure to read it."""
    return any(_DAMAGE.search(text) and not _HARMLESS.search(text) for text in warnings)
