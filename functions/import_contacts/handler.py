"""Read an uploaded contact list (P7). Parses strangers' files, so it may do nothing else."""

from functools import partial
from typing import Any

from paraphe import observe, wiring
from paraphe.contracts.firms.contact_imports import imports_of
from paraphe.services import Services
from paraphe.usecases import using
from paraphe.usecases.firms.parse_contacts import UPLOADED, ParseImport


def parse_all(services: Services, event: dict[str, Any], _context: object) -> None:
    """Read the list of every import in an S3 event."""
    for ref in imports_of(event, UPLOADED):
        observe.correlate("import_contacts", request_id=ref.import_id, firm_id=ref.firm_id)
        parsed = using(ParseImport, services)(ref)
        log = observe.logger("import_contacts")
        if parsed is None:
            log.info("dropped: this import has its file", import_id=ref.import_id)
            continue
        log.info("read", import_id=ref.import_id, rows=len(parsed.rows), refused=parsed.code or "")


handler = observe.door("import_contacts")(partial(parse_all, wiring.services))
