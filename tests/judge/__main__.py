"""What EU DSS says of forgeries and odd files, to be read: it decides nothing.

python -m tests.judge             # every attack on a sealed file
python -m tests.judge --uploads   # every odd upload that inspection accepts, signed and sealed
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding

from tests.judge import eu_dss
from tests.judge.conftest import Judge
from tests.judge.kinds import Maker, Signed
from tests.support import strange_pdfs
from tests.support.signed import BEGIN
from tests.support.trust import TrustWorld
from tests.support.victims import house, victim
from tests.unit.trust.attacks.test_attacks import ATTACKS

if TYPE_CHECKING:
    from collections.abc import Iterator


def forgeries() -> Iterator[Signed]:
    """A sealed file, sound, then after each attack of the tests."""
    data = victim(sealed=True)
    root, stamps = (one.public_bytes(Encoding.PEM) for one in house().roots)
    sound = Signed("sound", data, root, stamps, (), world=TrustWorld())
    yield sound
    for attack in ATTACKS:
        yield replace(sound, name=attack.__name__, pdf=attack(data))


def uploads(maker: Maker) -> Iterator[Signed]:
    """Every specimen that inspection accepts, but for one.

    DSS compares arrays inside arrays twice at each level: 50 levels take it for ever.
    """
    for name, pdf in strange_pdfs.specimens().items():
        if name == "catalog-deep-array":
            continue
        try:
            yield maker.sealed(name, maker.accepted(pdf))
        except AssertionError:  # refused
            continue


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.judge", description=__doc__)
    parser.add_argument("--uploads", action="store_true")
    given = parser.parse_args()
    eu_dss.build()
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = list(uploads(Maker(folder)) if given.uploads else forgeries())
        at = (datetime.now(UTC) if given.uploads else BEGIN) + timedelta(hours=1)
        answers = Judge(folder).ask([(one, one.pdf, at) for one in files])
    for one, answer in zip(files, answers, strict=True):
        print(one.name, answer.error or "")
        for found in answer.signatures:
            said = "; ".join((*found.errors, *found.warnings)) or "nothing more"
            print(f"  {found.kind} {found.verdict}: {said}")


if __name__ == "__main__":
    main()
