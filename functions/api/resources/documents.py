"""The PDFs of a request."""

from typing import Any

from api.operations import Answer, Call, Repeat, Resource, Scope
from paraphe.contracts.requests.answers import AddedDocument, DownloadLink
from paraphe.contracts.requests.bodies import DocumentQuery, NewDocument
from paraphe.contracts.requests.drafting import AnotherUpload, DocumentChanges
from paraphe.contracts.requests.representations import DocumentDetails
from paraphe.contracts.shapes import Nothing, UploadForm
from paraphe.domain.requests.decision import find_document
from paraphe.ports.upload_forms import Upload
from paraphe.usecases import using
from paraphe.usecases.requests import edit_documents
from paraphe.usecases.requests.arrange_documents import ArrangeDocuments
from paraphe.usecases.requests.edit_documents import EditDocuments

resource = Resource("documents")
PATH = "/signature_requests/{request_id}/documents"
ONE = PATH + "/{document_id}"


def _with_a_form(call: Call[Any]) -> Answer:
    """Tell of a document that was added, with a new form."""
    upload = _form(call)
    request = edit_documents.load(call.services.requests, call.request)
    return Answer(AddedDocument.made(find_document(request, call.document_id), upload))


def _form(call: Call[Any]) -> Upload:
    return using(EditDocuments, call.services).renew_upload(
        call.principal, call.request, call.document_id, call.now
    )


@resource.operation(
    "POST",
    PATH,
    repeat=Repeat(_with_a_form, makes="document_id"),
    scope=Scope.WRITE,
    given=NewDocument,
    answer=AddedDocument,
    status=201,
    problems=(404, 409),
)
def add_document(call: Call[NewDocument]) -> Answer:
    """Add a document to a draft and get the form to upload its PDF with.

    The file goes straight to storage; it is inspected there, and the document then becomes
    `ready`, or `refused` with a reason. A file that has scripts or actions is refused, and
    `refusal.removable` says which kinds; it is accepted without them with `remove_active_content`.
    """
    ref = call.request
    document, upload = using(EditDocuments, call.services).add(
        call.principal,
        ref,
        call.given.name,
        call.now,
        remove_active_content=call.given.remove_active_content,
    )
    location = f"/v1/signature_requests/{ref.request_id}/documents/{document.id}"
    return Answer(AddedDocument.made(document, upload), headers={"Location": location})


@resource.operation("GET", ONE, scope=Scope.READ, given=Nothing, answer=DocumentDetails)
def get_document(call: Call[Nothing]) -> Answer:
    """Read a document with the sizes of its pages."""
    request = edit_documents.load(call.services.requests, call.request)
    document = find_document(request, call.document_id)
    return Answer(DocumentDetails.of(document, request), version=request.version)


@resource.operation(
    "POST",
    ONE + "/upload",
    repeat=Repeat(lambda call: Answer(UploadForm.of(_form(call)))),
    scope=Scope.WRITE,
    given=AnotherUpload,
    answer=UploadForm,
    problems=(404, 409),
)
def renew_upload(call: Call[AnotherUpload]) -> Answer:
    """Get a new form: the first one ran out, or is used up.

    A form takes 3 files at most, and none after the first that is accepted.

    With `remove_active_content` its sender allows, or not any more, that scripts and actions are
    removed from the file that is sent next; saying it again changes nothing. With `replace` a file
    that was accepted is taken out, and another one uploaded in its place.
    """
    upload = using(EditDocuments, call.services).renew_upload(
        call.principal,
        call.request,
        call.document_id,
        call.now,
        remove_active_content=call.given.remove_active_content,
        replace=call.given.replace,
    )
    return Answer(UploadForm.of(upload))


@resource.operation(
    "PATCH",
    ONE,
    scope=Scope.WRITE,
    given=DocumentChanges,
    answer=DocumentDetails,
    problems=(404, 409, 412),
)
def change_document(call: Call[DocumentChanges]) -> Answer:
    """Rename a draft's document, or put it at another place among the others."""
    request = using(ArrangeDocuments, call.services).arrange(
        call.principal,
        call.request,
        call.document_id,
        call.now,
        name=call.given.name,
        position=call.given.position,
        seen=call.if_match,
    )
    document = find_document(request, call.document_id)
    return Answer(DocumentDetails.of(document, request), version=request.version)


@resource.operation(
    "DELETE",
    ONE,
    scope=Scope.WRITE,
    given=Nothing,
    answer=None,
    status=204,
    problems=(404, 409),
)
def remove_document(call: Call[Nothing]) -> Answer:
    """Take a document out of a draft, placements on it too."""
    using(EditDocuments, call.services).remove(
        call.principal, call.request, call.document_id, call.now
    )
    return Answer()


@resource.operation(
    "GET",
    ONE + "/download",
    scope=Scope.DOCUMENTS,
    given=DocumentQuery,
    answer=DownloadLink,
    problems=(404, 409, 410),
)
def download_document(call: Call[DocumentQuery]) -> Answer:
    """Get the signed original.

    It can be had once everybody has signed and until `retention_until`; from then on, and for
    requests that ended otherwise, the answer is 410. No partly signed file ever leaves.
    """
    request = edit_documents.load(call.services.requests, call.request)
    as_sent = call.given.form == "as_sent"
    url = edit_documents.download_url(
        call.services.files, request, call.document_id, call.now, as_sent=as_sent
    )
    if call.given.redirect:
        return Answer(status=302, headers={"Location": url})
    return Answer(DownloadLink(url=url, expires_in=edit_documents.DOWNLOAD_SECONDS))
