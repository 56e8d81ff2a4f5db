"""Signing side by side with pyHanko, @libpdf/core, Go's and mutool, on the same documents.

    python -m tests.benchmarks.versus [--install] [--rounds N]

Wall-clock medians in milliseconds, from a file to a signed file, rounds interleaved: every signer
once, then every signer again. They do not do the same work. Ours makes PAdES-B-LT in place:
certificate, OCSP, time-stamp and security store in this process, and a check of what it wrote. The
others make less: pyHanko, @libpdf/core and the Go libraries (`versus/go`) level B with the same
kind of P-256 key, warm; mutool a plain `adbe.pkcs7.detached` with an RSA-2048 key (1.21 fails with
P-256 keys) into a field made beforehand, as a whole process.
The limit is reading, SHA-256 and one ECDSA signature. pdfsig has to call a signer's
warm-up output valid, or it is not timed.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import importlib.metadata
import json
import platform
import shutil
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    pkcs12,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from paraphe.domain.trust.identities import SignerIdentity
from tests.benchmarks.signing import DOCUMENTS, make
from tests.support.judges import pdfsig
from tests.support.trust import FIELDS, TrustWorld

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.adapters.trust.pades.cms.credential import Credential

    Signer = Callable[[Path, Path], float]

PACKAGE, PINNED = "@libpdf/core", "0.4.1"
PASSWORD = "bench"
ROUNDS = 7
GO = Path(__file__).parent / "versus" / "go"
BUILT = Path(__file__).resolve().parents[2] / ".cache" / "versus"


def ours(world: TrustWorld) -> Signer:
    """B-LT in a prepared copy, with a fresh one-time certificate."""
    trust = world.trust()

    def act(source: Path, target: Path) -> float:
        shutil.copy(source, target)
        with target.open("rb+") as file:
            return _timed(lambda: world.sign(file, "A-signature", trust=trust))

    return act


def pyhanko(p12: Path) -> Signer:
    """Level B, in place."""
    load: Callable[..., signers.SimpleSigner | None] = signers.SimpleSigner.load_pkcs12
    signer = load(str(p12), passphrase=PASSWORD.encode())
    if signer is None:
        raise RuntimeError("pyHanko does not read the PKCS#12 file")
    meta = signers.PdfSignatureMetadata(
        field_name="A-signature",
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
    )

    def act(source: Path, target: Path) -> float:
        shutil.copy(source, target)
        with target.open("rb+") as file:
            return _timed(
                lambda: signers.sign_pdf(
                    IncrementalPdfFileWriter(file), meta, signer, in_place=True
                )
            )

    return act


def libpdf(entry: Path, p12: Path, stack: ExitStack) -> Signer:
    """Level B, in one warm node process that times itself."""
    script = Path(__file__).with_suffix(".mjs")
    command = ["node", "--expose-gc", str(script), str(entry), str(p12), PASSWORD]
    return piped(command, stack)


def piped(command: list[str], stack: ExitStack) -> Signer:
    """One warm process that times itself: a JSON request per line in, an answer per line out."""
    process = stack.enter_context(
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    )
    requests, answers = process.stdin, process.stdout
    if requests is None or answers is None:
        raise RuntimeError("the process has no pipes")

    def act(source: Path, target: Path) -> float:
        print(json.dumps({"source": str(source), "target": str(target)}), file=requests, flush=True)
        answer = json.loads(answers.readline() or '{"error": "the process has ended"}')
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return float(answer["ms"])

    return act


def golang(folder: Path, one: Credential, stack: ExitStack) -> dict[str, Signer]:
    """Level B with digitorus/pdfsign and folio, each in one warm process."""
    if not shutil.which("go"):
        print("Go's pdfsign and folio: left out; go is missing (Debian: golang-go, 1.26 or newer)")
        return {}
    BUILT.mkdir(parents=True, exist_ok=True)
    built = BUILT / "go-signers"
    command = ["go", "build", "-mod=readonly", "-o", str(built), "."]
    ran = subprocess.run(command, cwd=GO, check=False, capture_output=True, text=True)
    if ran.returncode:
        print(f"Go's pdfsign and folio: left out; they do not build: {ran.stderr.strip()[:300]}")
        return {}
    key, chain = folder / "key.pem", folder / "chain.pem"
    key.write_bytes(
        one.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    certificates = (one.certificate, *one.chain)
    chain.write_bytes(b"".join(c.public_bytes(Encoding.PEM) for c in certificates))
    return {
        f"{name} B": piped([str(built), name, str(key), str(chain)], stack)
        for name in ("pdfsign", "folio")
    }


def mutool(folder: Path) -> Signer:
    """A whole process, with an RSA key."""
    key, cert, p12 = folder / "rsa.key", folder / "rsa.crt", folder / "rsa.p12"
    request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Bench"]
    _run("openssl", *request, "-keyout", str(key), "-out", str(cert))
    export = ["pkcs12", "-export", "-inkey", str(key), "-in", str(cert), "-out", str(p12)]
    _run("openssl", *export, "-passout", f"pass:{PASSWORD}")

    def act(source: Path, target: Path) -> float:
        number = _field(source)
        options = ["-s", str(p12), "-P", PASSWORD, "-o", str(target), str(source), number]
        return _timed(lambda: _run("mutool", "sign", *options))

    return act


def limit(source: Path, _: Path) -> float:
    """Read, hash, one signature."""
    key = ec.generate_private_key(ec.SECP256R1())
    return _timed(
        lambda: key.sign(hashlib.sha256(source.read_bytes()).digest(), ec.ECDSA(hashes.SHA256()))
    )


def _field(source: Path) -> str:
    """Object number of the field, the first one that `mutool show form` lists."""
    shown = _run("mutool", "show", str(source), "form")
    return next(line.split()[1] for line in shown.splitlines() if line.startswith("field "))


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _timed(action: Callable[[], object]) -> float:
    gc.collect()
    begun = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - begun)


def _libpdf_entry(folder: Path, *, install: bool) -> Path | None:
    """Where the package's module is; None, with what to do, when it is not there."""
    wanted = f"{PACKAGE}@{PINNED}"
    if not (shutil.which("node") and shutil.which("npm")):
        print(f"{PACKAGE}: node or npm is missing: apt-get install nodejs npm, then --install")
        return None
    if not install:
        print(
            f"{PACKAGE}: left out; `python -m tests.benchmarks.versus --install` installs {wanted}"
        )
        print("    into a temporary folder, by npm, and measures it")
        return None
    _run("npm", "install", "--silent", "--ignore-scripts", "--prefix", str(folder), wanted)
    return folder / "node_modules" / PACKAGE / "dist" / "index.mjs"


def _signers(
    folder: Path, world: TrustWorld, stack: ExitStack, *, install: bool
) -> dict[str, Signer]:
    one = world.authority.issue_one_time(SignerIdentity("Bench", "c", "b@example.org"), world.now)
    secret = BestAvailableEncryption(PASSWORD.encode())
    p12 = folder / "p256.p12"
    p12.write_bytes(
        pkcs12.serialize_key_and_certificates(b"b", one.key, one.certificate, one.chain, secret)
    )
    found = {"Paraphe B-LT": ours(world), "pyHanko B": pyhanko(p12)}
    entry = _libpdf_entry(folder, install=install)
    if entry:
        found["libpdf B"] = libpdf(entry, p12, stack)
    found |= golang(folder, one, stack)
    if shutil.which("mutool"):
        found["mutool process"] = mutool(folder)
    else:
        print("mutool: missing: apt-get install mupdf-tools")
    return {**found, "limit": limit}


def _warm(chosen: dict[str, Signer], source: Path, target: Path) -> dict[str, Signer]:
    """Run everyone once; leave out, and name, whoever pdfsig does not call valid."""
    good = {}
    for name, act in chosen.items():
        target.unlink(missing_ok=True)
        try:
            act(source, target)
        except (RuntimeError, subprocess.CalledProcessError) as error:
            print(f"    {name}: fails: {error}")
            continue
        if act is limit or "Signature is Valid." in pdfsig(target.read_bytes()):
            good[name] = act
        else:
            print(f"    {name}: pdfsig does not call its output valid; not timed")
    return good


def _versions() -> str:
    parts = [
        f"Python {platform.python_version()}",
        f"pyHanko {importlib.metadata.version('pyhanko')}",
    ]
    parts.append(f"cryptography {importlib.metadata.version('cryptography')}")
    if shutil.which("node"):
        parts.append(f"node {_run('node', '--version').strip()}, {PACKAGE} {PINNED}")
    if shutil.which("mutool"):
        done = subprocess.run(["mutool", "-v"], check=False, capture_output=True, text=True)
        parts.append((done.stdout + done.stderr).strip())
    return ", ".join(parts)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--install", action="store_true", help=f"install {PACKAGE} for this run")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    print(_versions())
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder, world = Path(name), TrustWorld()
        chosen = _signers(folder, world, stack, install=options.install)
        source, target = folder / "source.pdf", folder / "target.pdf"
        for title, megabytes, objects, _ in DOCUMENTS:
            make(source, megabytes, objects)
            with source.open("rb+") as file:
                world.prepare(file, FIELDS[:1])
            print(title)
            _table(_warm(chosen, source, target), source, target, options.rounds)
    return 0


def _table(chosen: dict[str, Signer], source: Path, target: Path, rounds: int) -> None:
    times: dict[str, list[float]] = {name: [] for name in chosen}
    for _ in range(rounds):
        for name, act in chosen.items():
            times[name].append(act(source, target))
    base = statistics.median(times["Paraphe B-LT"]) if "Paraphe B-LT" in times else None
    for name, taken in times.items():
        middle = statistics.median(taken)
        ratio = f"{middle / base:8.2f} x ours" if base else ""
        print(f"    {name:16}{middle:10.1f} ms{ratio}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
