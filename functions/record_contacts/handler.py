"""Compare what was read of a contact list with the contacts; write those that were chosen (P7)."""

from functools import partial
from typing import Any

from paraphe import clock, observe, wiring
from paraphe.contracts.firms.contact_imports import imports_of
from paraphe.services import Services
from paraphe.usecases import using
from paraphe.usecases.firms.commit_contacts import CHOICE, CommitImport
from paraphe.usecases.firms.parse_contacts import PARSED
from paraphe.usecases.firms.preview_contacts import PreviewImport


def record_all(services: Services, event: dict[str, Any], _context: object) -> None:
    """Preview every import of an S3 event that was read, commit every one that was chosen from."""
    log = observe.logger("record_contacts")
    for ref in imports_of(event, PARSED):
        observe.correlate("record_contacts", request_id=ref.import_id, firm_id=ref.firm_id)
        seen = using(PreviewImport, services)(ref)
        log.info("previewed", import_id=ref.import_id, rows=seen.counts.total if seen else 0)
    for ref in imports_of(event, CHOICE):
        observe.correlate("record_contacts", request_id=ref.import_id, firm_id=ref.firm_id)
        done = using(CommitImport, services)(ref, clock.now())
        created = done.counts.created if done else 0
        log.info("committed", import_id=ref.import_id, created=created)


handler = observe.door("record_contacts")(partial(record_all, wiring.services))
