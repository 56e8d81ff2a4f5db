"""A verdict in words, French or English: for the command and the public page (P25).

Nothing here says "qualified": which list a certificate's root is on is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from paraphe.domain.trust.evidence_verdict import EvidenceProblem, HeadsProblem
from paraphe.domain.trust.verdict import Change, Coverage, Kind, Level, Part, Problem, Root, State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from paraphe.domain.trust.evidence_verdict import EvidenceVerdict, HeadsVerdict, Verdict
    from paraphe.domain.trust.verdict import Changes, SignatureVerdict

_PARIS = ZoneInfo("Europe/Paris")
LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages; `{…}` are filled in by name."""

    fr: str
    en: str

    def say(self, lang: str, **values: object) -> str:
        """The sentence in a language."""
        return (self.fr if lang == "fr" else self.en).format(**values)


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
_ONLY_STAMPED = Text(
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
PROBLEMS = {
    Problem.MALFORMED: Text("La signature est malformée.", "The signature is malformed."),
    Problem.DIGEST: Text(
        "Les octets signés ne sont plus ceux qui ont été signés.",
        "The signed bytes are not what was signed.",
    ),
    Problem.CRYPTOGRAPHY: Text(
        "La signature n’a pas été faite avec la clé de ce certificat.",
        "The signature was not made with this certificate’s key.",
    ),
    Problem.COVERAGE: Text(
        "La signature ne couvre pas tout ce qu’elle devrait.",
        "The signature does not cover all that it should.",
    ),
    Problem.CHANGED: Text(
        "Le document a été modifié après cette signature.",
        "The document was changed after this signature.",
    ),
    Problem.NOT_ALLOWED: Text(
        "Une modification que la signature interdisait.", "A change that the signature forbade."
    ),
    Problem.REVOKED: Text("Le certificat était révoqué.", "The certificate was revoked."),
    Problem.NOT_YET_VALID: Text(
        "Le certificat n’était pas encore valable.", "The certificate was not valid yet."
    ),
    Problem.NO_TRUST: Text(
        "L’autorité n’est pas de celles qui sont connues ici : à vous de voir si vous la "
        "connaissez.",
        "The authority is not among those known here: whether you know it is for you to say.",
    ),
    Problem.NO_PROOF: Text(
        "Il manque des preuves pour conclure sans réseau (révocation ou date).",
        "Proof is missing to decide without a network (revocation or time).",
    ),
    Problem.EXPIRED: Text(
        "Le certificat est expiré et rien ne prouve que la signature est antérieure.",
        "The certificate has expired and nothing proves that the signature came before.",
    ),
    Problem.WEAK: Text(
        "La signature repose sur un algorithme trop faible.",
        "The signature rests on an algorithm that is too weak.",
    ),
    Problem.STRUCTURE: Text(
        "Le fichier ne suit pas la norme PDF : deux lecteurs peuvent l’afficher différemment.",
        "The file does not follow the PDF standard: two readers may show it differently.",
    ),
    Problem.REFUSED: Text("Le fichier est refusé.", "The file is refused."),
    Problem.TOO_MUCH: Text(
        "L’examen demande plus de temps ou de mémoire qu’il n’en est permis.",
        "The examination takes more time or memory than is allowed.",
    ),
    Problem.HIDDEN_SIGNATURE: Text(
        "Le fichier contient une signature qu’aucun champ ne montre.",
        "The file contains a signature that no field shows.",
    ),
    Problem.WRONG_PURPOSE: Text(
        "Le certificat n’a pas été délivré pour cet usage : il n’est pas fait pour signer.",
        "The certificate was not issued for this use: it is not one that signs.",
    ),
    Problem.UNCLEAR_PURPOSE: Text(
        "Le certificat ne dit pas clairement qu’il peut servir à signer des documents.",
        "The certificate does not clearly say that it may sign documents.",
    ),
    Problem.CHAIN: Text(
        "La chaîne de certificats ne respecte pas les limites fixées par une autorité.",
        "The chain of certificates breaks limits that an authority has set.",
    ),
    Problem.ONLY_TIMESTAMPS: Text(
        "L’autorité n’est reconnue ici que pour les horodatages : elle ne garantit pas qui signe.",
        "The authority is trusted here for time-stamps only: it does not vouch for who signs.",
    ),
    Problem.ONLY_SIGNATURES: Text(
        "L’autorité de l’horodatage n’est reconnue ici que pour les signatures, pas pour les "
        "dates.",
        "The time-stamp’s authority is trusted here for signatures only, not for time.",
    ),
    Problem.PURPOSE_UNSAID: Text(
        "Rien ne dit si l’autorité racine est reconnue pour les signatures ou pour les "
        "horodatages.",
        "Nothing says whether the root authority is trusted for signatures or for time-stamps.",
    ),
    Problem.UNSUPPORTED: Text(
        "La signature emploie un algorithme inconnu ici.",
        "The signature uses an algorithm that is not known here.",
    ),
    Problem.INTERNAL: Text(
        "La vérification elle-même a échoué : ce n’est pas un défaut établi du fichier.",
        "The verification itself failed: this is no established fault of the file.",
    ),
}
EVIDENCE_PROBLEMS = {
    EvidenceProblem.BYTE_ORDER_MARK: Text(
        "Le dossier de preuve commence par une marque d’ordre des octets (BOM), qui n’y était pas.",
        "The evidence file begins with a byte-order mark, which was not there.",
    ),
    EvidenceProblem.ENCODING: Text(
        "Le dossier de preuve n’est pas en UTF-8.", "The evidence file is not in UTF-8."
    ),
    EvidenceProblem.REPEATED_KEY: Text(
        "Une clé est écrite deux fois dans le dossier de preuve.",
        "A key is written twice in the evidence file.",
    ),
    EvidenceProblem.EXTRA_KEY: Text(
        "Le dossier de preuve contient une clé que le cachet ne couvre pas.",
        "The evidence file has a key that the seal does not cover.",
    ),
    EvidenceProblem.TRAILING: Text(
        "Quelque chose suit la fin du dossier de preuve.",
        "Something follows the end of the evidence file.",
    ),
    EvidenceProblem.SPELLING: Text(
        "Le dossier de preuve n’est pas écrit sous sa forme unique (ordre, espaces, nombres, "
        "échappements).",
        "The evidence file is not written in its one form (order, spaces, numbers, escapes).",
    ),
    EvidenceProblem.UNSEALED_CONTENT: Text(
        "Le cachet est accompagné d’un élément que rien ne signe.",
        "Beside the seal is something that nothing signs.",
    ),
    EvidenceProblem.SEAL_PURPOSE: Text(
        "Le certificat du cachet n’est pas fait pour signer.",
        "The seal’s certificate is not one that signs.",
    ),
    EvidenceProblem.INTERNAL: Text(
        "La vérification elle-même a échoué : ce n’est pas un défaut établi du dossier.",
        "The verification itself failed: this is no established fault of the evidence file.",
    ),
    EvidenceProblem.MALFORMED: Text(
        "Le dossier de preuve est malformé.", "The evidence file is malformed."
    ),
    EvidenceProblem.CHAIN: Text(
        "Le journal a été modifié : sa chaîne d’empreintes est rompue.",
        "The trail was changed: its chain of hashes is broken.",
    ),
    EvidenceProblem.DOCUMENT: Text(
        "Ce PDF n’est aucun des documents du dossier.",
        "This PDF is none of the evidence file’s documents.",
    ),
    EvidenceProblem.REVISION: Text(
        "Une révision consignée ne se retrouve pas dans le PDF.",
        "A recorded revision is not found in the PDF.",
    ),
    EvidenceProblem.REPORT: Text(
        "Un rapport de validation manque ou parle d’une autre signature.",
        "A validation report is missing or speaks of another signature.",
    ),
    EvidenceProblem.SEAL_MISSING: Text(
        "Le dossier de preuve n’est pas scellé.", "The evidence file is not sealed."
    ),
    EvidenceProblem.SEAL: Text(
        "Le cachet ne correspond pas au dossier.", "The seal is not over this evidence."
    ),
    EvidenceProblem.SEAL_TRUST: Text(
        "L’autorité du cachet n’est pas de celles qui sont connues ici.",
        "The seal’s authority is not among those that are known here.",
    ),
    EvidenceProblem.SEAL_TIME: Text(
        "Il manque des preuves sur la date ou le certificat du cachet.",
        "Proof about the seal’s time or certificate is missing.",
    ),
}
HEADS_PROBLEMS = {
    HeadsProblem.MALFORMED: Text(
        "Le relevé quotidien est malformé.", "The day’s chain heads are malformed."
    ),
    HeadsProblem.TOKEN: Text(
        "L’horodatage ne correspond pas au relevé.", "The time-stamp is not over these chain heads."
    ),
    HeadsProblem.TOKEN_TRUST: Text(
        "L’autorité de l’horodatage n’est pas de celles que vous avez données.",
        "The time-stamp’s authority is not one that you gave.",
    ),
    HeadsProblem.HISTORY: Text(
        "Le journal de ce dossier n’est pas celui qui a été relevé ce jour-là : l’historique a été "
        "réécrit.",
        "The trail in this evidence is not the one that was written down on that day: its history "
        "was rewritten.",
    ),
    HeadsProblem.EVIDENCE: Text(
        "Le relevé porte l’empreinte d’un autre dossier de preuve.",
        "The chain heads name another evidence file by its digest.",
    ),
    HeadsProblem.LATE: Text(
        "Le relevé a été horodaté plusieurs jours après : il ne prouve rien de ce qui précède.",
        "The heads were time-stamped days later: they prove nothing about the time before.",
    ),
    HeadsProblem.NOT_LISTED: Text(
        "Cette demande ne figure pas au relevé de ce jour : prenez celui du jour de sa clôture.",
        "This request is not in that day’s heads: take those of the day on which it was closed.",
    ),
    HeadsProblem.NOT_COMPARABLE: Text(
        "Le relevé porte sur des événements postérieurs à ce dossier : prenez celui d’un autre "
        "jour.",
        "The heads are about events after this evidence was made: take those of another day.",
    ),
}
_LABELS = {
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
_INTACT = {
    True: Text("intacte", "intact"),
    False: Text("rompue ou non vérifiable", "broken or not verifiable"),
}
_NO_LEVEL = Text("autre que PAdES de base", "other than PAdES baseline")
_KNOWN = {True: Text("connue", "known"), False: Text("non connue", "not known")}
_SAY_TRUST = Text(
    "Les racines auxquelles vous faites confiance se donnent par --trust RACINE.pem pour les "
    "signatures, par --trust-tsa RACINE.pem pour les horodatages.",
    "Name the roots that you trust by --trust ROOT.pem for signatures, by --trust-tsa ROOT.pem "
    "for time-stamps.",
)
_CHAINED = {
    True: Text("{count} événements, chaîne intacte", "{count} events, chain whole"),
    False: Text("rompue à l’événement {at}", "broken at event {at}"),
}
_EVIDENCE = Text("Dossier de preuve", "Evidence file")
_HEADS = Text("Relevé quotidien horodaté", "Time-stamped chain heads")
_JUDGED = Text("Examiné au {at}", "Judged as of {at}")
NOTICE = Text(
    "« Valide » dit l’intégrité, l’identité portée au certificat et la date ; ce n’est pas une "
    "qualification au sens du règlement eIDAS.",
    "“Valid” speaks of integrity, of the identity in the certificate and of time; it is not a "
    "qualification under the eIDAS regulation.",
)


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a verdict: a heading, its state, labelled lines and problems."""

    title: str
    state: State
    lines: tuple[tuple[str, str], ...]
    problems: tuple[str, ...] = ()


def instant(at: datetime) -> str:
    """Europe/Paris with its offset, then UTC."""
    local = at.astimezone(_PARIS)
    offset = f"{local:%z}"
    paris = f"{local:%d/%m/%Y %H:%M:%S} Europe/Paris (UTC{offset[:3]}:{offset[3:]})"
    return f"{paris} = {at:%Y-%m-%dT%H:%M:%SZ}"


def summary(verdict: Verdict, lang: str) -> str:
    """What the whole comes to, in one sentence or two."""
    if verdict.state is State.UNSIGNED and verdict.signatures:
        return _ONLY_STAMPED.say(lang)
    alone = verdict.evidence is not None and not verdict.signatures
    said = ACCOUNT.get(verdict.state) if alone else None
    return (said or WHOLE[verdict.state]).say(lang)


def blocks(verdict: Verdict, lang: str) -> list[Block]:
    """The parts of a verdict, in the order of signing; the evidence file and its heads last."""
    names = {one.field: _who(one) for one in verdict.signatures}
    found = [_signature(one, names, lang) for one in verdict.signatures]
    if verdict.evidence is not None:
        found.append(_evidence(verdict.evidence, lang))
    if verdict.heads is not None:
        found.append(_heads(verdict.heads, lang))
    return found


def render(verdict: Verdict, lang: str) -> str:
    """The whole as plain text."""
    out = [STATES[verdict.state].say(lang), summary(verdict, lang)]
    out += [f"- {PROBLEMS[one].say(lang)}" for one in verdict.problems]
    if verdict.detail:
        out.append(f"({verdict.detail})")
    if verdict.error_id:
        out.append(f"({_LABELS['error'].say(lang)} {verdict.error_id})")
    if verdict.state is State.UNKNOWN_TRUST:
        out.append(_SAY_TRUST.say(lang))
    for block in blocks(verdict, lang):
        out += ["", f"{block.title} : {STATES[block.state].say(lang)}"]
        if lang == "en":
            out[-1] = f"{block.title}: {STATES[block.state].say(lang)}"
        out += [
            f"  {label} : {text}" if lang == "fr" else f"  {label}: {text}"
            for label, text in block.lines
        ]
        out += [f"  - {problem}" for problem in block.problems]
    out += ["", _JUDGED.say(lang, at=instant(verdict.at)), f"SHA-256 {verdict.sha256}"]
    if verdict.signatures:
        out += [NOTICE.say(lang)]
    return "\n".join(out) + "\n"


def _who(one: SignatureVerdict) -> str:
    """What people call a signature: its signer's name; of a time-stamp, its field's."""
    named = one.kind is not Kind.TIMESTAMP and one.signer is not None and one.signer.name
    return named or one.field


def _signature(one: SignatureVerdict, names: dict[str, str], lang: str) -> Block:
    quoted = f"«\u00a0{_who(one)}\u00a0»" if lang == "fr" else f"“{_who(one)}”"
    lines = _signature_lines(one, names, lang)
    return Block(
        title=f"{KINDS[one.kind].say(lang)} {quoted}",
        state=one.state,
        lines=tuple((_LABELS[key].say(lang), text) for key, text in lines if text),
        problems=tuple(PROBLEMS[problem].say(lang) for problem in one.problems),
    )


def _signature_lines(
    one: SignatureVerdict, names: dict[str, str], lang: str
) -> Iterator[tuple[str, str]]:
    if one.signer is not None:
        who = one.signer
        named = [
            who.name,
            who.organization if who.organization != who.name else "",
            who.organization_id,
            who.email,
        ]
        key = "service" if one.kind is Kind.TIMESTAMP else "by"
        yield key, ", ".join(part for part in named if part)
        yield "issuer", who.issuer
    yield "root", _root(one.root, lang)
    proven = one.stamped_at or one.proven_at
    if proven is not None:
        yield "when", instant(proven)
    elif one.claimed_at is not None:
        yield "claimed", instant(one.claimed_at)
    if one.kind is not Kind.TIMESTAMP:
        yield "level", str(one.level) if one.level is not Level.NONE else _NO_LEVEL.say(lang)
    yield "intact", _INTACT[one.intact].say(lang)
    yield "covers", COVERAGES[one.coverage].say(lang)
    yield from _after(one.changes, names, lang)
    if _who(one) != one.field:
        yield "field", one.field
    if one.state is not State.VALID:
        yield "detail", " ".join(part for part in (one.subindication, one.detail) if part)
    yield "error", one.error_id


def _after(changes: Changes, names: dict[str, str], lang: str) -> Iterator[tuple[str, str]]:
    later = f" ({', '.join(names.get(f, f) for f in changes.later)})" if changes.later else ""
    yield "after", CHANGES[changes.kind].say(lang) + later
    yield "parts", ", ".join(PARTS[part].say(lang) for part in changes.parts)
    yield "fields", ", ".join(changes.fields)
    yield "objects", ", ".join(changes.objects)


def _evidence(one: EvidenceVerdict, lang: str) -> Block:
    lines = [
        (
            "events",
            _CHAINED[one.first_break is None].say(lang, count=one.events, at=one.first_break),
        ),
        ("revisions", str(one.revisions) if one.document else ""),
        ("reports", str(one.reports) if one.reports else ""),
        ("seal", one.sealed_by.name if one.sealed_by else ""),
        ("root", _root(one.root, lang)),
        ("when", instant(one.sealed_at) if one.sealed_at else ""),
        ("archived", instant(one.archived_at) if one.archived_at else ""),
        ("detail", one.detail),
        ("error", one.error_id),
    ]
    return Block(
        _EVIDENCE.say(lang),
        one.state,
        tuple((_LABELS[key].say(lang), text) for key, text in lines if text),
        tuple(EVIDENCE_PROBLEMS[problem].say(lang) for problem in one.problems),
    )


def _heads(one: HeadsVerdict, lang: str) -> Block:
    lines = [
        ("day", one.day),
        ("head", str(one.seq or "")),
        ("root", _root(one.root, lang)),
        ("when", instant(one.stamped_at) if one.stamped_at else ""),
        ("detail", one.detail),
    ]
    return Block(
        _HEADS.say(lang),
        one.state,
        tuple((_LABELS[key].say(lang), text) for key, text in lines if text),
        tuple(HEADS_PROBLEMS[problem].say(lang) for problem in one.problems),
    )


def _root(root: Root | None, lang: str) -> str:
    if root is None:
        return ""
    semicolon = "\u00a0;" if lang == "fr" else ";"
    return f"{root.name} ({_KNOWN[root.known].say(lang)}{semicolon} SHA-256 {root.sha256})"
