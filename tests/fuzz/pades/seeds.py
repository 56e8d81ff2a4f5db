"""Seeds: small files that are right. Unsigned ones are made by code; signed ones are kept.

Keys and signatures are chance, so what is signed was made once (`python -m tests.fuzz.pades.seeds`)
and is kept compressed, a few kilobytes each: with the same seed, everybody breaks the same bytes.
"""

from __future__ import annotations

import functools
import gzip
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from paraphe.adapters.trust.pades.cms import tsp
from paraphe.domain.trust.identities import SignerIdentity
from tests.support import signed, strange_pdfs

FOLDER = Path(__file__).parent / "seeds"
LARGEST = 20_000  # octets of one kept file
SIGNED = ("signed-table", "signed-streams")
TOKEN_DIGEST = bytes(range(32))


def names() -> tuple[str, ...]:
    """The files that are kept."""
    return tuple(sorted(path.name for path in FOLDER.iterdir()))


@functools.cache
def kept(name: str) -> bytes:
    """One of them, as it was before it was compressed."""
    data = (FOLDER / name).read_bytes()
    return gzip.decompress(data) if name.endswith(".gz") else data


@functools.cache
def signed_pdf(name: str) -> tuple[bytes, tuple[int, ...]]:
    """A signed file, and the ends of its revisions that were signed."""
    ends = kept(f"{name}.ends").decode().split()
    return kept(f"{name}.pdf.gz"), tuple(map(int, ends))


def roots() -> bytes:
    """The certificates to trust, each with what it is for (PEM)."""
    return kept("roots.pem")


@functools.cache
def stamp_root() -> x509.Certificate:
    """The time-stamp service's root."""
    return x509.load_pem_x509_certificates(roots())[-1]


@functools.cache
def now() -> datetime:
    """The instant to validate for."""
    return datetime.fromisoformat(kept("now").decode().strip())


@functools.cache
def unsigned() -> dict[str, bytes]:
    """Documents of every kind, made by code."""
    return dict(strange_pdfs.specimens())


def make() -> None:
    """Make the kept files anew: new keys, new signatures."""
    FOLDER.mkdir(exist_ok=True)
    plain, place = strange_pdfs.specimens(), signed.house()
    for name, kind in zip(SIGNED, ("spelling-plain", "rewritten-object-streams"), strict=True):
        revisions = signed.signed(place, plain[kind], signers=1)
        _keep(f"{name}.pdf.gz", gzip.compress(revisions[-1], mtime=0))
        _keep(f"{name}.ends", " ".join(str(len(one)) for one in revisions).encode() + b"\n")
    credential = place.authority.issue_one_time(SignerIdentity("Zoé", "1"), place.clock.now)
    token = place.trust.timestamps.stamp(TOKEN_DIGEST)
    _keep("token.tsr", tsp.response_with(token.der))
    _keep("answer.ocsp", credential.ocsp[0])
    _keep("list.crl", place.stamps.crl(place.clock.now))
    _keep("issuing.cer", place.authority.chain.issuing.public_bytes(Encoding.DER))
    _keep("signer.cer", credential.certificate.public_bytes(Encoding.DER))
    _keep("roots.pem", place.roots_pem)
    _keep("now", (place.clock.now + timedelta(minutes=5)).isoformat().encode() + b"\n")


def _keep(name: str, data: bytes) -> None:
    if len(data) > LARGEST:
        raise ValueError(name)
    (FOLDER / name).write_bytes(data)


if __name__ == "__main__":
    make()
