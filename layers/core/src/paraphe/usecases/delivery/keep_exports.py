"""Archive exports as the firm sees them: asked for, looked at, fetched (P18)."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.delivery import archive_exports as rules
from paraphe.domain.delivery.archive_exports import ArchiveExport, ExportState
from paraphe.domain.errors import ConflictError, InvalidError, NotFoundError
from paraphe.domain.firms.principal import Principal
from paraphe.domain.ids import RANDOM_BYTES, is_id, new_id
from paraphe.domain.requests import acting
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.archive_exports import ArchiveExports, ExportPage, ExportRef, Packages
from paraphe.ports.requests import RequestRef, Requests
from paraphe.ports.system import Entropy

LINK_SECONDS = 300


@dataclass(frozen=True, slots=True)
class KeepExports:
    """Takes wishes for packages and shows what became of them; reading is for the whole firm."""

    requests: Requests
    archive_exports: ArchiveExports
    packages: Packages
    entropy: Entropy

    def ask(
        self, principal: Principal, request_id: str, now: datetime, *, originals: bool = False
    ) -> ArchiveExport:
        """Have a package made, in the background; `originals`: a plain ZIP file of these alone.

        Raises:
            NotFoundError: `request_not_found`.
            ConflictError, GoneError: as `archive_exports.contents_of`.

        """
        request = self._request(principal, request_id)
        contents = rules.contents_of(request, now, originals=originals)
        export_id = new_id("arc", now, self.entropy(RANDOM_BYTES))
        made = ArchiveExport(principal.firm_id, export_id, request.id, contents, now, due_at=now)
        self.archive_exports.save(made, replaces=None)
        return made

    def find(self, principal: Principal, request_id: str, export_id: str) -> ArchiveExport:
        """Return an export of this request.

        Raises:
            NotFoundError: `request_not_found`, `archive_export_not_found`.

        """
        return self._found(principal, request_id, export_id)[1]

    def page(
        self, principal: Principal, state: ExportState | None, limit: int, after: str | None
    ) -> ExportPage:
        """Return a page of the firm's exports, of it those in this state, oldest first.

        Raises:
            InvalidError: `bad_cursor`.

        """
        if after is not None and not is_id(after, "arc"):
            raise InvalidError("bad_cursor", "This cursor was not given by a list.", field="cursor")
        page = self.archive_exports.page(principal.firm_id, after, limit)
        shown = tuple(e for e in page.exports if state in {None, e.state})
        return ExportPage(shown, page.cursor)

    def retry(
        self, principal: Principal, request_id: str, export_id: str, now: datetime
    ) -> ArchiveExport:
        """Have a failed export tried again.

        Raises:
            NotFoundError: as `find`.
            ConflictError: `export_not_failed`.
            GoneError: `documents_erased`.

        """
        request, before = self._found(principal, request_id, export_id)
        rules.check_kept(request, now)
        after = rules.retried(before, now)
        self.archive_exports.save(after, replaces=before.version)
        return after

    def url(self, principal: Principal, request_id: str, export_id: str, now: datetime) -> str:
        """Return a short-lived URL of a package.

        Raises:
            NotFoundError: as `find`.
            ConflictError: `export_not_done`.
            GoneError: `documents_erased`.

        """
        request, export = self._found(principal, request_id, export_id)
        rules.check_kept(request, now)
        if export.name is None:
            raise ConflictError("export_not_done", "The package is not made yet: ask again later.")
        ref = RequestRef(export.firm_id, export.request_id)
        return self.packages.presign(ref, export.name, f"{export.request_id}.zip", LINK_SECONDS)

    def _request(self, principal: Principal, request_id: str) -> SignatureRequest:
        request = self.requests.load(RequestRef(principal.firm_id, request_id))
        acting.check_there(request)
        return request

    def _found(
        self, principal: Principal, request_id: str, export_id: str
    ) -> tuple[SignatureRequest, ArchiveExport]:
        request = self._request(principal, request_id)
        if is_id(export_id, "arc"):
            found = self.archive_exports.find(ExportRef(principal.firm_id, export_id))
            if found is not None and found.request_id == request_id:
                return request, found
        raise NotFoundError("archive_export_not_found", "There is no such archive export.")
