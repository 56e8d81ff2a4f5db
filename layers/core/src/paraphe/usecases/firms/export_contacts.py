"""Hand a firm its contacts as a file (P7)."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.contracts.firms.contact_exports import MAX_EXPORTED, ExportOut, to_csv, to_vcards
from paraphe.domain.firms.principal import Principal
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.ports.contact_imports import ContactFiles
from paraphe.ports.contacts import Contacts
from paraphe.ports.system import Entropy

LINK_SECONDS = 300
_KINDS = {
    "csv": (to_csv, "csv", "text/csv; charset=utf-8"),
    "vcard": (to_vcards, "vcf", "text/vcard; charset=utf-8"),
}


@dataclass(frozen=True, slots=True)
class ExportContacts:
    """Writes a file."""

    contacts: Contacts
    contact_files: ContactFiles
    entropy: Entropy

    def __call__(
        self, principal: Principal, file_format: str, cursor: str | None, now: datetime
    ) -> ExportOut:
        """Write at most 10,000 contacts into a file that can be fetched for five minutes.

        Raises:
            InvalidError: `bad_cursor`.

        """
        page = self.contacts.listed(principal.firm_id, MAX_EXPORTED, cursor)
        write, ending, media_type = _KINDS[file_format]
        name = f"contacts-{new_id('imp', now, self.entropy(RANDOM_BYTES))[4:]}.{ending}"
        url = self.contact_files.export(
            principal.firm_id, name, write(page.contacts), media_type, LINK_SECONDS
        )
        return ExportOut(
            url=url,
            expires_in=LINK_SECONDS,
            contacts=len(page.contacts),
            next_cursor=page.cursor,
        )
