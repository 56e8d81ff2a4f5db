"""`make bench`: every benchmark's figures next to their budgets. `ARGS=--short` for a quick look.

A benchmark is a module of this folder with `measure(*, short)`.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"


def main(arguments: list[str]) -> int:
    """Measure and print; 1 if a figure is over its budget: any with `--strict`."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer rounds")
    parser.add_argument("--strict", action="store_true", help="fail over a budget")
    parser.add_argument("only", nargs="*", help="names of benchmarks")
    chosen = parser.parse_args(arguments)
    sys.path.append(str(FUNCTIONS))  # as in pytest's settings; on Lambda it is the root
    over = failed = 0
    for path in sorted(Path(__file__).parent.glob("*.py")):
        module = importlib.import_module(f"tests.benchmarks.{path.stem}")
        if not hasattr(module, "measure") or (chosen.only and path.stem not in chosen.only):
            continue
        for result in module.measure(short=chosen.short):
            print(result.line(), flush=True)
            over += result.over
            failed += result.over and result.fails
    print(f"{over} over budget")
    return 1 if failed or (over and chosen.strict) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
