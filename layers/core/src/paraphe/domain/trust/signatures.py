"""What a signature is, in values: fields, marks and the record that evidence keeps.

Standard library only. Nothing here claims a qualified signature: the shapes are those of advanced
electronic signatures and seals (docs/RULES.md, "What Paraphe never claims").
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias


class SignatureLevel(StrEnum):
    """PAdES baseline levels (ETSI EN 319 142-1 §6) that Paraphe produces."""

    B_LT = "PAdES-B-LT"
    B_LTA = "PAdES-B-LTA"


class Locale(StrEnum):
    """Languages of a visible mark."""

    FR = "fr"
    EN = "en"


@dataclass(frozen=True, slots=True)
class FieldBox:
    """Where a signature shows: points (1/72 inch) from the top left of the page as displayed.

    Attributes:
        page: 1 is the first page.
        x: distance from the left edge, after cropping and rotation.
        y: distance from the top edge, after cropping and rotation.
        width: as the reader sees it.
        height: as the reader sees it.

    """

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class SignatureField:
    """One place to sign, made before the first signature (docs/PADES.md, recipe 2).

    Attributes:
        name: unique in the document; without a dot.
        box: None for an invisible signature (P8).
        order: fields of equal order may be signed in any order; a field's lock leaves open only
            the fields of the same or a later order.
        is_seal: an organisation's seal, which closes the document: its lock covers every field.

    """

    name: str
    box: FieldBox | None = None
    order: int = 0
    is_seal: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed signature, shown large."""

    text: str


@dataclass(frozen=True, slots=True)
class Strokes:
    """A drawn signature: lines through points, whole numbers from the top left."""

    lines: tuple[tuple[tuple[int, int], ...], ...]

    @property
    def extent(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of what is drawn."""
        xs = [x for line in self.lines for x, _ in line]
        ys = [y for line in self.lines for _, y in line]
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture as plain pixels: red, green, blue and opacity, a byte each, row by row."""

    width: int
    height: int
    pixels: bytes


Look: TypeAlias = Typed | Strokes | Raster


@dataclass(frozen=True, slots=True)
class VisibleMark:
    """What a visible signature shows; the date is the signing instant, in Europe/Paris.

    Attributes:
        name: the signer, in any script.
        locale: of the words around it.
        look: what stands beside the name: typed, drawn or a picture; None for nothing.

    """

    name: str
    locale: Locale = Locale.FR
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class SignatureRecord:
    """What the evidence file keeps of one signature (docs/PADES.md, last part).

    Attributes:
        field: the signature field's name.
        level: what was produced.
        signed_at: the platform's instant, also in the signature dictionary.
        timestamp_at: the instant inside the RFC 3161 token.
        timestamp_token: DER, base64-ready bytes.
        certificate_der: the signer's certificate.
        certificate_serial: decimal digits.
        certificate_sha256: hex.
        chain_der: the certificates above it, issuing first.
        ocsp_der: the revocation answer embedded for it, empty when a CRL speaks for it.
        byte_range: as in the signature dictionary.
        previous_sha256: hex; the stored revision that was signed.
        revision_sha256: hex; the file after this call.
        revision_size: bytes.
        archive_timestamp_at: the document time-stamp's instant, when one follows the signature:
            after a seal, and after the last signature of a document.

    """

    field: str
    level: SignatureLevel
    signed_at: datetime
    timestamp_at: datetime
    timestamp_token: bytes
    certificate_der: bytes
    certificate_serial: str
    certificate_sha256: str
    chain_der: tuple[bytes, ...]
    ocsp_der: bytes
    byte_range: tuple[int, int, int, int]
    previous_sha256: str
    revision_sha256: str
    revision_size: int
    archive_timestamp_at: datetime | None = None
