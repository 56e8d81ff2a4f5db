"""What operators of a stack do is in `infra/operate`, which a checkout has and a wheel has not.

Loaded by name, so that `paraphe` depends on nothing above it, and from the checkout alone: a
folder `infra` that happens to be on the path is somebody else's.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paraphe.command.parser import Command

NAMES = ("ceremony", "firm", "member", "revoke", "register", "heads", "refile")
_MODULE = "infra.operate.commands"
_HERE = Path(__file__).resolve()


def checkout(here: Path = _HERE) -> Path | None:
    """Return the checkout's root; None when this is an installed package."""
    for folder in here.parents:
        if folder / "layers" / "core" / "src" / "paraphe" in here.parents:
            return folder if (folder / "infra" / "operate" / "commands").is_dir() else None
    return None


def add_to(parser: Command) -> bool:
    """Add the operators' commands; returns whether there are any here."""
    root = checkout()
    if root is None:
        return False
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    for add in importlib.import_module(_MODULE).COMMANDS.values():
        add(parser)
    return True
