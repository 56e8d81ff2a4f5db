"""Kinds that only trails of earlier versions have; no rule writes them any more."""

from dataclasses import dataclass

from paraphe.domain.evidence.events.happening import Happening
from paraphe.domain.evidence.events.signing import NO_PAGE, ConsentPage


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsViewed(Happening):
    """What `LinkOpened` tells, in a word that said too much."""

    kind = "documents_viewed"
    page: ConsentPage = NO_PAGE
