"""What does not hold, of a signature, of an evidence file, of a day's chain heads."""

from __future__ import annotations

from paraphe.contracts.trust.verdict_words.text import Text
from paraphe.domain.trust.evidence_verdict import EvidenceProblem, HeadsProblem
from paraphe.domain.trust.verdict import Problem

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
