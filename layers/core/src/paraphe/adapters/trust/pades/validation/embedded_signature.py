"""A signature as it was found in a file, before it is believed."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from asn1crypto import cms

from paraphe.adapters.trust.pades.validation import container, legacy_x509

if TYPE_CHECKING:
    from datetime import datetime

CADES = "ETSI.CAdES.detached"
ADOBE = "adbe.pkcs7.detached"
_ALWAYS = frozenset({"content_type", "message_digest"})
_RANGE = 4


@dataclass(frozen=True, slots=True)
class Store:
    """A document security store's contents, DER (ETSI EN 319 142-1 §5.4)."""

    certificates: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Lock:
    """Fields that a signature closes (ISO 32000-1 §12.8.2.4)."""

    action: str
    names: tuple[str, ...] = ()

    def closes(self, field_name: str) -> bool:
        """Whether a field may not change any more."""
        if self.action == "All":
            return True
        listed = any(field_name == n or field_name.startswith(f"{n}.") for n in self.names)
        return listed if self.action == "Include" else not listed


class MalformedError(Exception):
    """A signature that cannot be one."""


@dataclass(frozen=True)
class EmbeddedSignature:
    """One signature dictionary.

    Attributes:
        field: the form field's full name.
        sub_filter: without the slash.
        byte_range: four numbers that were checked by `of`.
        contents: the CMS, with whatever follows it in its room.
        is_stamp: a document time-stamp.
        lock: fields that it closes, if any.
        permission: DocMDP's P, if it certifies (ISO 32000-1 table 254).
        claimed_at: the dictionary's own instant.
        certificate: the signer's, DER, of a kind that keeps it beside its signature.

    """

    field: str
    sub_filter: str
    byte_range: tuple[int, int, int, int]
    contents: bytes = dataclasses.field(repr=False)
    is_stamp: bool = False
    lock: Lock | None = None
    permission: int | None = None
    claimed_at: datetime | None = None
    certificate: bytes | None = dataclasses.field(default=None, repr=False)

    @property
    def end(self) -> int:
        """Where what it covers ends."""
        return self.byte_range[2] + self.byte_range[3]

    @cached_property
    def signed_data(self) -> cms.SignedData:
        """The CMS; raises `MalformedError` when it is none with exactly one signer."""
        if self.sub_filter == legacy_x509.SUB_FILTER:
            try:
                return legacy_x509.as_cms(self.contents, self.certificate or b"")
            except (ValueError, TypeError) as error:
                raise MalformedError("the signature or its certificate cannot be read") from error
        try:
            message = cms.ContentInfo.load(self.contents)
            if message["content_type"].native != "signed_data":
                raise MalformedError("not SignedData")
            signed = message["content"]
            if len(signed["signer_infos"]) != 1:
                raise MalformedError("not exactly one signer")
            container.check(self.contents, message)
            self._check_kind(message)
        except (ValueError, TypeError, KeyError) as error:
            raise MalformedError("the CMS cannot be read") from error
        except container.ContainerError as error:
            raise MalformedError(str(error)) from error
        return signed

    def _check_kind(self, message: cms.ContentInfo) -> None:
        """What is signed must be what the dictionary says (ETSI EN 319 142-1 §6.2, RFC 3161)."""
        signer = message["content"]["signer_infos"][0]
        if self.is_stamp:
            container.check_content(message["content"], "tst_info", attached=True)
            container.check_attributes(signer, _ALWAYS | {"signing_certificate"})
        elif self.sub_filter in {CADES, ADOBE}:
            container.check_content(message["content"], "data", attached=False)
            named = frozenset({"signing_certificate"} if self.sub_filter == CADES else ())
            bare = self.sub_filter == ADOBE and container.is_absent(signer["signed_attrs"])
            container.check_attributes(signer, frozenset() if bare else _ALWAYS | named)

    @property
    def signer(self) -> cms.SignerInfo:
        """The one signer."""
        return self.signed_data["signer_infos"][0]


def check_range(numbers: object, contents: object, data: bytes) -> tuple[int, int, int, int]:
    """A byte range from 0 that leaves out the hexadecimal /Contents and nothing else.

    This alone stops universal forgery and signature wrapping: no byte of the covered part is
    unsigned but the signature itself.

    Raises:
        MalformedError: it is anything else.

    """
    if not isinstance(numbers, (list, tuple)) or len(numbers) != _RANGE:
        raise MalformedError("/ByteRange is not four numbers")
    if not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in numbers):
        raise MalformedError("/ByteRange is not four numbers")
    zero, gap, start, length = (int(n) for n in numbers)
    if zero != 0 or not 0 < gap < start or length == 0 or start + length > len(data):
        raise MalformedError("/ByteRange does not cover the file from its beginning")
    if not isinstance(contents, bytes) or not contents.strip(b"\x00"):
        raise MalformedError("/Contents is empty")
    if data[gap : gap + 1] != b"<" or data[start - 1 : start] != b">":
        raise MalformedError("/ByteRange leaves out something else than /Contents")
    digits = data[gap + 1 : start - 1]
    if digits != digits.upper() and digits != digits.lower():
        raise MalformedError("/Contents is spelled in two ways")
    try:
        left_out = bytes.fromhex(digits.decode("ascii"))
    except ValueError as error:
        raise MalformedError("/ByteRange leaves out more than /Contents") from error
    if left_out != contents:
        raise MalformedError("/ByteRange leaves out another string than /Contents")
    return zero, gap, start, length
