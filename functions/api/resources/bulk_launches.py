"""Bulk launches: a template, and a CSV file with a row for each request (P24)."""

from api.operations import Answer, Call, Repeat, Resource, Scope
from paraphe.contracts.requests.answers import DownloadLink
from paraphe.contracts.requests.bodies import DownloadQuery
from paraphe.contracts.requests.bulk import (
    BegunBulk,
    BulkChoice,
    BulkOut,
    BulkRowList,
    BulkRowsQuery,
    NewBulkLaunch,
)
from paraphe.contracts.shapes import Nothing
from paraphe.domain.requests.model import Mode, Sender
from paraphe.ports.bulk import BulkRef
from paraphe.usecases import using
from paraphe.usecases.requests.prepare_bulk import (
    LINK_SECONDS,
    ChooseBulkRows,
    PrepareBulk,
    SampleOfBulk,
)

resource = Resource("bulk_launches")
PATH = "/bulk_launches"
ONE = PATH + "/{bulk_id}"


@resource.operation(
    "GET",
    "/templates/{template_id}/bulk_sample",
    scope=Scope.FIRM_READ,
    given=DownloadQuery,
    answer=DownloadLink,
)
def get_bulk_sample(call: Call[DownloadQuery]) -> Answer:
    """Get a CSV file with a template's columns, to be filled in; Excel opens it."""
    url = using(SampleOfBulk, call.services)(call.principal, call.path["template_id"])
    if call.given.redirect:
        return Answer(status=302, headers={"Location": url})
    return Answer(DownloadLink(url=url, expires_in=LINK_SECONDS))


@resource.operation(
    "POST",
    PATH,
    scope=Scope.WRITE,
    given=NewBulkLaunch,
    answer=BegunBulk,
    status=201,
    repeat=Repeat(harmless=True),  # one without a file launches nothing
)
def begin_bulk_launch(call: Call[NewBulkLaunch]) -> Answer:
    """Begin a bulk launch: the answer has the form that takes the CSV file, 1 MB at most.

    CSV as spreadsheets write it (UTF-8, UTF-16 or Windows-1252; semicolon, comma, tab), 1,000 rows
    at most. Columns are named by role: `client_name`, `client_email`, `client_phone`,
    `client_locale`; besides, `title` and `external_id`.
    """
    bulk, upload = using(PrepareBulk, call.services).begin(
        call.principal, call.given.template_id, call.now, Mode(call.given.mode)
    )
    location = {"Location": f"/v1{PATH}/{bulk.launch.id}"}
    return Answer(BegunBulk.made(bulk, upload), headers=location)


@resource.operation(
    "POST",
    ONE + "/preview",
    scope=Scope.WRITE,
    given=Nothing,
    answer=BulkOut,
    problems=(404, 409),
)
def preview_bulk_launch(call: Call[Nothing]) -> Answer:
    """Read the uploaded file: each row is `ready`, or `refused` with what is wrong.

    Nothing is made yet. Another file can be uploaded with the same form and read again.
    """
    prepare = using(PrepareBulk, call.services)
    return Answer(BulkOut.of(prepare.read_file(call.principal, call.path["bulk_id"], call.now)))


@resource.operation("GET", ONE, scope=Scope.READ, given=Nothing, answer=BulkOut)
def get_bulk_launch(call: Call[Nothing]) -> Answer:
    """Get where a bulk launch stands, and how many rows are what."""
    ref = BulkRef(call.firm_id, call.path["bulk_id"])
    return Answer(BulkOut.of(call.services.bulk_launches.load(ref)))


@resource.operation("GET", ONE + "/rows", scope=Scope.READ, given=BulkRowsQuery, answer=BulkRowList)
def list_bulk_rows(call: Call[BulkRowsQuery]) -> Answer:
    """List rows in the order of the file: what each is, or has become.

    `refused` or `failed` for what stands in `faults`, `ready`, `queued`, or `launched` as
    `request_id`.
    """
    given = call.given
    bulk = call.services.bulk_launches.load(BulkRef(call.firm_id, call.path["bulk_id"]))
    rows = tuple(row for row in bulk.rows if given.state in {None, row.state})
    return Answer(BulkRowList.of(rows, given.limit, given.cursor))


@resource.operation(
    "POST",
    ONE + "/launch",
    scope=Scope.WRITE,
    given=BulkChoice,
    answer=BulkOut,
    status=202,
    problems=(404, 409),
)
def launch_bulk(call: Call[BulkChoice]) -> Answer:
    """Launch the rows that you choose, in the background; each becomes a request of its own.

    Sending it again makes nothing twice. Rows that have failed can be chosen again once it is
    `done`.
    """
    given = call.given
    sender = Sender(call.client.id, given.sender.name, given.sender.email, given.sender.locale)
    bulk = using(ChooseBulkRows, call.services)(
        call.principal, call.path["bulk_id"], sender, given.lines, call.now
    )
    return Answer(BulkOut.of(bulk))
