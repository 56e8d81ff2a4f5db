"""The engine under fuzz: `python -m tests.fuzz.pades [--seed N] [--minutes M] [--keep DIRECTORY]`.

1 when something was wrong with a file; `--keep` keeps those.
"""

from __future__ import annotations

import argparse
import collections
import logging
import sys
import time
from pathlib import Path

from tests.fuzz.pades.rounds import rounds


def main() -> int:
    """Break files until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    logging.disable()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + 60 * options.minutes
    counts: collections.Counter[str] = collections.Counter()
    wrong = 0
    for target, tried in rounds(options.seed):
        counts[target] += 1
        if tried.complaints:
            wrong += 1
            print(target, tried.name, *tried.complaints, sep="\n    ", flush=True)
            if options.keep:
                (options.keep / f"{target.replace(' ', '-')}-{counts[target]}").write_bytes(
                    tried.data
                )
        if time.monotonic() > until:
            break
    print(", ".join(f"{target} {count}" for target, count in counts.items()))
    print(f"{counts.total()} files, {wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
