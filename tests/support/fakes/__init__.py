"""Hand-written stand-ins for every port: in memory, honest, and able to misbehave on purpose."""

from tests.support.fakes.bulk_files import FakeBulkFiles
from tests.support.fakes.chain_heads import FakeChainHeads, FakeHeadFiles, FakeStamper
from tests.support.fakes.evidence_making import FakeArchivist, FakeEvidenceFiles, FakeEvidenceMaker
from tests.support.fakes.files import FakeFiles, FakeUploads, FakeWorkspace, Inspected
from tests.support.fakes.firms import FakeFirms
from tests.support.fakes.limits import FakeLimits, FakeRateLimits
from tests.support.fakes.members import FakeCertifier, FakeExpiries, FakeMembers
from tests.support.fakes.post import FakeLetters, FakeMailer, FakeOutbox, FakeSms
from tests.support.fakes.requests import FakeRequests
from tests.support.fakes.secrets import FakeCodes, FakeEntropy, FakeLinks
from tests.support.fakes.status import FakePublicFiles, FakePublisher, FakeResponder
from tests.support.fakes.template_files import FakeTemplateFiles
from tests.support.fakes.webhooks import (
    FakeWebhookLog,
    FakeWebhooks,
    FakeWebhookSeals,
    FakeWebhookSender,
    FakeWebhookSubjects,
)
from tests.support.fakes.workflow import FakeExecutions, FakeSigner

__all__ = [
    "FakeArchivist",
    "FakeBulkFiles",
    "FakeCertifier",
    "FakeChainHeads",
    "FakeCodes",
    "FakeEntropy",
    "FakeEvidenceFiles",
    "FakeEvidenceMaker",
    "FakeExecutions",
    "FakeExpiries",
    "FakeFiles",
    "FakeFirms",
    "FakeHeadFiles",
    "FakeLetters",
    "FakeLimits",
    "FakeLinks",
    "FakeMailer",
    "FakeMembers",
    "FakeOutbox",
    "FakePublicFiles",
    "FakePublisher",
    "FakeRateLimits",
    "FakeRequests",
    "FakeResponder",
    "FakeSigner",
    "FakeSms",
    "FakeStamper",
    "FakeTemplateFiles",
    "FakeUploads",
    "FakeWebhookLog",
    "FakeWebhookSeals",
    "FakeWebhookSender",
    "FakeWebhookSubjects",
    "FakeWebhooks",
    "FakeWorkspace",
    "Inspected",
]
