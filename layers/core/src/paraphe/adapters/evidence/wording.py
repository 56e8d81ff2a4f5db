"""The pages of an evidence file or an attestation, in French and English side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraphe.adapters.evidence.paper import Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE = "Dossier de preuve / Evidence file"
ATTESTATION = "Attestation de signature / Attestation of signature"
_STATES = {
    "completed": "signée par tous / signed by everybody",
    "declined": "refusée / declined",
    "expired": "expirée / expired",
    "canceled": "annulée / canceled",
}
_ROLES = {
    "signer": "signataire / signer",
    "seal": "cachet du cabinet / firm's seal",
    "cc": "copie / copy",
}
_KEPT = (
    "Le compte rendu complet, lisible par une machine et scellé, est joint à ce PDF "
    "(evidence.json). / The complete account, machine-readable and sealed, is attached to this PDF "
    "(evidence.json)."
)
_TIMES = "Les instants sont en temps universel (UTC). / Instants are in universal time (UTC)."


def title_of(told: Mapping[str, Any]) -> str:
    """Give the title: a whole account has its events, one person's part has not."""
    return FILE if "events" in told else ATTESTATION


def paragraphs(told: Mapping[str, Any]) -> list[Paragraph]:
    """Tell an account, or one person's part of it."""
    return [*_head(told), *_documents(told), *_people(told), *_events(told)]


def _heading(text: str) -> Paragraph:
    return Paragraph(text, 12, 14)


def _head(told: Mapping[str, Any]) -> Iterator[Paragraph]:
    request = told["request"]
    yield Paragraph(title_of(told), 17, 0)
    yield Paragraph(f"{told['firm']['name']} ({told['firm']['id']})", 10, 6)
    yield Paragraph(f"Demande / Request: {request['title']} ({request['id']})", 10)
    state = _STATES.get(request["state"], request["state"])
    yield Paragraph(f"État / State: {state}")
    if "sender" in request:
        sender = request["sender"]
        yield Paragraph(f"Expéditeur / Sender: {sender['name']}, {sender['email']}")
    yield Paragraph(f"Lancée / Launched: {_or_dash(request['launched_at'])}")
    yield Paragraph(f"Terminée / Ended: {_or_dash(request['ended_at'])}")
    yield Paragraph(f"Établi / Made: {told['made_at']}")
    yield Paragraph(told["statement"]["fr"], 9, 8)
    yield Paragraph(told["statement"]["en"], 9, 4)
    yield Paragraph(_TIMES, 8, 6)
    if "events" in told:
        yield Paragraph(_KEPT, 8)


def _documents(told: Mapping[str, Any]) -> Iterator[Paragraph]:
    yield _heading("Documents / Documents")
    for document in told["documents"]:
        yield Paragraph(f"{document['name']} ({document['id']})", 10, 8)
        yield Paragraph(f"Pages / Pages: {document['pages']}")
        yield Paragraph(f"SHA-256 (déposé / as uploaded): {_or_dash(document['original_sha256'])}")
        yield Paragraph(f"SHA-256 (à signer / to be signed): {_or_dash(document['sha256'])}")
        for revision in document["revisions"]:
            yield from _revision(revision)


def _revision(revision: Mapping[str, Any]) -> Iterator[Paragraph]:
    yield Paragraph(f"{revision['signed_at']}: {revision['level']}, {revision['recipient']}", 9, 5)
    yield Paragraph(f"SHA-256: {revision['sha256']}", 8, 0)
    yield Paragraph(
        f"Certificat / Certificate: {_or_dash(revision['certificate_serial'])}; "
        f"horodatage / time-stamp: {_or_dash(revision['timestamp_at'])}",
        8,
        0,
    )


def _people(told: Mapping[str, Any]) -> Iterator[Paragraph]:
    yield _heading("Participants / Participants")
    for person in told["recipients"]:
        role = _ROLES.get(person["role"], person["role"])
        yield Paragraph(f"{person['identity']['name']} ({person['id']})", 10, 8)
        yield Paragraph(f"Rôle / Role: {role}; état / state: {person['state']}")
        if person["email"]:
            reach = ", ".join(filter(None, (person["email"], person["phone"])))
            yield Paragraph(f"Joint par / Reached by: {reach}")
        yield Paragraph(f"Signé / Signed: {_or_dash(person['signed_at'])}")
        if person["decline_reason"]:
            yield Paragraph(f"Motif du refus / Reason for declining: {person['decline_reason']}")
        yield from _acts(person)


def _acts(person: Mapping[str, Any]) -> Iterator[Paragraph]:
    consent = person["consent"]
    if consent:
        yield Paragraph(
            f"Consentement / Consent ({consent['at']}, version {consent['version']}): "
            f"« {_or_dash(consent['text'])} »"
        )
        yield Paragraph(f"Adresse IP / IP address: {_or_dash(consent['ip'])}", 8)
        yield Paragraph(f"Navigateur / Browser: {_or_dash(consent['user_agent'])}", 8)
    for code in person["codes"]:
        yield Paragraph(
            f"Code ({code['channel']}): demandé / requested {_or_dash(code['requested_at'])}, "
            f"envoyé / sent {_or_dash(code['sent_at'])}, "
            f"vérifié / verified {_or_dash(code['verified_at'])}, "
            f"essais faux / wrong tries {code['wrong_tries']}",
            8,
        )


def _events(told: Mapping[str, Any]) -> Iterator[Paragraph]:
    if "events" not in told:
        return
    yield _heading("Journal / Audit trail")
    yield Paragraph(
        f"{told['chain']['count']} événements, empreinte finale / events, final hash: "
        f"{told['chain']['head']}",
        8,
    )
    for event in told["events"]:
        who = f"{event['actor']['kind']} {event['actor']['id']}"
        yield Paragraph(f"{event['seq']}. {event['at']}  {event['kind']}  ({who})", 8, 1)


def _or_dash(value: object) -> str:
    return "–" if value is None or value == "" else str(value)
