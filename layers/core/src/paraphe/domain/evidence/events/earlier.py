"""Kinds that only trails of earlier versions have; no rule writes them any more."""

from paraphe.domain.evidence.events.happening import Happening
from paraphe.domain.evidence.events.signing import NO_PAGE, ConsentPage


class DocumentsViewed(Happening):
    """What `LinkOpened` tells, in a word that said too much."""

    kind = "documents_viewed"
    consent_version: str | None = None
    page: ConsentPage = NO_PAGE
