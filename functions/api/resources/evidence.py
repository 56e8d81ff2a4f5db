"""The evidence file of a request that has ended."""

from api.operations import Answer, Call, Resource, Scope
from paraphe.contracts.requests.answers import DownloadLink
from paraphe.contracts.requests.bodies import EvidenceQuery
from paraphe.usecases.evidence import read_evidence
from paraphe.usecases.requests import edit_documents

resource = Resource("evidence")


@resource.operation(
    "GET",
    "/signature_requests/{request_id}/evidence",
    scope=Scope.DOCUMENTS,
    given=EvidenceQuery,
    answer=DownloadLink,
    problems=(404, 409),
)
def get_evidence(call: Call[EvidenceQuery]) -> Answer:
    """Get the evidence file: the sealed account of everything that happened.

    It is made within moments after the request has ended, however it ended, and outlives the
    documents by years. As JSON (docs/evidence.schema.json) or as a sealed PDF that has the JSON
    attached.
    """
    request = edit_documents.load(call.services.requests, call.request)
    name = read_evidence.PDF if call.given.format == "pdf" else read_evidence.JSON
    url = read_evidence.evidence_url(call.services.evidence_files, request, name)
    if call.given.redirect:
        return Answer(status=302, headers={"Location": url})
    return Answer(DownloadLink(url=url, expires_in=read_evidence.LINK_SECONDS))
