"""What the page says around a verdict; its own words are in `contracts/trust/verdict_words`."""

WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "title": "Vérifier un PDF signé",
        "lead": "Le fichier est examiné, puis oublié. Les autorités connues ici sont celles de "
        "cette plateforme ; pour d’autres, utilisez la commande « paraphe verify ».",
        "pdf": "PDF signé (4 Mo au plus)",
        "evidence": "Dossier de preuve, si vous l’avez (JSON), avec son PDF ou seul",
        "send": "Vérifier",
        "large": "Un PDF plus lourd (50 Mo au plus)",
        "large_lead": "Il passe par un stockage effacé au bout d’un jour.",
        "no_file": "Choisissez un PDF signé ou un dossier de preuve.",
        "gone": "Rien n’a été reçu sous cette adresse, ou c’était il y a plus d’un jour.",
        "again": "Vérifier un autre fichier",
        "judged": "Examiné au",
        "error": "Référence de l’erreur :",
        "other": "English",
    },
    "en": {
        "title": "Verify a signed PDF",
        "lead": "The file is examined, then forgotten. The authorities known here are this "
        "platform’s own; for others, use the command “paraphe verify”.",
        "pdf": "Signed PDF (4 MB at most)",
        "evidence": "Evidence file, if you have it (JSON), with its PDF or alone",
        "send": "Verify",
        "large": "A larger PDF (50 MB at most)",
        "large_lead": "It goes through storage that is erased after a day.",
        "no_file": "Choose a signed PDF or an evidence file.",
        "gone": "Nothing was received under this address, or it was more than a day ago.",
        "again": "Verify another file",
        "judged": "Judged as of",
        "error": "Error reference:",
        "other": "Français",
    },
}
