"""What the door `evidence` costs: its cold start, then one account after the other.

One request of two signers and a seal, one document; services in this process instead of AWS, so
that what is measured is ours: reading the signed file, judging its signatures with pyHanko, making
the account and sealing it, writing and sealing the pages and the attestations. Each cold figure is
a process of its own; processor time, as for imports.

`python -m tests.benchmarks.evidence FOLDER` is that process.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.result import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
ROUNDS, SHORT_ROUNDS = 7, 3
WARM = 5
# Before it was looked into (November 2026), measured in turn with it: 1,340 and 650 ms.
COLD_BUDGET, WARM_BUDGET = 850.0, 200.0


def measure(*, short: bool) -> Iterator[Result]:
    """Make the accounts of one request in processes of their own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        found = [_run(folder) for _ in range(1 + (SHORT_ROUNDS if short else ROUNDS))][1:]
    for key, budget in (("import", None), ("cold", COLD_BUDGET), ("warm", WARM_BUDGET)):
        value = statistics.median(one[key] for one in found)
        yield Result(f"evidence, {key}, processor", value, "ms", budget)


def prepare(folder: Path) -> None:
    """Sign what the account tells of, and keep all that makes one."""
    from dataclasses import replace  # noqa: PLC0415 - none of this belongs to what is measured

    from cryptography.hazmat.primitives import serialization as form  # noqa: PLC0415

    from infra.local.journey import sample_pdf  # noqa: PLC0415
    from paraphe.domain.requests.recipient import Role  # noqa: PLC0415
    from tests.support.requested import party, sign_in_turn  # noqa: PLC0415
    from tests.support.trust import TrustWorld  # noqa: PLC0415
    from tests.support.world import World  # noqa: PLC0415

    services, world = TrustWorld(), World()
    pdf = folder / "document.pdf"
    pdf.write_bytes(sample_pdf(["Lettre de mission", "Honoraires : 1000 EUR"]))
    signed = sign_in_turn(services, [party(1), party(2), party(3, Role.SEAL, 2)], pdf)
    ref = world.launched(people=(1, 2))
    world.sign_all(ref)
    request = world.load(ref)
    ids = [person.id for person in request.recipients]
    (document,) = signed.documents
    revisions = tuple(
        replace(revision, recipient_id=owner, key="document.pdf")
        for revision, owner in zip(document.revisions, [*ids, "rcp_3"], strict=True)
    )
    documents = (replace(document, revisions=revisions, sha256="0" * 64, key="document.pdf"),)
    request = replace(
        request, documents=documents, evidence_key=None, evidence_sha256=None, closed=False
    )
    pem = (form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    kept = {
        "request": request,
        "events": world.requests.events(ref),
        "now": services.now,
        "keys": {name: key.private_bytes(*pem) for name, key in services.keys._keys.items()},
        "chain": [c.public_bytes(form.Encoding.DER) for c in services.authority.chain.certificates],
        "crls": services.authority.chain.crls,
        "seal": services.seal_certificate.public_bytes(form.Encoding.DER),
        "tsa": [
            c.public_bytes(form.Encoding.DER) for c in (services.tsa.root, services.tsa.certificate)
        ],
        "tsa_keys": [k.private_bytes(*pem) for k in (services.tsa.root_key, services.tsa.key)],
    }
    (folder / "kept").write_bytes(pickle.dumps(kept))


def _run(folder: Path) -> dict[str, float]:
    path = os.pathsep.join(str(ROOT / part) for part in ("functions", "layers/core/src", "."))
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.evidence", str(folder)],
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": path},
        capture_output=True,
        check=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


class _Kept:
    """Files and store of one run: nothing is kept."""

    def __init__(self, folder: Path, kept: dict[str, Any]) -> None:
        self.folder, self.kept = folder, kept

    def load(self, _: object) -> Any:  # noqa: ANN401 - a stand-in for ports
        return self.kept["request"]

    load_whole = load

    def events(self, _: object) -> Any:  # noqa: ANN401 - likewise
        return self.kept["events"]

    def commit(self, _: object, decision: Any) -> Any:  # noqa: ANN401 - likewise
        return decision.request

    def fetch(self, key: str, target: Path, _: str) -> None:
        shutil.copy(self.folder / key, target)

    def store(self, _: object, folder: str, name: str, content: bytes, _years: int) -> str:
        (self.folder / name).write_bytes(content)
        return f"{folder}/{name}"

    def store_file(self, _: object, folder: str, name: str, source: Path, _years: int) -> str:
        shutil.copy(source, self.folder / name)
        return f"{folder}/{name}"


@contextmanager
def _workspace() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def _maker(kept: dict[str, Any]) -> Any:  # noqa: ANN401 - imported here, because that is measured
    from cryptography import x509  # noqa: PLC0415 - as the door imports it
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    from paraphe.adapters.evidence.maker import SealingEvidenceMaker  # noqa: PLC0415
    from paraphe.adapters.trust.authority import profiles, tsa  # noqa: PLC0415
    from paraphe.adapters.trust.authority.built_in import BuiltInAuthority  # noqa: PLC0415
    from paraphe.adapters.trust.authority.chain import CaChain  # noqa: PLC0415
    from paraphe.adapters.trust.pades.cms import tsp  # noqa: PLC0415
    from paraphe.adapters.trust.pades.cms.keys import InMemoryKeys  # noqa: PLC0415
    from paraphe.adapters.trust.pades.cms.revocation import Proof  # noqa: PLC0415
    from paraphe.adapters.trust.pades.writer.trust import Trust  # noqa: PLC0415
    from paraphe.domain.evidence.account import About  # noqa: PLC0415

    keys: Any = InMemoryKeys()
    for name, pem in kept["keys"].items():
        keys.put(name, load_pem_private_key(pem, None))
    issuing, root = (x509.load_der_x509_certificate(c) for c in kept["chain"])
    chain = CaChain(root, issuing, kept["crls"])
    authority = BuiltInAuthority(chain, keys, "issuing", profiles.Publication("http://pki.test"))
    stamp_root, stamps = (x509.load_der_x509_certificate(c) for c in kept["tsa"])
    root_key, key = (load_pem_private_key(pem, None) for pem in kept["tsa_keys"])
    service: Any = tsa.TimestampAuthority(stamp_root, root_key, stamps, key)  # type: ignore[arg-type]

    class Stamps:
        def stamp(self, digest: bytes) -> Any:  # noqa: ANN401 - a token
            answer = service.respond(tsp.build_request(digest, 1), kept["now"])
            token = tsp.token_from_response(answer)
            return tsp.verify_token(token, digest, (stamp_root,), nonce=1)

    class Lists:
        def __init__(self) -> None:
            self.proof = Proof(crls=(service.crl(kept["now"]),))

        def proof_for(self, *_: object) -> Proof:
            return self.proof

    seal = x509.load_der_x509_certificate(kept["seal"])
    trust = Trust(Stamps(), Lists())
    about = About({"name": "paraphe", "version": "0.1.0", "validator": "pyHanko"}, "2.25.1")
    return SealingEvidenceMaker(authority, trust, seal, "seal", about)


def main(folder: Path) -> None:
    """Import the door, make the account, then make it again."""
    started = time.process_time()
    import evidence.handler  # noqa: PLC0415, F401 - that is what is measured

    imported = time.process_time()
    from paraphe.ports.requests import RequestRef  # noqa: PLC0415 - the door has it
    from paraphe.usecases.evidence.store_evidence import StoreEvidence  # noqa: PLC0415 - likewise

    kept = pickle.loads((folder / "kept").read_bytes())  # noqa: S301 - written by `prepare`
    store: Any = _Kept(folder, kept)
    ref = RequestRef(kept["request"].firm_id, kept["request"].id)
    maker = _maker(kept)

    def make() -> None:
        StoreEvidence(store, store, maker, store, _workspace)(ref, kept["now"])

    make()
    cold = time.process_time()
    warm = []
    for _ in range(WARM):
        begun = time.process_time()
        make()
        warm.append(time.process_time() - begun)
    found = {
        "import": imported - started,
        "cold": cold - started,
        "warm": statistics.median(warm),
    }
    json.dump({name: 1000 * value for name, value in found.items()}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
