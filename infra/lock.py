"""`make lock`: resolves `requirements/*.in` into pinned, hashed files for Python 3.11 and newer.

Files are resolved in the order in which they constrain each other. They name no package index: the
one that the installer is set up for is used.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "requirements"
FILES: dict[str, tuple[str, ...]] = {
    "uv": (),
    "local": (),
    "core": (),
    "core-nodeps": ("--no-deps",),
    "crypto": (),
    "fonts": (),
    "pages": (),
    "pdf": (),
    "identity": (),
    "people": (),
    "reference": (),
    "dev": (),
}


def main() -> None:
    """Resolve every file; with `--upgrade`, to the newest versions."""
    upgrade = sys.argv[1:]
    for name, options in FILES.items():
        subprocess.run(
            [
                *(Path(sys.executable).with_name("uv"), "pip", "compile", "--quiet"),
                *("--generate-hashes", "--universal", "--python-version", "3.11"),
                *("--no-emit-index-url", "--no-header", "--no-annotate"),
                *options,
                *upgrade,
                *(FOLDER / f"{name}.in", "-o", FOLDER / f"{name}.txt"),
            ],
            check=True,
        )
        print(f"requirements/{name}.txt")


if __name__ == "__main__":
    main()
