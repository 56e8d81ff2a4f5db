"""Which data no look-up by address finds, and how long it stays (docs/RETENTION.md)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A kind of data that is told of, not searched."""

    kind: str
    kept_for: str
    why: str


ELSEWHERE = (
    Elsewhere(
        "evidence",
        "5 to 10 years",
        "Evidence files of requests that were forgotten name their parties, for legal claims "
        "(Art. 17(3)(e)). Find the request by its id or title and read `GET …/evidence`.",
    ),
    Elsewhere(
        "files",
        "1 day",
        "Files of contact imports, exports and bulk launches are erased as a whole.",
    ),
    Elsewhere(
        "session",
        "12 hours",
        "Sessions and persons of the portal are not the firm's: the operator answers for them.",
    ),
    Elsewhere("backup", "35 days", "Point-in-time recovery holds what was erased until then."),
)
