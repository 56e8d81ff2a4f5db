"""An embedded AWS with one table, three buckets and two keys: what the adapters stand on."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from infra.local import emulator
from paraphe.adapters import clients
from paraphe.adapters.delivery.send_counters import DynamoLimits
from paraphe.adapters.dynamodb import keys
from paraphe.adapters.firms.firm_store import DynamoFirms
from paraphe.adapters.requests.document_files import S3Files
from paraphe.adapters.requests.request_store import DynamoRequests
from paraphe.adapters.requests.uploaded_files import S3Uploads
from paraphe.adapters.s3.bucket import Bucket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.emulator import Emulator

TABLE = "adapters"
LIMITS = "adapters-limits"
UPLOADS = "adapters-uploads"
DOCUMENTS = "adapters-documents"
MAC_KEY = {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}
MACHINE = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@dataclass(frozen=True)
class Aws:
    """The embedded AWS and what was made in it."""

    emulator: Emulator
    link_key: str
    code_key: str
    state_machine: str


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    """Run it for the whole session, with the process's clients pointed at it."""
    with emulator.running(tmp_path_factory.mktemp("aws")) as running:
        before = dict(os.environ)
        os.environ.update(running.environment())
        clients.forget()
        try:
            yield _furnish(running)
        finally:
            os.environ.clear()
            os.environ.update(before)
            clients.forget()


def _furnish(running: Emulator) -> Aws:
    create_table()
    dynamodb: Any = clients.client("dynamodb")
    dynamodb.create_table(
        TableName=LIMITS,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=_schema("id", None),
    )
    s3 = clients.client("s3")
    for name in (UPLOADS, DOCUMENTS):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    s3.put_bucket_versioning(Bucket=DOCUMENTS, VersioningConfiguration={"Status": "Enabled"})
    kms: Any = clients.client("kms")
    made = [kms.create_key(**MAC_KEY)["KeyMetadata"]["KeyId"] for _ in range(2)]
    clients.client("sesv2").create_email_identity(EmailIdentity="paraphe@example.org")
    role = boto3.client("iam").create_role(
        RoleName="adapters", AssumeRolePolicyDocument=json.dumps(TRUST)
    )
    machine = clients.client("stepfunctions").create_state_machine(
        name="adapters", definition=json.dumps(MACHINE), roleArn=role["Role"]["Arn"]
    )
    return Aws(running, made[0], made[1], machine["stateMachineArn"])


def create_table() -> None:
    """Make the table of requests, with the template's indexes."""
    indexes = {
        keys.BY_DUE: ("due_pk", "due_at", "KEYS_ONLY"),
        keys.BY_LINK: ("link_hash", None, "KEYS_ONLY"),
        keys.BY_DAY: ("day_pk", "PK", "KEYS_ONLY"),
    }
    names = {"PK", "SK", *(n for pk, sk, _ in indexes.values() for n in (pk, sk) if n)}
    client: Any = clients.client("dynamodb")
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in sorted(names)],
        KeySchema=_schema("PK", "SK"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": _schema(pk, sk),
                "Projection": {"ProjectionType": projection},
            }
            for index, (pk, sk, projection) in indexes.items()
        ],
    )


def _schema(partition: str, sort: str | None) -> list[dict[str, str]]:
    schema = [{"AttributeName": partition, "KeyType": "HASH"}]
    return schema + ([{"AttributeName": sort, "KeyType": "RANGE"}] if sort else [])


@pytest.fixture
def requests(aws: Aws) -> DynamoRequests:
    """The store of requests."""
    assert aws.emulator.url
    return DynamoRequests(clients.dynamodb(), TABLE)


@pytest.fixture
def firms(aws: Aws) -> DynamoFirms:
    """The store of firms."""
    assert aws.emulator.url
    return DynamoFirms(clients.dynamodb(), TABLE)


@pytest.fixture
def limits(aws: Aws) -> DynamoLimits:
    """The counters of what was sent."""
    assert aws.emulator.url
    return DynamoLimits(clients.dynamodb(), LIMITS)


@pytest.fixture
def uploads(aws: Aws) -> S3Uploads:
    """The uploads bucket."""
    assert aws.emulator.url
    return S3Uploads(Bucket(clients.client("s3"), UPLOADS))


@pytest.fixture
def documents(aws: Aws) -> Bucket:
    """The documents bucket, versioned."""
    assert aws.emulator.url
    return Bucket(clients.client("s3"), DOCUMENTS)


@pytest.fixture
def files(documents: Bucket) -> S3Files:
    """The documents of requests."""
    return S3Files(lambda: Bucket(clients.client("s3"), UPLOADS), lambda: documents)
