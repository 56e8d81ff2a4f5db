"""What staff are told who are invited to be members of a firm (P23)."""

from paraphe.adapters.delivery.letters.letter import Letter
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.invitation import Invitation
from paraphe.locales import Texts


def invitation(invited: Invitation, firm: Firm, words: Texts) -> Letter:
    """Write the letter that carries the link; what they may do is decided later."""
    t = words.t
    until = words.instant(invited.expires_at)
    return Letter(
        subject=t("{firm} invites you to Paraphe", firm=firm.name),
        title=t("Join {firm} on Paraphe", firm=firm.name),
        greeting=t("Hello {name},", name=invited.name),
        paragraphs=(
            t("{firm} has its documents signed with Paraphe.", firm=firm.name),
            t(
                "Sign in with your professional account. The link works once, until {until}.",
                until=until,
            ),
        ),
        firm=firm.name,
        action=t("Accept the invitation"),
        after=(t("If you do not know this firm, do nothing."),),
    )
