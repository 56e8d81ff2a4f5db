"""Independent judges of signed PDFs that are commands: pdfsig (Poppler), qpdf and OpenSSL."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pikepdf
from asn1crypto import cms as asn1_cms

from tests.support.tools import tool


def pdfsig(pdf: bytes) -> list[str]:
    """What pdfsig says of each signature, e.g. `Signature is Valid.`."""
    return re.findall(r"Signature Validation: (.*)", _pdfsig(pdf))


def newly_judged(before: bytes, after: bytes) -> list[str]:
    """What pdfsig says of each signature that `after` has and `before` has not.

    A signature is known by the bytes that it covers: those of `before` do not speak for what was
    added, however valid they are.
    """
    known = {ranges for ranges, _ in _judged(before)}
    return [said for ranges, said in _judged(after) if ranges not in known]


def _judged(pdf: bytes) -> list[tuple[str, str]]:
    """Which bytes each signature covers, and what pdfsig says of it."""
    return re.findall(
        r"Signed Ranges: (.*)\n(?:(?!Signature #).*\n)*?.*Signature Validation: (.*)", _pdfsig(pdf)
    )


def _pdfsig(pdf: bytes) -> str:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "signed.pdf"
        file.write_bytes(pdf)
        done = subprocess.run(
            [tool("pdfsig"), "-nocert", str(file)], capture_output=True, text=True, check=False
        )
    return done.stdout


def qpdf_complaints(pdf: bytes) -> str:
    """What `qpdf --check` has to say; empty when all is well."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "signed.pdf"
        file.write_bytes(pdf)
        done = subprocess.run(
            [tool("qpdf"), "--check", str(file)], capture_output=True, text=True, check=False
        )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def assert_sound(pdf: bytes, signatures: int) -> None:
    """Every person's signature is there and valid, and the file is well-formed (P8, P20).

    Document time-stamps are told apart by their sub-filter; Debian's pdfsig lists but does not
    judge them.
    """
    said = pdfsig(pdf)
    stamps = pdf.count(b"/ETSI.RFC3161")
    assert said.count("Signature is Valid.") == signatures, said
    unjudged = said.count("Signature has not yet been verified.")
    assert unjudged <= stamps, said
    assert len(said) - unjudged == signatures, said
    assert qpdf_complaints(pdf) == ""


def openssl(pdf: bytes, signers: bytes, stamps: bytes) -> dict[str, str]:
    """What `openssl cms` and `openssl ts` have against each signature and time-stamp, by field.

    Empty where they verify: the CMS over the bytes that it covers under `signers`, at the instant
    of its time-stamp, and every time-stamp under `stamps` (PEM). OpenSSL knows no PDF: which bytes
    are covered is taken from the file.
    """
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = [(str(f.T), f.V) for f in cast("Any", opened.Root.AcroForm.Fields) if "/V" in f]
        return {
            name: _openssl(value, pdf, signers, stamps)
            for name, value in found
            if "/ByteRange" in value
        }


def _openssl(value: pikepdf.Object, pdf: bytes, signers: bytes, stamps: bytes) -> str:
    a, b, c, d = (int(n) for n in value.ByteRange)
    covered, contents = pdf[a : a + b] + pdf[c : c + d], bytes(value.Contents)
    message = asn1_cms.ContentInfo.load(contents)
    if str(value.SubFilter) == "/ETSI.RFC3161":
        return _openssl_ts(message, hashlib.sha256(covered).hexdigest(), stamps)
    (signer,) = message["content"]["signer_infos"]
    tokens = [
        token
        for attribute in signer["unsigned_attrs"]
        if attribute["type"].native == "signature_time_stamp_token"
        for token in attribute["values"]
    ]
    digest = hashlib.sha256(signer["signature"].native).hexdigest()
    complaints = [_openssl_ts(token, digest, stamps) for token in tokens]
    at = _instant(tokens[0]) if tokens else None
    return "".join([*complaints, _openssl_cms(message.dump(), covered, signers, at)])


def _instant(token: asn1_cms.ContentInfo) -> int:
    stamped = token["content"]["encap_content_info"]["content"].parsed
    return int(stamped["gen_time"].native.timestamp())


def _openssl_ts(token: asn1_cms.ContentInfo, digest: str, roots: bytes) -> str:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "token").write_bytes(token.dump())
        (folder / "roots.pem").write_bytes(roots)
        command = [tool("openssl"), "ts", "-verify", "-token_in", "-in", "token"]
        limits = ["-digest", digest, "-CAfile", "roots.pem", "-attime", str(_instant(token))]
        done = subprocess.run(
            [*command, *limits], cwd=folder, capture_output=True, text=True, check=False
        )
    return "" if "Verification: OK" in done.stdout else done.stderr or "not verified"


def _openssl_cms(message: bytes, covered: bytes, roots: bytes, at: int | None) -> str:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "cms").write_bytes(message)
        (folder / "covered").write_bytes(covered)
        (folder / "roots.pem").write_bytes(roots)
        command = [tool("openssl"), "cms", "-verify", "-binary", "-inform", "DER", "-in", "cms"]
        limits = ["-content", "covered", "-CAfile", "roots.pem", "-purpose", "any", "-cades"]
        when = [] if at is None else ["-attime", str(at)]
        done = subprocess.run(
            [*command, *limits, *when, "-out", "out"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    return "" if "CAdES Verification successful" in done.stderr else done.stderr or "not verified"
