"""What a file or a signature is: its state, kind, coverage, and what was changed after it."""

from __future__ import annotations

from paraphe.contracts.trust.verdict_words.text import Text
from paraphe.domain.trust.verdict import Change, Coverage, Kind, Part, State

STATES = {
    State.VALID: Text("VALIDE", "VALID"),
    State.UNKNOWN_TRUST: Text(
        "INTACT, MAIS L’AUTORITÉ N’EST PAS CONNUE", "INTACT, BUT THE AUTHORITY IS NOT KNOWN"
    ),
    State.INDETERMINATE: Text("INDÉTERMINÉ", "INDETERMINATE"),
    State.INVALID: Text("NON VALIDE", "NOT VALID"),
    State.UNSIGNED: Text("NON SIGNÉ", "NOT SIGNED"),
    State.UNREADABLE: Text("PDF ILLISIBLE", "NOT A READABLE PDF"),
}
WHOLE = {
    State.VALID: Text(
        "Toutes les signatures sont valides et viennent d’autorités connues.",
        "Every signature is valid and comes from a known authority.",
    ),
    State.UNKNOWN_TRUST: Text(
        "Rien n’a été modifié, mais l’autorité qui a délivré un certificat n’est pas de celles "
        "qui sont connues ici.",
        "Nothing was altered, but the authority that issued a certificate is not among those "
        "that are known here.",
    ),
    State.INDETERMINATE: Text(
        "Il manque de quoi conclure : ce n’est ni un oui ni un non.",
        "Something needed to decide is missing: neither a yes nor a no.",
    ),
    State.INVALID: Text(
        "Au moins une signature ne tient pas : ne vous fiez pas à ce fichier.",
        "At least one signature does not hold: do not rely on this file.",
    ),
    State.UNSIGNED: Text(
        "Personne n’a signé ce PDF : il ne porte ni signature électronique ni cachet.",
        "Nobody signed this PDF: it bears no electronic signature and no seal.",
    ),
    State.UNREADABLE: Text(
        "Ce fichier ne peut pas être lu comme un PDF.", "This file cannot be read as a PDF."
    ),
}
ONLY_STAMPED = Text(
    "Personne n’a signé ce PDF. Il ne porte qu’un horodatage : celui-ci date le fichier, mais "
    "n’engage personne.",
    "Nobody signed this PDF. It only bears a time-stamp, which dates the file and commits nobody.",
)
# Of an evidence file by itself; what is not here is said as above.
ACCOUNT = {
    State.VALID: Text(
        "Le dossier de preuve est entier, tel qu’il a été scellé, par une autorité connue.",
        "The evidence file is whole, as it was sealed, by a known authority.",
    ),
    State.INVALID: Text(
        "Le dossier de preuve n’est pas tel qu’il a été scellé : ne vous y fiez pas.",
        "The evidence file is not as it was sealed: do not rely on it.",
    ),
}
KINDS = {
    Kind.SIGNATURE: Text("Signature", "Signature"),
    Kind.SEAL: Text("Cachet", "Seal"),
    Kind.TIMESTAMP: Text("Horodatage du document", "Document time-stamp"),
}
COVERAGES = {
    Coverage.FILE: Text("le fichier entier", "the whole file"),
    Coverage.REVISION: Text(
        "une révision entière, suivie d’ajouts", "a whole revision, followed by additions"
    ),
    Coverage.PARTIAL: Text("une partie seulement", "a part only"),
}
CHANGES = {
    Change.NOTHING: Text("rien", "nothing"),
    Change.LATER_SIGNATURES: Text(
        "seulement des signatures, horodatages ou preuves ajoutés",
        "only signatures, time-stamps or proofs added",
    ),
    Change.FORM_FILLING: Text(
        "des champs de formulaire remplis, ce qui était permis",
        "form fields filled in, which was allowed",
    ),
    Change.ANNOTATIONS: Text("des annotations", "annotations"),
    Change.SUSPICIOUS: Text("des modifications suspectes", "suspicious changes"),
    Change.UNKNOWN: Text("non examiné", "not examined"),
}
PARTS = {
    Part.PAGE: Text("ce que les pages montrent", "what the pages show"),
    Part.FONT: Text("une police de caractères", "a font"),
    Part.LAYERS: Text("les calques affichés ou masqués", "layers shown or hidden"),
    Part.FIELD: Text("un champ de formulaire", "a form field"),
    Part.FORM: Text("la façon de dessiner le formulaire", "how the form is drawn"),
    Part.ANNOTATION: Text("une annotation", "an annotation"),
    Part.ATTACHMENT: Text("les pièces jointes", "attached files"),
    Part.ACTION: Text("une action ou un script", "an action or a script"),
    Part.NAVIGATION: Text("les signets ou l’affichage", "bookmarks or the way it opens"),
    Part.SPOKEN: Text("le texte lu à voix haute", "the text that is read aloud"),
    Part.SIGNATURE: Text("une signature antérieure", "an earlier signature"),
    Part.PROOF: Text("les preuves jointes", "the enclosed proofs"),
    Part.DOCUMENT: Text("une partie du document", "a part of the document"),
    Part.FILE: Text("la structure du fichier", "the structure of the file"),
}
