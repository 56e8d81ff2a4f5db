"""Packages of documents and evidence for the firm's archive (P18)."""

from api.operations import Answer, Call, Resource, Scope
from paraphe.contracts.delivery.archive_bodies import ExportList, ExportOut, ExportsQuery, NewExport
from paraphe.contracts.requests.answers import DownloadLink
from paraphe.contracts.requests.bodies import DownloadQuery
from paraphe.contracts.shapes import Nothing
from paraphe.usecases import using
from paraphe.usecases.delivery.keep_exports import LINK_SECONDS, KeepExports

resource = Resource("archive_exports")
OF_REQUEST = "/signature_requests/{request_id}/archive_exports"
ONE = OF_REQUEST + "/{export_id}"


@resource.operation(
    "POST",
    OF_REQUEST,
    scope=Scope.DOCUMENTS,
    given=NewExport,
    answer=ExportOut,
    status=202,
    problems=(404, 409, 410),
)
def export_to_archive(call: Call[NewExport]) -> Answer:
    """Have a package of a request made: signed originals, evidence, attestations, a table of them.

    A BagIt package (RFC 8493) in one ZIP file, made in the background within minutes. A request
    that ended without all signatures gives its evidence alone. With `contents` `originals` it is a
    plain ZIP file of the signed originals, and 410 if not everybody has signed. 410 once the
    documents are erased.
    """
    made = using(KeepExports, call.services).ask(
        call.principal,
        call.request.request_id,
        call.now,
        originals=call.given.contents == "originals",
    )
    location = f"/v1/signature_requests/{made.request_id}/archive_exports/{made.id}"
    return Answer(ExportOut.of(made), headers={"Location": location})


@resource.operation("GET", ONE, scope=Scope.READ, given=Nothing, answer=ExportOut)
def get_archive_export(call: Call[Nothing]) -> Answer:
    """Get where an export stands; the download works once it is `done`."""
    keep = using(KeepExports, call.services)
    found = keep.find(call.principal, call.request.request_id, call.path["export_id"])
    return Answer(ExportOut.of(found))


@resource.operation(
    "GET",
    ONE + "/download",
    scope=Scope.DOCUMENTS,
    given=DownloadQuery,
    answer=DownloadLink,
    problems=(404, 409, 410),
)
def download_archive_export(call: Call[DownloadQuery]) -> Answer:
    """Get the package. It is erased with the documents: 410 from `retention_until` on."""
    url = using(KeepExports, call.services).url(
        call.principal, call.request.request_id, call.path["export_id"], call.now
    )
    if call.given.redirect:
        return Answer(status=302, headers={"Location": url})
    return Answer(DownloadLink(url=url, expires_in=LINK_SECONDS))


@resource.operation(
    "POST",
    ONE + "/retry",
    scope=Scope.DOCUMENTS,
    given=Nothing,
    answer=ExportOut,
    status=202,
    problems=(404, 409, 410),
)
def retry_archive_export(call: Call[Nothing]) -> Answer:
    """Have a `failed` export tried again, from the beginning."""
    again = using(KeepExports, call.services).retry(
        call.principal, call.request.request_id, call.path["export_id"], call.now
    )
    return Answer(ExportOut.of(again))


@resource.operation(
    "GET",
    "/archive_exports",
    scope=Scope.READ,
    given=ExportsQuery,
    answer=ExportList,
)
def list_archive_exports(call: Call[ExportsQuery]) -> Answer:
    """List the firm's exports of the last 31 days, oldest first.

    With `state` a page may hold fewer than `limit`: go on until `next_cursor` is null.
    """
    given = call.given
    page = using(KeepExports, call.services).page(
        call.principal, given.state, given.limit, given.cursor
    )
    shown = tuple(ExportOut.of(e) for e in page.exports)
    return Answer(ExportList(items=shown, next_cursor=page.cursor))
