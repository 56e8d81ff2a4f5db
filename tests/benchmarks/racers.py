"""Who takes part in `versus`: each signs from a file to a file and says how long that took.

Whoever's toolchain is missing is left out, with a line that says so.
"""

from __future__ import annotations

import gc
import hashlib
import json
import resource
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from paraphe.adapters.trust.pades.writer.signing import Act
from paraphe.domain.trust.identities import SignerIdentity
from tests.benchmarks import jars, level_b

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack

    from paraphe.adapters.trust.pades.cms.credential import Credential
    from tests.support.trust import TrustWorld

PACKAGE, PINNED = "@libpdf/core", "0.4.1"
PASSWORD = "bench"
HERE = Path(__file__).parent / "versus"
BUILT = Path(__file__).resolve().parents[2] / ".cache" / "versus"
# Which of Java's signers, at which level.
JAVA = {
    "PDFBox B": ("pdfbox", "B"),
    "iText B": ("itext", "B"),
    "EU DSS B": ("dss", "B"),
    "iText B-LT": ("itext", "B-LT"),
    "EU DSS B-LT": ("dss", "B-LT"),
}


@dataclass(frozen=True, slots=True)
class Time:
    """Milliseconds of one signature: on the wall, and of the processor."""

    wall: float
    cpu: float


if TYPE_CHECKING:
    Signer = Callable[[Path, Path], Time]


def everyone(
    folder: Path, world: TrustWorld, stack: ExitStack, *, install: bool
) -> dict[str, Signer]:
    """Ours at both levels, then whoever can be had here, then the limit."""
    person = SignerIdentity("Bench", "c", "b@example.org")
    one = world.authority.issue_one_time(person, world.now)
    p12 = _material(folder, world, one)
    found = {
        "Paraphe B": ours_b(world, one),
        "Paraphe B-LT": ours(world),
        "pyHanko B": pyhanko(p12),
    }
    entry = _libpdf_entry(folder, install=install)
    if entry:
        script = HERE.with_suffix(".mjs")
        command = ["node", "--expose-gc", str(script), str(entry), str(p12), PASSWORD]
        found["libpdf B"] = piped(command, stack)
    found |= golang(folder, stack)
    found |= rust(p12, stack)
    found |= java(folder, stack)
    if shutil.which("mutool"):
        found["mutool process"] = mutool(folder)
    else:
        print("mutool: left out; it is missing (Debian: mupdf-tools)")
    return {**found, "limit": limit}


def ours(world: TrustWorld) -> Signer:
    """B-LT in a prepared copy, with a fresh one-time certificate."""
    trust = world.trust()

    def act(source: Path, target: Path) -> Time:
        shutil.copy(source, target)
        with target.open("rb+") as file:
            return timed(lambda: world.sign(file, "A-signature", trust=trust))

    return act


def ours_b(world: TrustWorld, one: Credential) -> Signer:
    """Level B in a prepared copy, with one certificate for all, as the others have it."""
    deed = Act("A-signature", "Bench", one, world.now)

    def act(source: Path, target: Path) -> Time:
        shutil.copy(source, target)
        with target.open("rb+") as file:
            return timed(lambda: level_b.sign(file, deed))

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

    def act(source: Path, target: Path) -> Time:
        shutil.copy(source, target)
        with target.open("rb+") as file:
            return timed(
                lambda: signers.sign_pdf(
                    IncrementalPdfFileWriter(file), meta, signer, in_place=True
                )
            )

    return act


def piped(command: list[str], stack: ExitStack, write: Callable[..., str] | None = None) -> Signer:
    """One warm process that times itself: a request per line in (JSON), a JSON answer per line."""
    process = stack.enter_context(
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    )
    requests, answers = process.stdin, process.stdout
    if requests is None or answers is None:
        raise RuntimeError("the process has no pipes")

    def act(source: Path, target: Path) -> Time:
        asked = (write or _as_json)(source, target)
        print(asked, file=requests, flush=True)
        answer = json.loads(answers.readline() or '{"error": "the process has ended"}')
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return Time(float(answer["ms"]), float(answer["cpu"]))

    return act


def golang(folder: Path, stack: ExitStack) -> dict[str, Signer]:
    """Level B with digitorus/pdfsign and folio, each in one warm process.

    pdfsign is given the document as it was before it was prepared (`versus/go/main.go` says why).
    """
    names = "Go's pdfsign and folio"
    built = BUILT / "go-signers"
    command = ["go", "build", "-mod=readonly", "-o", str(built), "."]
    if not _built(names, "golang-go, 1.26 or newer", command, HERE / "go"):
        return {}
    call = [str(folder / "key.pem"), str(folder / "chain.pem")]
    prepared = piped([str(built), "pdfsign", *call], stack)

    def unprepared(source: Path, target: Path) -> Time:
        return prepared(source.with_suffix(".plain"), target)

    return {
        "pdfsign B": unprepared,
        "folio B": piped([str(built), "folio", *call], stack),
    }


def rust(p12: Path, stack: ExitStack) -> dict[str, Signer]:
    """Level B with pdf_signer; Cargo's lock is left in the folder where it is built."""
    place = BUILT / "rust"
    shutil.copytree(HERE / "rust", place, dirs_exist_ok=True)
    command = ["cargo", "build", "--release", "--quiet"]
    if not _built("Rust's pdf_signer", "cargo, 1.85 or newer", command, place):
        return {}
    call = [str(place / "target" / "release" / "versus"), str(p12), PASSWORD]
    return {"pdf_signer B": piped(call, stack, lambda source, target: f"{source}\t{target}")}


def java(folder: Path, stack: ExitStack) -> dict[str, Signer]:
    """PDFBox, iText and EU DSS, each level in one warm process."""
    try:
        path = jars.build()
    except (FileNotFoundError, jars.UnavailableError) as error:
        print(f"Java's PDFBox, iText and EU DSS: left out; {error}")
        return {}
    command = ["java", "-Djava.awt.headless=true", "-cp", path, "org.paraphe.versus.Versus"]
    return {
        name: piped([*command, which, level, str(folder)], stack)
        for name, (which, level) in JAVA.items()
    }


def mutool(folder: Path) -> Signer:
    """A whole process, with an RSA key."""
    key, cert, p12 = folder / "rsa.key", folder / "rsa.crt", folder / "rsa.p12"
    request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Bench"]
    run("openssl", *request, "-keyout", str(key), "-out", str(cert))
    export = ["pkcs12", "-export", "-inkey", str(key), "-in", str(cert), "-out", str(p12)]
    run("openssl", *export, "-passout", f"pass:{PASSWORD}")

    def act(source: Path, target: Path) -> Time:
        number = _field(source)
        options = ["-s", str(p12), "-P", PASSWORD, "-o", str(target), str(source), number]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken = timed(lambda: run("mutool", "sign", *options))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Time(taken.wall, 1000 * used)

    return act


def limit(source: Path, _: Path) -> Time:
    """Read, hash, one signature."""
    key = ec.generate_private_key(ec.SECP256R1())
    return timed(
        lambda: key.sign(hashlib.sha256(source.read_bytes()).digest(), ec.ECDSA(hashes.SHA256()))
    )


def run(*command: str) -> str:
    """What a command says."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def timed(action: Callable[[], object]) -> Time:
    """How long something takes in this process, after its garbage has been collected."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    action()
    return Time(1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu))


def _as_json(source: Path, target: Path) -> str:
    return json.dumps({"source": str(source), "target": str(target)})


def _built(names: str, needs: str, command: list[str], folder: Path) -> bool:
    """Build something; say why it is left out when it cannot be built here."""
    if not shutil.which(command[0]):
        print(f"{names}: left out; {command[0]} is missing (Debian: {needs})")
        return False
    BUILT.mkdir(parents=True, exist_ok=True)
    ran = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    if ran.returncode:
        print(f"{names}: left out; they do not build: {ran.stderr.strip()[:300]}")
    return not ran.returncode


def _field(source: Path) -> str:
    """Object number of the field, the first one that `mutool show form` lists."""
    shown = run("mutool", "show", str(source), "form")
    return next(line.split()[1] for line in shown.splitlines() if line.startswith("field "))


def _material(folder: Path, world: TrustWorld, one: Credential) -> Path:
    """Write keys, certificates and proof for the other processes; return the PKCS#12 file.

    Its key derivation is one round: pdf_signer opens it for each signature.
    """
    for name, key in (("key.pem", one.key), ("tsa-key.pem", world.tsa.key)):
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / name).write_bytes(pem)
    for name, certificates in (
        ("chain.pem", (one.certificate, *one.chain)),
        ("tsa-chain.pem", (world.tsa.certificate, world.tsa.root)),
    ):
        pems = (certificate.public_bytes(Encoding.PEM) for certificate in certificates)
        (folder / name).write_bytes(b"".join(pems))
    (folder / "ocsp.der").write_bytes(one.ocsp[0])
    (folder / "root.crl").write_bytes(one.crls[0])
    (folder / "tsa.crl").write_bytes(world.tsa.crl(world.now))
    p12 = folder / "p256.p12"
    secret = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(1).build(PASSWORD.encode())
    p12.write_bytes(
        pkcs12.serialize_key_and_certificates(b"b", one.key, one.certificate, one.chain, secret)
    )
    return p12


def _libpdf_entry(folder: Path, *, install: bool) -> Path | None:
    """Where the package's module is; None, with what to do, when it is not there."""
    wanted = f"{PACKAGE}@{PINNED}"
    if not (shutil.which("node") and shutil.which("npm")):
        print(f"{PACKAGE}: left out; node or npm is missing: apt-get install nodejs npm")
        return None
    if not install:
        print(f"{PACKAGE}: left out; --install has npm put {wanted} into a temporary folder")
        return None
    run("npm", "install", "--silent", "--ignore-scripts", "--prefix", str(folder), wanted)
    return folder / "node_modules" / PACKAGE / "dist" / "index.mjs"
