"""Contact lists: imported in two steps, exported as a file (P7)."""

from api.operations import Answer, Call, Repeat, Resource, Scope
from paraphe.contracts.firms.contact_exports import ExportOut, NewExport
from paraphe.contracts.firms.contact_imports import (
    BegunImportOut,
    ImportChoice,
    ImportOut,
    NewImport,
    RowList,
    RowsQuery,
)
from paraphe.contracts.requests.answers import DownloadLink
from paraphe.contracts.shapes import Nothing, UploadForm
from paraphe.usecases import using
from paraphe.usecases.firms.export_contacts import ExportContacts
from paraphe.usecases.firms.import_contacts import (
    LINK_SECONDS,
    BeginImport,
    ChooseRows,
    ListImportRows,
    ReadImport,
    RejectedRows,
)

resource = Resource("contact_imports")
PATH = "/contact_imports"
ONE = PATH + "/{import_id}"


@resource.operation(
    "POST",
    PATH,
    scope=Scope.FIRM_WRITE,
    given=NewImport,
    answer=BegunImportOut,
    status=201,
    problems=(),
    # One without a file changes nothing, so another one may be begun.
    repeat=Repeat(harmless=True),
)
def begin_contact_import(call: Call[NewImport]) -> Answer:
    """Begin an import: the answer has the form that takes the file.

    CSV as spreadsheets write it (UTF-8, UTF-16 or Windows-1252; semicolon, comma, tab), or vCard
    2.1, 3.0, 4.0; 10,000 people at most. Nothing changes before you commit it.
    """
    shown, upload = using(BeginImport, call.services)(call.principal, call.given.format, call.now)
    body = BegunImportOut.model_validate({**dict(shown), "upload": UploadForm.of(upload)})
    return Answer(body, headers={"Content-Location": f"/v1{PATH}/{shown.id}"})


@resource.operation("GET", ONE, scope=Scope.FIRM_READ, given=Nothing, answer=ImportOut)
def get_contact_import(call: Call[Nothing]) -> Answer:
    """Get where an import stands, and how many rows are what.

    `waiting` for its file, `reading`, `ready` to be committed or `refused`, `committing`,
    `committed`. It is forgotten a day after it was begun.
    """
    return Answer(using(ReadImport, call.services)(call.principal, call.path["import_id"]))


@resource.operation(
    "GET",
    ONE + "/rows",
    scope=Scope.FIRM_READ,
    given=RowsQuery,
    answer=RowList,
    problems=(404, 409),
)
def list_contact_import_rows(call: Call[RowsQuery]) -> Answer:
    """List rows in the order of the file: what each would become, or has become.

    `new`, `duplicate` (of `contact_id`), `duplicate_of_line` (of `of_line`) or `rejected` (see
    `faults`); after the commit `created`, `updated`, `unchanged` or `skipped`.
    """
    given = call.given
    rows = using(ListImportRows, call.services)(
        call.principal, call.path["import_id"], given.outcome, given.limit, given.cursor
    )
    return Answer(rows)


@resource.operation(
    "POST",
    ONE + "/commit",
    scope=Scope.FIRM_WRITE,
    given=ImportChoice,
    answer=ImportOut,
    status=202,
    problems=(404, 409),
)
def commit_contact_import(call: Call[ImportChoice]) -> Answer:
    """Make contacts of the rows that you choose, in the background.

    Once per import: the same choice again changes nothing, another one is 409
    `import_committed`. Each row then says what became of it.
    """
    import_id = call.path["import_id"]
    using(ChooseRows, call.services)(call.principal, import_id, call.given)
    return Answer(using(ReadImport, call.services)(call.principal, import_id))


@resource.operation(
    "GET",
    ONE + "/rejected",
    scope=Scope.FIRM_READ,
    given=Nothing,
    answer=DownloadLink,
    problems=(404, 409),
)
def get_rejected_contacts(call: Call[Nothing]) -> Answer:
    """Get a CSV file of the rejected rows, each with what is wrong, to correct and import again."""
    url = using(RejectedRows, call.services)(call.principal, call.path["import_id"])
    return Answer(DownloadLink(url=url, expires_in=LINK_SECONDS))


@resource.operation(
    "POST",
    "/contact_exports",
    scope=Scope.FIRM_READ,
    given=NewExport,
    answer=ExportOut,
    status=201,
    problems=(),
    repeat=Repeat(harmless=True),
)
def export_contacts(call: Call[NewExport]) -> Answer:
    """Write contacts into a file: CSV for spreadsheets, or vCard; 10,000 in each.

    No cell of the CSV can be run as a formula: what could begin one has an apostrophe before it,
    which our import takes off again.
    """
    given = call.given
    return Answer(
        using(ExportContacts, call.services)(call.principal, given.format, given.cursor, call.now)
    )
