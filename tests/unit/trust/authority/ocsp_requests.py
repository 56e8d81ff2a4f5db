"""OCSP requests as bytes, sound and odd ones."""

from __future__ import annotations

from paraphe.adapters.trust.pades.cms import der


def ocsp_request(
    *cert_ids: bytes, extensions: tuple[bytes, ...] = (), single: bytes = b"", more: bytes = b""
) -> bytes:
    asked = der.sequence(*(der.sequence(one, single) for one in cert_ids))
    wrapped = der.explicit(2, der.sequence(*extensions)) if extensions else b""
    return der.sequence(der.sequence(asked, wrapped), more)


def ocsp_extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    flag = der.boolean(value=True) if critical else b""
    return der.sequence(der.oid(oid), flag, der.octets(value))
