"""An evidence file's seal, read strictly: spelled in one way, with nothing unknown in it (P19).

The seal's signature covers the account; `seal_material` checks what is beside it.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asn1crypto import cms
from pyhanko.sign.general import extract_certificate_info

from paraphe.adapters.evidence.verification import canonical_form
from paraphe.adapters.trust.pades.cms import der
from paraphe.adapters.trust.pades.validation import container
from paraphe.adapters.trust.pades.validation.longterm import archives_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from paraphe.adapters.trust.pades.validation.longterm import Archives

_ATTRIBUTES = frozenset({"content_type", "message_digest", "signing_certificate"})
_DIGESTS = frozenset({"sha256", "sha384", "sha512"})
_SCHEMES = frozenset(
    {
        *(f"{digest}_{key}" for digest in _DIGESTS for key in ("ecdsa", "rsa")),
        "rsassa_pkcs1v15",
        "rsassa_pss",
        "ed25519",
        "ed448",
    }
)
_ARCHIVE = "0.4.0.1733.2.4"
_TOKEN = "signature_time_stamp_token"  # noqa: S105 - an attribute's name


class SealError(ValueError):
    """The seal is broken, or spelled in another way than its own."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal that was read strictly.

    Attributes:
        signed: the CMS.
        token: its time-stamp, None without one.
        archives: the time-stamps over all of it.
        certificates: inside and beside it, DER.
        ocsps: answers inside and beside it, DER.
        crls: lists inside and beside it, DER.

    """

    signed: cms.SignedData
    token: cms.SignedData | None
    archives: Archives
    certificates: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]
    crls: tuple[bytes, ...]

    @property
    def signatures(self) -> tuple[cms.SignedData, ...]:
        """The seal and its time-stamps: each has a signer."""
        first = (self.token,) if self.token is not None else ()
        return (self.signed, *first, *self.archives.tokens)

    @property
    def all_certificates(self) -> tuple[bytes, ...]:
        """Those that the time-stamps bring along, too."""
        inside = (encoded for one in self.signatures for encoded in _inside(one))
        return tuple(dict.fromkeys((*self.certificates, *inside)))


def read(seal: Mapping[str, Any]) -> Seal:
    """Read a seal in DER, spelled in no other way, with nothing in it that is not known.

    Raises:
        SealError: something else is there.

    """
    encoded = _der(seal["cms"], "the CMS")
    listed = {key: [_der(one, key) for one in seal.get(key, ())] for key in canonical_form.MATERIAL}
    for key, items in listed.items():
        if len(set(items)) != len(items):
            raise SealError(f"{key}: one is there twice")
    try:
        signed = _signed(encoded)
        archives = archives_of(encoded)
        token = _token(signed)
        for one in archives.tokens:
            _check_token(one)
    except (SealError, container.ContainerError) as error:
        raise SealError(str(error)) from error
    except (ValueError, TypeError, KeyError) as error:
        raise SealError(f"the seal cannot be read ({error})"[:200]) from error
    held = archives.seal
    if len(held.ocsps) + len(held.crls) != len(held.revocations):
        raise SealError("something else than answers and lists is inside the CMS")
    return Seal(
        signed,
        token,
        archives,
        (*listed["certificates"], *held.certificates),
        (*listed["ocsps"], *held.ocsps),
        (*listed["crls"], *held.crls),
    )


def check_digest(seal: Seal, digest: bytes) -> None:
    """Check that the seal is over content of this digest, before anything costs time.

    Raises:
        SealError: it is not.

    """
    attributes = seal.signed["signer_infos"][0]["signed_attrs"]
    stated = [one["values"] for one in attributes if one["type"].native == "message_digest"]
    if len(stated) != 1 or [value.native for value in stated[0]] != [digest]:
        raise SealError("the seal is not over this evidence")


def _der(text: str, what: str) -> bytes:
    try:
        encoded = base64.b64decode(text, validate=True)
        der.check(encoded)
    except (binascii.Error, ValueError) as error:
        raise SealError(f"{what}: {error}"[:200]) from error
    if base64.b64encode(encoded).decode() != text:
        raise SealError(f"{what}: base64 is spelled in another way")
    return encoded


def _signed(encoded: bytes) -> cms.SignedData:
    message = cms.ContentInfo.load(encoded, strict=True)
    if message["content_type"].native != "signed_data":
        raise SealError("not SignedData")
    signed = message["content"]
    if len(signed["signer_infos"]) != 1:
        raise SealError("not exactly one signer")
    container.check(encoded, message)
    _check_certificates(signed)
    container.check_content(signed, "data", attached=False)
    container.check_attributes(signed["signer_infos"][0], _ATTRIBUTES)
    _check_algorithms(signed)
    _check_signer(signed)
    return signed


def _check_signer(signed: cms.SignedData) -> None:
    """The signer is named byte for byte as its certificate names itself: pyHanko forgives."""
    sid = signed["signer_infos"][0]["sid"]
    if sid.name != "issuer_and_serial_number":
        raise SealError("the signer is named in another way")
    signer = extract_certificate_info(signed).signer_cert
    named = (sid.chosen["issuer"].dump(), sid.chosen["serial_number"].native)
    if named != (signer.issuer.dump(), signer.serial_number):
        raise SealError("the signer's name is spelled in another way")


def _check_algorithms(signed: cms.SignedData) -> None:
    """Those that are known by name; whatever else is there, nobody could judge."""
    signer = signed["signer_infos"][0]
    signer["signature"].native  # noqa: B018 - asn1crypto parses when asked, and fails then
    for attribute in signer["signed_attrs"]:
        attribute["values"].native  # noqa: B018 - likewise
    scheme = signer["signature_algorithm"]["algorithm"].native
    if signer["digest_algorithm"]["algorithm"].native not in _DIGESTS or scheme not in _SCHEMES:
        raise SealError("an algorithm is not known")


def _check_certificates(signed: cms.SignedData) -> None:
    if any(choice.name != "certificate" for choice in signed["certificates"]):
        raise SealError("something else than certificates is inside the CMS")


def _token(signed: cms.SignedData) -> cms.SignedData | None:
    """The seal's time-stamp: beside those over the archive, the only thing in it unsigned."""
    unsigned = signed["signer_infos"][0]["unsigned_attrs"]
    if container.is_absent(unsigned):
        return None
    other = [one for one in unsigned if one["type"].dotted != _ARCHIVE]
    if not other:
        return None
    if len(other) != 1 or other[0]["type"].native != _TOKEN or len(other[0]["values"]) != 1:
        raise SealError("unsigned attributes beside the time-stamp")
    message = other[0]["values"][0]
    if message["content_type"].native != "signed_data":
        raise SealError("the time-stamp is no SignedData")
    container.check(message.dump(), message)
    token = message["content"]
    _check_token(token)
    if not container.is_absent(token["signer_infos"][0]["unsigned_attrs"]):
        raise SealError("unsigned attributes in the time-stamp")
    return token


def _check_token(token: cms.SignedData) -> None:
    """What is known to be in a time-stamp, and nothing else."""
    if len(token["signer_infos"]) != 1:
        raise SealError("a time-stamp has not exactly one signer")
    container.check_content(token, "tst_info", attached=True)
    container.check_attributes(token["signer_infos"][0], _ATTRIBUTES)
    _check_algorithms(token)
    info = token["encap_content_info"]["content"].parsed
    info.native  # noqa: B018 - asn1crypto parses when asked, and fails then
    if info["message_imprint"]["hash_algorithm"]["algorithm"].native not in _DIGESTS:
        raise SealError("a time-stamp is over an unknown digest")
    _check_signer(token)
    _check_certificates(token)
    if not container.is_absent(token["crls"]):
        raise SealError("lists are inside a time-stamp")


def _inside(signed: cms.SignedData) -> list[bytes]:
    return [choice.chosen.dump() for choice in signed["certificates"]]
