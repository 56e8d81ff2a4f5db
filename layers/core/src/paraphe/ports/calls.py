"""What a call carries into the transaction that acts: what it relies on."""

from __future__ import annotations

from dataclasses import dataclass

# Collections whose items lie elsewhere than `FirmItems` puts them.
MEMBERS = "MEMBERS"


@dataclass(frozen=True, slots=True)
class Reliance:
    """Something of the firm that an act relies on, as it was read.

    Attributes:
        firm_id: of the caller.
        collection: `MEMBERS`, `CLIENTS`, or a collection of `FirmItems`.
        key: its id there.
        version: the one that was read; None: that it is there at all.

    """

    firm_id: str
    collection: str
    key: str
    version: int | None = None
