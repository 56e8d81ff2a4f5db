"""The engine's README holds: its example is run as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from infra.local.journey import sample_pdf
from paraphe.adapters.trust.pades import writer
from paraphe.domain.trust.identities import SignerIdentity
from paraphe.domain.trust.verdict import Kind, Level, State
from tests.support import signed

README = Path(writer.__file__).parents[1] / "README.md"


def example() -> str:
    """The first block of Python."""
    match = re.search(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert match is not None
    return match[1]


def surroundings() -> dict[str, Any]:
    """What the example takes for granted: a key with its certificate, and services in memory."""
    place = signed.house()
    credential = place.authority.issue_one_time(SignerIdentity("Zoé Müller", "1"), place.clock.now)
    return {
        "pdf": sample_pdf(["Lettre de mission"]),
        "now": place.clock.now,
        "authority": place.authority.chain,
        "certificate": credential.certificate,
        "chain": credential.chain,
        "key": credential.key,
        "answer": credential.ocsp[0],
        "lists": credential.crls,
        "timestamps": place.trust.timestamps,
        "revocations": place.trust.revocations,
        "root_pem": place.authority.chain.root.public_bytes(Encoding.PEM),
        "tsa_root_pem": place.stamps.root_pem(),
    }


def test_the_example_has_ten_lines() -> None:
    """Imports apart."""
    lines = [line for line in example().splitlines() if line.strip()]
    assert len([line for line in lines if not line.startswith(("import ", "from "))]) <= 10


def test_the_example_signs_and_validates() -> None:
    """Prepared, signed, stamped, valid; a byte more is not."""
    names = surroundings()
    exec(compile(example(), str(README), "exec"), names)  # noqa: S102 - the README's own text
    verdict = names["verdict"]
    assert verdict.state is State.VALID
    kinds = [(one.kind, one.level) for one in verdict.signatures if one.kind is Kind.SIGNATURE]
    assert kinds == [(Kind.SIGNATURE, Level.B_LTA)]
    assert names["record"].field == "client"
    made = names["file"].getvalue()
    changed = made.replace(b"Lettre de mission", b"Lettre de passion", 1)
    assert changed != made
    told = names["verify"](changed, names["load_roots"]([names["root_pem"]]), names["now"])
    assert told.state is State.INVALID
