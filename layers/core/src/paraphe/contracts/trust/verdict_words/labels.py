"""What stands before and around the facts of a verdict."""

from __future__ import annotations

from paraphe.contracts.trust.verdict_words.text import Text

LABELS = {
    "by": Text("Signataire", "Signer"),
    "service": Text("Service", "Service"),
    "issuer": Text("Certificat délivré par", "Certificate issued by"),
    "root": Text("Autorité racine", "Root authority"),
    "when": Text("Date prouvée", "Proven time"),
    "claimed": Text("Date déclarée (non prouvée)", "Claimed time (not proven)"),
    "level": Text("Niveau", "Level"),
    "intact": Text("Intégrité", "Integrity"),
    "covers": Text("Couvre", "Covers"),
    "after": Text("Ajouté ensuite", "Added later"),
    "parts": Text("Ce qui a pu changer", "What may have changed"),
    "objects": Text("Objets concernés", "Objects concerned"),
    "fields": Text("Champs", "Fields"),
    "field": Text("Champ", "Field"),
    "events": Text("Journal", "Trail"),
    "revisions": Text("Révisions retrouvées dans le PDF", "Revisions found in the PDF"),
    "reports": Text(
        "Rapports de validation (ETSI TS 119 102-2)", "Validation reports (ETSI TS 119 102-2)"
    ),
    "seal": Text("Scellé par", "Sealed by"),
    "archived": Text("Preuves horodatées jusqu’ici le", "Proof time-stamped last"),
    "day": Text("Jour relevé (UTC)", "Day (UTC)"),
    "head": Text("Événement relevé", "Event written down"),
    "detail": Text("Détail technique", "Technical detail"),
    "error": Text("Référence de l’erreur", "Error reference"),
}
INTACT = {
    True: Text("intacte", "intact"),
    False: Text("rompue ou non vérifiable", "broken or not verifiable"),
}
NO_LEVEL = Text("autre que PAdES de base", "other than PAdES baseline")
KNOWN = {True: Text("connue", "known"), False: Text("non connue", "not known")}
HOW_TO_TRUST = Text(
    "Les racines auxquelles vous faites confiance se donnent par --trust RACINE.pem pour les "
    "signatures, par --trust-tsa RACINE.pem pour les horodatages.",
    "Name the roots that you trust by --trust ROOT.pem for signatures, by --trust-tsa ROOT.pem "
    "for time-stamps.",
)
CHAIN_OF_EVENTS = {
    True: Text("{count} événements, chaîne intacte", "{count} events, chain whole"),
    False: Text("rompue à l’événement {at}", "broken at event {at}"),
}
EVIDENCE = Text("Dossier de preuve", "Evidence file")
HEADS = Text("Relevé quotidien horodaté", "Time-stamped chain heads")
JUDGED = Text("Examiné au {at}", "Judged as of {at}")
NOTICE = Text(
    "« Valide » dit l’intégrité, l’identité portée au certificat et la date ; ce n’est pas une "
    "qualification au sens du règlement eIDAS.",
    "“Valid” speaks of integrity, of the identity in the certificate and of time; it is not a "
    "qualification under the eIDAS regulation.",
)
