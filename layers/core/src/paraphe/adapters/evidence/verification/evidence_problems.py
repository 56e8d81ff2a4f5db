"""What does not hold in an evidence file, collected while it is checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paraphe.domain.trust.evidence_verdict import EvidenceProblem


@dataclass(slots=True)
class Problems:
    """The problems in the order of checking, and what an expert reads about them.

    Attributes:
        kinds: of problems; the same may be there twice.
        details: English.
        error_id: under which an error of the verification itself stands in its log; else empty.

    """

    kinds: list[EvidenceProblem] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    error_id: str = ""

    def add(self, problem: EvidenceProblem, detail: str = "") -> None:
        """Add one."""
        self.kinds.append(problem)
        if detail:
            self.details.append(detail)
