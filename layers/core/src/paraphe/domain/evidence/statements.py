"""What the evidence file says of itself: how far its signatures, seals and approvals reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.domain.requests.recipient import Role
from paraphe.domain.signing import batch_seal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraphe.domain.requests.model import SignatureRequest

STATEMENT = {
    "fr": (
        "Les signatures de ce dossier ont la forme de signatures électroniques avancées, le cachet "
        "celle d'un cachet électronique avancé. Ce ne sont pas des signatures ni des cachets "
        "électroniques qualifiés au sens du règlement eIDAS. Chaque signataire a été identifié par "
        "un lien envoyé à son adresse électronique et un code envoyé à son téléphone, tous deux "
        "donnés par l'expéditeur."
    ),
    "en": (
        "The signatures of this file have the shape of advanced electronic signatures, its seal "
        "that of an advanced electronic seal. They are not qualified electronic signatures or "
        "seals under the eIDAS regulation. Each signer was identified by a link sent to their "
        "e-mail address and a code sent to their phone, both given by the sender."
    ),
}

# Of a batch that a member has sealed, in the portal or by way of the firm's software: nobody was
# sent a link.
BATCH_STATEMENT = {
    "fr": (
        "Le cachet de ce dossier a la forme d'un cachet électronique avancé. Ce n'est pas un "
        "cachet électronique qualifié au sens du règlement eIDAS. Il a été demandé par un membre "
        "habilité à sceller, sur le portail, ou pour lui, depuis le logiciel du cabinet, et "
        "confirmé par un code envoyé au téléphone enregistré pour ce membre."
    ),
    "en": (
        "The seal of this file has the shape of an advanced electronic seal. It is not a qualified "
        "electronic seal under the eIDAS regulation. It was asked for by a member who may seal, "
        "in the portal, or for them, from the firm's software, and confirmed by a code sent to the "
        "phone that is recorded for this member."
    ),
}
# Of one that ended without.
UNCONFIRMED_STATEMENT = {
    "fr": (
        "Ce dossier ne porte aucun cachet : la demande de cachet n'a pas été confirmée par le code "
        "envoyé au membre du cabinet."
    ),
    "en": (
        "This file bears no seal: the seal that was asked for was not confirmed by the code sent "
        "to the firm's member."
    ),
}
# Added when somebody was asked to approve or to read.
ANSWERS_STATEMENT = {
    "fr": (
        " Une approbation, ou la mention d'une lecture, n'est pas une signature : aucun code n'a "
        "été demandé. Elle vient d'une personne qui avait le lien envoyé à l'adresse et "
        "connaissait les quatre derniers chiffres du numéro de mobile, tous deux donnés par "
        "l'expéditeur."
    ),
    "en": (
        " An approval, or the word that somebody has read, is not a signature: no code was asked "
        "for. It comes from a person who held the link sent to the address and knew the last four "
        "digits of the mobile number, both given by the sender."
    ),
}
_WITHOUT_CODE = frozenset({Role.APPROVER, Role.VIEWER})


# Before everything else, of what is only a test.
TEST_STATEMENT = {
    "fr": (
        "TEST, SANS VALEUR. Cette collecte a été créée en mode test : aucun code n'a été envoyé, "
        "personne n'a été identifié, rien de ce dossier n'engage qui que ce soit. "
    ),
    "en": (
        "TEST, WITHOUT VALUE. This request was made in test mode: no code was sent, nobody was "
        "identified, nothing in this file binds anybody. "
    ),
}


def statement(request: SignatureRequest) -> Mapping[str, str]:
    """Return the statement about a request's evidence, by language."""
    said = _statement(request)
    if not request.is_test:
        return said
    return {language: TEST_STATEMENT[language] + said[language] for language in said}


def _statement(request: SignatureRequest) -> Mapping[str, str]:
    seal = batch_seal.batch_seal(request)
    if seal is not None:
        return UNCONFIRMED_STATEMENT if seal.accepted_at is None else BATCH_STATEMENT
    if any(r.role in _WITHOUT_CODE for r in request.recipients):
        return {
            language: STATEMENT[language] + ANSWERS_STATEMENT[language] for language in STATEMENT
        }
    return STATEMENT
