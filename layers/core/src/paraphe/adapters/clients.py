"""Clients of AWS services, made on first use: botocore is imported no earlier than that.

Nothing here reads the environment beyond what botocore itself does (credentials, region, and
`AWS_ENDPOINT_URL` on a laptop).
"""

from __future__ import annotations

import functools
import os
import threading
from typing import TYPE_CHECKING, Any, Literal, cast, overload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.session import Session
    from mypy_boto3_acm_pca import ACMPCAClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_stepfunctions import SFNClient

CONNECT_SECONDS = 2
READ_SECONDS = 10
BRIEF_SECONDS = 1
ATTEMPTS = 4
CONNECTIONS = 32
# Clients may be used by several threads; a session may not make them in several.
_MAKING = threading.Lock()


@functools.cache
def _session() -> Session:
    from botocore.session import get_session  # noqa: PLC0415 - a door that needs no AWS pays nothing

    return get_session()


@overload
def client(service: Literal["acm-pca"]) -> ACMPCAClient: ...
@overload
def client(service: Literal["cognito-idp"]) -> CognitoIdentityProviderClient: ...
@overload
def client(service: Literal["dynamodb"]) -> DynamoDBClient: ...
@overload
def client(service: Literal["events"]) -> Any: ...  # noqa: ANN401 - without stubs
@overload
def client(service: Literal["ssm"]) -> Any: ...  # noqa: ANN401 - as above
@overload
def client(service: Literal["kms"]) -> KMSClient: ...
@overload
def client(service: Literal["s3"]) -> S3Client: ...
@overload
def client(service: Literal["sesv2"]) -> SESV2Client: ...
@overload
def client(service: Literal["sns"]) -> SNSClient: ...
@overload
def client(service: Literal["stepfunctions"]) -> SFNClient: ...
@overload
def client(service: Literal["sts"]) -> Any: ...  # noqa: ANN401 - without stubs
def client(service: str) -> Any:
    """Return the process's one client of a service, with short timeouts and few retries.

    S3 signs with version 4 and checks sums only where S3 demands it: every document's SHA-256 is
    checked by us already. Buckets are addressed as hosts of their own region, so that no presigned
    address leads to the global endpoint, which redirects (307) for buckets of new regions.
    """
    return _client(service)


@functools.cache
def _client(service: str) -> Any:  # noqa: ANN401 - typed by `client`
    with _MAKING:
        return _session().create_client(service, config=_config(service))


def assumed_s3(region: str, credentials: Mapping[str, str]) -> S3Client:
    """Return a client of S3 in any region, with credentials that STS gave."""
    with _MAKING:
        made: Any = _session().create_client(
            "s3",
            region_name=region,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
            config=_config("s3"),
        )
    return cast("S3Client", made)


def _config(service: str) -> Any:  # noqa: ANN401 - botocore's
    from botocore.config import Config  # noqa: PLC0415 - as above

    return Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=CONNECTIONS,
        tcp_keepalive=True,
        signature_version="s3v4" if service == "s3" else None,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    )


@functools.cache
def dynamodb() -> DynamoDBClient:
    """Return this process's client of DynamoDB, for the operations that adapters use (ADR 31)."""
    return _wire(CONNECT_SECONDS, READ_SECONDS, ATTEMPTS)


@functools.cache
def brief_dynamodb() -> DynamoDBClient:
    """Return a client that gives up soon: for what a call can do without."""
    return _wire(BRIEF_SECONDS, BRIEF_SECONDS, 1)


def _wire(connect_seconds: float, read_seconds: float, attempts: int) -> DynamoDBClient:
    from paraphe.adapters.dynamodb.wire import DynamoDbWire, endpoint  # noqa: PLC0415 - as above

    region = os.environ.get("AWS_REGION") or os.environ["AWS_DEFAULT_REGION"]
    return cast(
        "DynamoDBClient",
        DynamoDbWire(
            region,
            endpoint(region),
            connect_seconds=connect_seconds,
            read_seconds=read_seconds,
            attempts=attempts,
            connections=CONNECTIONS,
        ),
    )


def forget() -> None:
    """Make new clients from now on: the environment that they were made in has changed."""
    dynamodb.cache_clear()
    brief_dynamodb.cache_clear()
    _client.cache_clear()
    _session.cache_clear()
