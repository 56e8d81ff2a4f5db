"""Make the link of an invitation and mail it to who is invited (P23)."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.errors import NotFoundError
from paraphe.domain.firms import invitation as rules
from paraphe.ports.acting import Invitations
from paraphe.ports.delivery import Letters, Mailer
from paraphe.ports.firms import Firms
from paraphe.ports.requests import RecipientRef, RequestRef
from paraphe.ports.signing import Links

_STAFF = "staff"


@dataclass(frozen=True, slots=True)
class DeliverInvitation:
    """Mails the newest link of an invitation."""

    invitations: Invitations
    firms: Firms
    links: Links
    letters: Letters
    mailer: Mailer

    def __call__(self, ref: RequestRef, now: datetime) -> bool:
        """Compute the link's token, store its hash, send it; nothing at rest contains it.

        Args:
            ref: the firm, and the invitation in the place of a request.
            now: the instant.

        Returns:
            Whether a mail was sent: not when the invitation is over, or another link has overtaken.

        """
        try:
            found = self.invitations.invitation(ref.firm_id, ref.request_id)
        except NotFoundError:
            return False
        if not found.is_open(now):
            return False
        whose = RecipientRef(found.firm_id, found.id, _STAFF)
        token = rules.token(found, self.links.token(whose, found.generation))
        if not self.invitations.keep_token(found, rules.hashed(token)):
            return False
        firm = self.firms.firm(found.firm_id)
        self.mailer.send(self.letters.staff_invitation(found, firm, token))
        return True
