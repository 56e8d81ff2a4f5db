"""The five templates that every firm finds ready (P24): read-only, to be used or copied.

Each help text says what an advanced signature is enough for, and what it is not.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from paraphe.domain.requests.recipient import Role
from paraphe.domain.requests.templates import Help, Template, TemplateRole, in_order

_SINCE = datetime(2026, 11, 27, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Words:
    """What a ready template says in one language; `labels` by role."""

    name: str
    title: str
    message: str
    help: str
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Ready:
    roles: dict[str, tuple[Role, int]]
    fr: _Words
    en: _Words


_NOT_QUALIFIED_FR = (
    "Les signatures faites ici sont des signatures électroniques avancées, et non qualifiées : la"
    " présomption de fiabilité de l’article 1367 du Code civil ne joue que pour ces dernières."
    " En cas de contestation, le dossier de preuve dit comment chacun a été identifié et a signé."
)
_NOT_QUALIFIED_EN = (
    "Signatures made here are advanced electronic signatures, not qualified ones: only for those"
    " does article 1367 of the French Civil Code presume reliability. If one is disputed, the"
    " evidence file tells how each person was identified and signed."
)
_CLIENT_THEN_ACCOUNTANT = {"client": (Role.SIGNER, 1), "accountant": (Role.SIGNER, 2)}
_BOTH_FR = {"client": "Client", "accountant": "Expert-comptable"}
_BOTH_EN = {"client": "Client", "accountant": "Chartered accountant"}

_READY = {
    "tpl_readyengagement": _Ready(
        _CLIENT_THEN_ACCOUNTANT,
        _Words(
            "Lettre de mission",
            "Lettre de mission – {client}",
            "Merci de lire puis de signer votre lettre de mission.",
            "Le contrat écrit qui définit la mission, les droits et les obligations de chacun"
            " (décret n° 2012-432, article 151). Le client signe d’abord, l’expert-comptable"
            " ensuite. Une signature avancée convient : aucun texte que nous connaissions n’exige"
            " plus. Un changement de personne morale demande une nouvelle lettre.\n"
            + _NOT_QUALIFIED_FR,
            _BOTH_FR,
        ),
        _Words(
            "Letter of engagement",
            "Letter of engagement – {client}",
            "Please read and sign your letter of engagement.",
            "The written contract that defines the mission and the rights and duties of each side"
            " (French decree 2012-432, article 151). The client signs first, then the accountant."
            " An advanced signature is enough: no rule that we know of asks for more. A new legal"
            " person needs a new letter.\n" + _NOT_QUALIFIED_EN,
            _BOTH_EN,
        ),
    ),
    "tpl_readytaxmandate": _Ready(
        _CLIENT_THEN_ACCOUNTANT,
        _Words(
            "Mandat fiscal",
            "Mandat fiscal – {client}",
            "Merci de lire puis de signer le mandat par lequel vous nous chargez de vos"
            " déclarations.",
            "Le mandat de télédéclarer et de télépayer au nom du client. Une signature avancée"
            " convient entre le client et le cabinet. Elle ne suffit pas à tout : le tiers de"
            " confiance (CGI, article 170 ter) demande sa propre lettre, un mandat de prélèvement"
            " ou de relevés suit les règles de la banque, qui peut en exiger davantage ;"
            " demandez-lui avant d’envoyer.\n" + _NOT_QUALIFIED_FR,
            _BOTH_FR,
        ),
        _Words(
            "Tax-filing mandate",
            "Tax-filing mandate – {client}",
            "Please read and sign the mandate by which you entrust us with your tax returns.",
            "The mandate to file and pay taxes online in the client's name. Between client and"
            " firm an advanced signature is enough. It is not enough for everything: the trusted"
            " third party (French tax code, article 170 ter) needs a letter of its own, and a"
            " mandate for debits or statements follows the bank's rules, which may ask for more;"
            " ask the bank before you send it.\n" + _NOT_QUALIFIED_EN,
            _BOTH_EN,
        ),
    ),
    "tpl_readyaccounts": _Ready(
        _CLIENT_THEN_ACCOUNTANT,
        _Words(
            "Comptes annuels",
            "Comptes annuels – {client}",
            "Merci de lire puis de signer vos comptes annuels.",
            "L’accord du dirigeant sur les comptes et les pièces qui vont avec. Une signature"
            " avancée convient pour cet accord et pour l’approbation entre associés. Attention :"
            " elle ne suffit pas pour déposer les comptes au guichet unique (INPI). Le dépôt se"
            " signe là-bas, avec FranceConnect+ ou avec un certificat qualifié ; ce qui est signé"
            " ici ne le remplace pas.\n" + _NOT_QUALIFIED_FR,
            {"client": "Dirigeant", "accountant": "Expert-comptable"},
        ),
        _Words(
            "Annual accounts",
            "Annual accounts – {client}",
            "Please read and sign your annual accounts.",
            "The manager's agreement to the accounts and what goes with them. An advanced"
            " signature is enough for this and for the approval among partners. Beware: it is not"
            " enough to file the accounts at the French one-stop shop (guichet unique, INPI). The"
            " filing is signed there, with FranceConnect+ or with a qualified certificate; what is"
            " signed here does not replace it.\n" + _NOT_QUALIFIED_EN,
            {"client": "Manager", "accountant": "Chartered accountant"},
        ),
    ),
    "tpl_readyminutes": _Ready(
        {"chair": (Role.SIGNER, 1), "secretary": (Role.SIGNER, 1)},
        _Words(
            "Procès-verbal",
            "Procès-verbal – {chair}",
            "Merci de lire puis de signer le procès-verbal.",
            "Le procès-verbal d’une assemblée ou d’une décision. Le président de séance et le"
            " secrétaire signent dans l’ordre qu’ils veulent. Tenu sous forme électronique, il"
            " demande au moins une signature avancée (décret n° 2019-1118) ; lisez aussi les"
            " statuts. Une signature avancée ne suffit pas pour la formalité qui suit au guichet"
            " unique, qui se signe avec FranceConnect+ ou un certificat qualifié, ni pour un acte"
            " que la loi réserve au notaire.\n" + _NOT_QUALIFIED_FR,
            {"chair": "Président de séance", "secretary": "Secrétaire de séance"},
        ),
        _Words(
            "Minutes",
            "Minutes – {chair}",
            "Please read and sign the minutes.",
            "The minutes of a meeting or decision. Chair and secretary sign in any order. Kept in"
            " electronic form, they need at least an advanced signature (French decree 2019-1118);"
            " read the articles of association as well. An advanced signature is not enough for"
            " the filing that follows at the one-stop shop (guichet unique), which is signed with"
            " FranceConnect+ or a qualified certificate, nor for what the law reserves to a"
            " notary.\n" + _NOT_QUALIFIED_EN,
            {"chair": "Chair", "secretary": "Secretary"},
        ),
    ),
    "tpl_readypayroll": _Ready(
        {"employer": (Role.SIGNER, 1), "payroll": (Role.CC, 2)},
        _Words(
            "Paie",
            "Paie – {employer}",
            "Merci de vérifier puis de signer les éléments de paie.",
            "L’accord de l’employeur sur les variables, la paie du mois ou le mandat social ; le"
            " service paie en reçoit copie. Une signature avancée convient entre l’employeur et le"
            " cabinet. Un bulletin de paie ne se signe pas. Pour un contrat dont l’écrit signé est"
            " une condition (durée déterminée, temps partiel), prenez conseil sur le niveau de"
            " signature avant d’envoyer.\n" + _NOT_QUALIFIED_FR,
            {"employer": "Employeur", "payroll": "Service paie"},
        ),
        _Words(
            "Payroll",
            "Payroll – {employer}",
            "Please check and sign the payroll.",
            "The employer's agreement to variables, a month's payroll or the mandate for social"
            " declarations; the payroll service gets a copy. Between employer and firm an advanced"
            " signature is enough. A payslip is not signed. For a contract that has to be in"
            " writing and signed (fixed term, part time), take advice on the level of signature"
            " before you send it.\n" + _NOT_QUALIFIED_EN,
            {"employer": "Employer", "payroll": "Payroll service"},
        ),
    ),
}


def is_ready(template_id: str) -> bool:
    """Tell whether this is one of the ready templates."""
    return template_id in _READY


def template(firm_id: str, template_id: str, locale: str = "fr") -> Template:
    """Return a ready template as a firm sees it, in a language."""
    ready = _READY[template_id]
    words = ready.en if locale == "en" else ready.fr
    roles = tuple(
        TemplateRole(key, words.labels[key], role, order)
        for key, (role, order) in ready.roles.items()
    )
    return Template(
        firm_id=firm_id,
        id=template_id,
        name=words.name,
        title=words.title,
        created_at=_SINCE,
        updated_at=_SINCE,
        message=words.message,
        locale=locale,
        help=Help(ready.fr.help, ready.en.help),
        roles=in_order(roles),
    )


def all_of(firm_id: str, locale: str) -> tuple[Template, ...]:
    """Return every ready template."""
    return tuple(template(firm_id, template_id, locale) for template_id in _READY)
