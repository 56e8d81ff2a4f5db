"""What the template promises about data at rest: encrypted, closed, erased in time (P16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from paraphe.domain.evidence import archive_renewal
from paraphe.domain.evidence.heads import SETTLED
from paraphe.domain.requests import deadlines
from tests.support.world import World
from tests.unit.template.resources import RESOURCES, TEMPLATE, of_type

DOCUMENT_BUCKETS = ("Uploads", "Documents", "Evidence")
RETENTION_DAYS = 31
EVIDENCE_DAYS = 3653
LOG_DAYS = 30


BUCKETS = sorted(of_type("AWS::S3::Bucket"))


def lifecycle_rules(bucket: str) -> list[dict[str, Any]]:
    rules = RESOURCES[bucket]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert all(rule["Status"] == "Enabled" for rule in rules)
    return list(rules)


def rules_for_all(bucket: str) -> list[dict[str, Any]]:
    """The rules that hold for every object, whatever its name."""
    return [r for r in lifecycle_rules(bucket) if not {"Prefix", "TagFilters"} & set(r)]


# ------------------------------------------------------------------------------------------ table


def test_the_table_can_be_set_back_and_is_ours_to_decrypt() -> None:
    table = RESOURCES["Table"]["Properties"]
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert RESOURCES["Table"]["DeletionPolicy"].startswith("Retain")
    assert RESOURCES["Table"]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("name", sorted(of_type("AWS::DynamoDB::Table")))
def test_tables_are_encrypted_with_the_customer_key(name: str) -> None:
    assert RESOURCES[name]["Properties"]["SSESpecification"] == {
        "SSEEnabled": True,
        "SSEType": "KMS",
        "KMSMasterKeyId": {"Fn::GetAtt": ["DataKey", "Arn"]},
    }


def test_the_data_key_rotates_and_outlives_the_stack() -> None:
    assert RESOURCES["DataKey"]["Properties"]["EnableKeyRotation"] is True
    keys = [r for r in RESOURCES.values() if r["Type"] == "AWS::KMS::Key"]
    assert all(key["DeletionPolicy"].startswith("Retain") for key in keys)
    assert all(key["UpdateReplacePolicy"] == "Retain" for key in keys)


def test_what_storage_may_do_with_the_key_is_bound_to_this_account_and_to_storage() -> None:
    statements = RESOURCES["DataKey"]["Properties"]["KeyPolicy"]["Statement"]
    for statement in statements:
        if statement["Principal"] == {"AWS": "*"}:
            condition = statement["Condition"]["StringEquals"]
            assert condition["kms:CallerAccount"] == {"Ref": "AWS::AccountId"}
            assert len(condition["kms:ViaService"]) == 2


# ------------------------------------------------------------------------------------------ buckets


@pytest.mark.parametrize("name", BUCKETS)
def test_no_bucket_is_public(name: str) -> None:
    properties = RESOURCES[name]["Properties"]
    block = properties["PublicAccessBlockConfiguration"]
    assert set(block) == {
        "BlockPublicAcls",
        "BlockPublicPolicy",
        "IgnorePublicAcls",
        "RestrictPublicBuckets",
    }
    assert all(block.values())
    assert properties["OwnershipControls"] == {
        "Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]
    }


@pytest.mark.parametrize("name", DOCUMENT_BUCKETS)
def test_documents_are_encrypted_with_the_customer_key(name: str) -> None:
    rules = RESOURCES[name]["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert [r["ServerSideEncryptionByDefault"] for r in rules] == [
        {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Fn::GetAtt": ["DataKey", "Arn"]}}
    ]


@pytest.mark.parametrize("name", BUCKETS)
def test_buckets_are_reached_by_encrypted_transport_only(name: str) -> None:
    policies = [
        p for p in of_type("AWS::S3::BucketPolicy").values() if p["Bucket"] == {"Ref": name}
    ]
    denied = [
        s
        for p in policies
        for s in p["PolicyDocument"]["Statement"]
        if s["Effect"] == "Deny" and s["Sid"] == "EncryptedTransportOnly"
    ]
    assert len(denied) == 1
    assert denied[0]["Principal"] == "*"
    assert denied[0]["Action"] == "s3:*"
    assert denied[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert denied[0]["Resource"] == [
        {"Fn::GetAtt": [name, "Arn"]},
        {"Fn::Sub": f"${{{name}.Arn}}/*"},
    ]


@pytest.mark.parametrize("name", BUCKETS)
def test_unfinished_uploads_do_not_linger(name: str) -> None:
    days = [
        r["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]
        for r in rules_for_all(name)
        if "AbortIncompleteMultipartUpload" in r
    ]
    assert days == [1]


def test_uploads_live_a_day() -> None:
    assert [r["ExpirationInDays"] for r in rules_for_all("Uploads")] == [1]
    assert "VersioningConfiguration" not in RESOURCES["Uploads"]["Properties"]


def test_p16_open_documents_have_an_end_too() -> None:
    """P16: an object in `active/` lives no longer than a request can, whatever the sweep does.

    Made with the draft, relaunched on the last day of its year, failed with accepted signatures,
    and never closed after its end.
    """
    longest = deadlines.LONGEST_LIFE + deadlines.LIFETIME + 2 * deadlines.RETENTION
    (rule,) = (r for r in lifecycle_rules("Documents") if r.get("Prefix") == "active/")
    assert timedelta(days=rule["ExpirationInDays"]) == longest + timedelta(days=1)


def test_p16_ended_documents_live_31_days_and_their_versions_a_day_more() -> None:
    """Lifecycle rules are the guarantee, even if the sweep never ran."""
    timed = [r for r in lifecycle_rules("Documents") if "ExpirationInDays" in r]
    assert {"Prefix": "retained/", "ExpirationInDays": RETENTION_DAYS}.items() <= timed[0].items()
    versions = [r for r in rules_for_all("Documents") if "NoncurrentVersionExpiration" in r]
    assert [r["NoncurrentVersionExpiration"] for r in versions] == [{"NoncurrentDays": 1}]
    assert versions[0]["ExpiredObjectDeleteMarker"] is True


def test_p16_evidence_outlives_the_documents() -> None:
    ends = [
        r for r in lifecycle_rules("Evidence") if "ExpirationInDays" in r and "TagFilters" not in r
    ]
    assert [rule["ExpirationInDays"] for rule in ends] == [EVIDENCE_DAYS]


def test_a_renewed_file_of_the_evidence_is_kept_no_longer_than_it_was_to_be() -> None:
    """Its days begin anew, so its tag says how many years were left: rounded up, a year at most."""
    rules = {
        filtered["Value"]: rule["ExpirationInDays"]
        for rule in lifecycle_rules("Evidence")
        for filtered in rule.get("TagFilters", ())
        if filtered["Key"] == "years-left"
    }
    ended = datetime(2026, 11, 25, tzinfo=UTC)
    world = World()
    request = replace(world.load(world.draft()), ended_at=ended)
    for day in range(0, EVIDENCE_DAYS, 10):
        now = ended + timedelta(days=day)
        years = archive_renewal.years_left(request, now)
        days = min(rules.get(str(years), EVIDENCE_DAYS), EVIDENCE_DAYS)
        assert EVIDENCE_DAYS - day <= days <= EVIDENCE_DAYS - day + 366


@pytest.mark.parametrize("name", ["Documents", "Evidence", "Pki"])
def test_what_matters_is_versioned_and_outlives_the_stack(name: str) -> None:
    properties = RESOURCES[name]["Properties"]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert RESOURCES[name]["DeletionPolicy"].startswith("Retain")
    assert RESOURCES[name]["UpdateReplacePolicy"] == "Retain"


# ------------------------------------------------------------------------------------------ logs


def test_every_log_ends() -> None:
    logs = of_type("AWS::Logs::LogGroup")
    assert {log["RetentionInDays"] for log in logs.values()} == {LOG_DAYS}


@pytest.mark.parametrize("name", sorted(of_type("AWS::Serverless::Function")))
def test_every_function_has_a_log_group_with_an_end(name: str) -> None:
    """Lambda would make one itself, that keeps everything for ever."""
    function = RESOURCES[name]["Properties"]["FunctionName"]["Fn::Sub"]
    names = [log["LogGroupName"]["Fn::Sub"] for log in of_type("AWS::Logs::LogGroup").values()]
    assert f"/aws/lambda/{function}" in names


def test_p10_the_paths_of_links_are_in_no_log() -> None:
    """A path holds the token, a query the provider's code: no execution log and no trace.

    Their access logs name routes: test_production.py.
    """
    for api in ("WebApi", "PortalApi"):
        pages = RESOURCES[api]["Properties"]
        assert pages["TracingEnabled"] is False
        assert pages["MethodSettings"]
        for setting in pages["MethodSettings"]:
            assert setting["LoggingLevel"] == "OFF"
            assert setting["DataTraceEnabled"] is False


def test_no_api_writes_bodies_to_a_log() -> None:
    for api in of_type("AWS::Serverless::Api").values():
        assert all(setting["DataTraceEnabled"] is False for setting in api["MethodSettings"])


def test_the_workflow_logs_without_its_data() -> None:
    for machine in of_type("AWS::Serverless::StateMachine").values():
        assert machine["Logging"]["IncludeExecutionData"] is False
        assert machine["Logging"]["Level"] == "ERROR"


def test_p19_a_day_is_over_for_good_before_its_heads_are_written_down() -> None:
    """No function that began on it can still be at work, nor write with a date of then."""
    default = TEMPLATE["Globals"]["Function"]["Timeout"]
    longest = max(f.get("Timeout", default) for f in of_type("AWS::Serverless::Function").values())
    assert longest * 2 <= SETTLED.total_seconds()
    event = RESOURCES["Anchor"]["Properties"]["Events"]["FourTimesADay"]["Properties"]
    assert event["ScheduleExpression"] == "cron(10 1/6 * * ? *)"
    assert timedelta(hours=1, minutes=10) > SETTLED


def test_ocsp_is_reached_over_plain_http_and_kept_by_nobody_on_the_way() -> None:
    """The distribution passes POST on, and asks for octets; the list stays where it was."""
    config = RESOURCES["PkiDistribution"]["Properties"]["DistributionConfig"]
    (behaviour,) = config["CacheBehaviors"]
    assert behaviour["PathPattern"] == "/pki/ocsp*"
    assert behaviour["ViewerProtocolPolicy"] == "allow-all"
    assert "POST" in behaviour["AllowedMethods"]
    assert behaviour["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # CachingDisabled
    (origin,) = [o for o in config["Origins"] if o["Id"] == behaviour["TargetOriginId"]]
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    headers = {h["HeaderName"]: h["HeaderValue"] for h in origin["OriginCustomHeaders"]}
    assert headers == {"Accept": "application/ocsp-response"}
    assert config["DefaultCacheBehavior"]["TargetOriginId"] == "pki"


def test_p19_heads_are_written_once_whoever_writes_them() -> None:
    """S3 refuses a write that does not ask to be refused when there is something already."""
    statements = RESOURCES["EvidencePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    (once,) = (s for s in statements if s["Sid"] == "HeadsAreWrittenOnce")
    assert (once["Effect"], once["Principal"], once["Action"]) == ("Deny", "*", "s3:PutObject")
    assert once["Resource"] == {"Fn::Sub": "${Evidence.Arn}/*/heads/*"}
    assert once["Condition"] == {"Null": {"s3:if-none-match": "true"}}
