"""The template as AWS gets it on stage prod: what the laptop's branch of a condition hides."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cloudformation import PRODUCTION, AssertionRefusedError, deployed

MACHINE = "arn:aws:states:eu-west-3:123456789012:stateMachine:paraphe-prod-request"
LOCAL = {"Stage": "local", "PkiBaseUrl": "http://127.0.0.1:8000/pki"}
CERTIFICATE = "arn:aws:acm:eu-west-3:123456789012:certificate/1"
GLOBAL_CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1"
STARTERS = ("Api", "AwaitCommand", "Sweep")
STRANGERS = {
    "HttpApiStage": {"POST /~1v1~1verifications", "GET /~1v1~1verifications~1{id}"},
    "WebApiStage": {
        "GET /~1verify",
        "POST /~1verify",
        "GET /~1verify~1{id}",
        "GET /~1pki~1ocsp",
        "POST /~1pki~1ocsp",
        "GET /~1pki~1ocsp~1{request+}",
    },
}


# --------------------------------------------------------------------------- starting


def _allows_start(statement: dict[str, Any], alias: str | None) -> bool:
    """Whether AWS lets an execution be started: by the unqualified ARN and the qualifier.

    "Step Functions uses the state machine's ARN instead of using the version ARN or alias ARN";
    the alias is in the condition key (AWS, Authorization for versions and aliases).
    """
    if "states:StartExecution" not in statement["Action"] or statement["Resource"] != MACHINE:
        return False
    condition = statement.get("Condition")
    if condition is None:
        return True
    assert set(condition) == {"ForAnyValue:StringEquals"}
    return alias in condition["ForAnyValue:StringEquals"]["states:StateMachineQualifier"]


@pytest.mark.parametrize("function", STARTERS)
def test_who_starts_executions_is_let_on_aws(function: str) -> None:
    """A request can be launched: the alias that is named may be started, and nothing else."""
    stack = deployed(PRODUCTION)
    variables = stack.resources[function]["Properties"]["Environment"]["Variables"]
    arn, _, alias = variables["STATE_MACHINE_ARN"].rpartition(":")
    assert (arn, alias) == (MACHINE, "live")
    statements = stack.statements(function)
    assert any(_allows_start(s, "live") for s in statements)
    assert not any(_allows_start(s, other) for s in statements for other in (None, "next"))


def test_the_alias_that_is_started_is_the_one_there_is() -> None:
    stack = deployed(PRODUCTION)
    (alias,) = stack.of("AWS::StepFunctions::StateMachineAlias").values()
    assert alias["Name"] == "live"
    (machine,) = stack.of("AWS::StepFunctions::StateMachine").values()
    assert machine["StateMachineName"] == MACHINE.rpartition(":")[2]


@pytest.mark.parametrize("function", STARTERS)
def test_the_laptop_starts_without_an_alias(function: str) -> None:
    """The other side: the embedded AWS has no aliases of state machines."""
    stack = deployed(LOCAL)
    variables = stack.resources[function]["Properties"]["Environment"]["Variables"]
    assert variables["STATE_MACHINE_ARN"].endswith("stateMachine:paraphe-local-request")
    start = [s for s in stack.statements(function) if "states:StartExecution" in s["Action"]]
    assert [s["Resource"] for s in start] == [variables["STATE_MACHINE_ARN"]]


@pytest.mark.parametrize("stage", ["prod", "local"])
def test_the_workflow_may_call_the_doors_that_it_calls(stage: str) -> None:
    """Without a version: a change of a parameter alone would publish none (ADR 26)."""
    stack = deployed(PRODUCTION if stage == "prod" else LOCAL)
    called = set(stack.resources["RequestActor"]["Properties"]["DefinitionSubstitutions"].values())
    assert called
    assert {name.removesuffix(".Arn") for name in called} <= set(stack.of("AWS::Lambda::Function"))
    (policy,) = stack.resources["RequestActorRole"]["Properties"]["Policies"]
    allowed = next(s for s in policy["PolicyDocument"]["Statement"] if s["Sid"] == "Doors")
    assert set(allowed["Resource"]) == called
    assert not stack.of("AWS::Lambda::Alias")


# ------------------------------------------------------------------------------------------ rules


def test_production_with_everything_of_its_own_is_let_through() -> None:
    assert deployed(PRODUCTION).resources


@pytest.mark.parametrize(
    "parameter", ["PublicBaseUrl", "FromAddress", "TsaUrl", "PkiBaseUrl", "AlarmEmail"]
)
def test_production_refuses_what_is_only_a_default(parameter: str) -> None:
    """An address, a sender, a time-stamp service that are nobody's never reach production."""
    given = {name: value for name, value in PRODUCTION.items() if name != parameter}
    with pytest.raises(AssertionRefusedError, match=parameter):
        deployed(given)
    assert deployed({**given, "Stage": "staging"}).resources


def test_production_refuses_another_clock() -> None:
    with pytest.raises(AssertionRefusedError, match="ClockFile"):
        deployed({**PRODUCTION, "ClockFile": "/tmp/clock"})  # noqa: S108 - never opened


def test_a_deploy_that_forgets_the_stage_is_no_deploy_of_dev() -> None:
    """`--parameter-overrides` replaces samconfig.toml's; so the stage has no default."""
    with pytest.raises(KeyError, match="Default"):
        deployed({k: v for k, v in PRODUCTION.items() if k != "Stage"})


@pytest.mark.parametrize(
    ("given", "mode"),
    [
        ({}, "GOVERNANCE"),
        ({"EvidenceObjectLock": "compliance"}, "COMPLIANCE"),
        ({"EvidenceObjectLock": "off"}, None),
        ({"Stage": "dev"}, None),
        ({"Stage": "dev", "EvidenceObjectLock": "governance"}, "GOVERNANCE"),
    ],
)
def test_p19_evidence_is_locked_in_production_unless_said_otherwise(
    given: dict[str, str], mode: str | None
) -> None:
    bucket = deployed({**PRODUCTION, **given}).resources["Evidence"]["Properties"]
    assert bucket["ObjectLockEnabled"] is (mode is not None)
    rule = bucket.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention", {})
    assert rule.get("Mode") == mode


# ------------------------------------------------------------------------------------------ hosts


def test_hosts_of_ones_own_are_served_where_there_is_a_certificate() -> None:
    stack = deployed(
        {
            **PRODUCTION,
            "PublicCertificateArn": CERTIFICATE,
            "ApiBaseUrl": "https://api.cabinet.example",
            "ApiCertificateArn": CERTIFICATE,
            "PkiCertificateArn": GLOBAL_CERTIFICATE,
            "PortalBaseUrl": "https://portail.cabinet.example",
            "PortalCertificateArn": CERTIFICATE,
        }
    )
    names = {n: p["DomainName"] for n, p in stack.of("AWS::ApiGateway::DomainName").items()}
    assert names == {
        "PublicHost": "signature.cabinet.example",
        "ApiHost": "api.cabinet.example",
        "PortalHost": "portail.cabinet.example",
    }
    mapped = {
        p["DomainName"]: (p["RestApiId"], p["Stage"])
        for p in stack.of("AWS::ApiGateway::BasePathMapping").values()
    }
    assert mapped == {
        "PublicHost": ("WebApi", "WebApiStage"),
        "ApiHost": ("HttpApi", "HttpApiStage"),
        "PortalHost": ("PortalApi", "PortalApiStage"),
    }
    config = stack.resources["PkiDistribution"]["Properties"]["DistributionConfig"]
    assert config["Aliases"] == ["pki.cabinet.example"]
    assert config["ViewerCertificate"]["AcmCertificateArn"] == GLOBAL_CERTIFICATE
    assert {"PublicHostTarget", "ApiHostTarget", "PkiHostTarget", "PortalHostTarget"} <= set(
        stack.outputs
    )


def test_without_certificates_no_host_is_claimed() -> None:
    stack = deployed(PRODUCTION)
    assert not stack.of("AWS::ApiGateway::DomainName")
    config = stack.resources["PkiDistribution"]["Properties"]["DistributionConfig"]
    assert "Aliases" not in config
    assert config["ViewerCertificate"] == {"CloudFrontDefaultCertificate": True}


def test_certificates_name_the_address_that_was_given_or_the_distribution() -> None:
    def address(parameters: dict[str, str]) -> set[str]:
        functions = deployed(parameters).of("AWS::Lambda::Function").values()
        variables = [f["Environment"]["Variables"] for f in functions]
        return {v["PKI_BASE_URL"] for v in variables if "PKI_BASE_URL" in v}

    assert address(PRODUCTION) == {PRODUCTION["PkiBaseUrl"]}
    assert address({"Stage": "dev"}) == {"http://PkiDistribution.DomainName/pki"}
    assert address(LOCAL) == {LOCAL["PkiBaseUrl"]}


def test_what_certificates_name_outlives_the_stack() -> None:
    """An address in a certificate must answer for years after the last deployment."""
    stack = deployed(PRODUCTION)
    for name in ("Pki", "PkiPolicy", "PkiDistribution", "PkiAccess"):
        assert stack.resources[name]["DeletionPolicy"].startswith("Retain"), name
        assert stack.resources[name]["UpdateReplacePolicy"] == "Retain", name


# ------------------------------------------------------------------------------------------ mails


def _mail_rule(given: dict[str, str]) -> dict[str, Any]:
    """The rule that gives what SES tells to the door."""
    rules = deployed(given).of("AWS::Events::Rule")
    (rule,) = (r for r in rules.values() if r["EventPattern"]["source"] == ["aws.ses"])
    return dict(rule)


def test_what_ses_tells_of_mails_comes_to_the_door_that_records_it() -> None:
    """SES publishes what the rule wants, to the bus where the rule listens, of our set only."""
    stack = deployed(PRODUCTION)
    (made,) = stack.of("AWS::SES::ConfigurationSet").values()
    assert made["Name"] == "paraphe-prod"
    (told,) = stack.of("AWS::SES::ConfigurationSetEventDestination").values()
    assert told["ConfigurationSetName"] == "MailEvents"
    destination = told["EventDestination"]
    assert destination["Enabled"] is True
    bus = destination["EventBridgeDestination"]["EventBusArn"]
    assert bus == "arn:aws:events:eu-west-3:123456789012:event-bus/default"
    names = {
        "bounce": "Email Bounced",
        "complaint": "Email Complaint Received",
        "reject": "Email Rejected",
        "deliveryDelay": "Email Delivery Delayed",
    }
    rule = _mail_rule(PRODUCTION)
    assert "EventBusName" not in rule
    assert set(rule["EventPattern"]["detail-type"]) == set(names.values())
    assert set(destination["MatchingEventTypes"]) == set(names)
    (target,) = rule["Targets"]
    assert target["Arn"] == "RecordBounce.Arn"
    permissions = stack.of("AWS::Lambda::Permission").values()
    assert any(
        p["FunctionName"] == "RecordBounce" and p["Principal"] == "events.amazonaws.com"
        for p in permissions
    )


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (PRODUCTION, "MailEvents"),
        ({**PRODUCTION, "ConfigurationSet": "ours"}, "ours"),
        (LOCAL, ""),
    ],
)
def test_mails_are_sent_with_the_set_that_the_rule_listens_to(
    given: dict[str, str], name: str
) -> None:
    """The stack's own, the operator's, or none on the laptop."""
    stack = deployed(given)
    variables = stack.resources["Deliver"]["Properties"]["Environment"]["Variables"]
    assert variables["CONFIGURATION_SET"] == name
    tags = _mail_rule(given)["EventPattern"]["detail"]["mail"]["tags"]
    assert tags == {"ses:configuration-set": [name]}
    owns = name == "MailEvents"
    assert bool(stack.of("AWS::SES::ConfigurationSet")) is owns
    assert bool(stack.of("AWS::SES::ConfigurationSetEventDestination")) is owns


# --------------------------------------------------------------------------- strangers


def test_what_strangers_ask_for_has_a_throttle_of_its_own() -> None:
    stack = deployed(PRODUCTION)
    for stage, wanted in STRANGERS.items():
        settings = stack.resources[stage]["Properties"]["MethodSettings"]
        by_route = {f"{s['HttpMethod']} {s['ResourcePath']}": s for s in settings}
        everything = by_route.pop("* /*")
        assert set(by_route) == wanted
        for setting in by_route.values():
            assert setting["ThrottlingRateLimit"] <= everything["ThrottlingRateLimit"] / 5
            assert setting["DataTraceEnabled"] is False


def test_every_throttled_route_is_a_route() -> None:
    """A misspelt path would throttle nothing, and AWS would not say so."""
    stack = deployed(PRODUCTION)
    for stage, wanted in STRANGERS.items():
        paths = stack.resources[stage.removesuffix("Stage")]["Properties"]["Body"]["paths"]
        routes = {
            f"{method.upper()} /" + path.replace("/", "~1")
            for path, methods in paths.items()
            for method in methods
        }
        assert wanted <= routes


def test_doors_that_strangers_reach_have_executions_of_their_own() -> None:
    def reserved(given: dict[str, str]) -> dict[str, Any]:
        functions = deployed({**PRODUCTION, **given}).of("AWS::Lambda::Function")
        return {
            name: str(function["ReservedConcurrentExecutions"])
            for name, function in functions.items()
            if "ReservedConcurrentExecutions" in function
        }

    assert reserved({}) == {"Verify": "10", "Ocsp": "10", "Reference": "10"}
    assert reserved({"PublicConcurrency": "0"}) == {}


def test_a_firewall_counts_requests_per_address_where_wanted() -> None:
    assert not deployed(PRODUCTION).of("AWS::WAFv2::WebACL")
    stack = deployed({**PRODUCTION, "RequestsPerAddress": "500"})
    (firewall,) = stack.of("AWS::WAFv2::WebACL").values()
    (rule,) = firewall["Rules"]
    assert rule["Action"] == {"Block": {}}
    assert str(rule["Statement"]["RateBasedStatement"]["Limit"]) == "500"
    guarded = {p["ResourceArn"] for p in stack.of("AWS::WAFv2::WebACLAssociation").values()}
    assert guarded == {
        f"arn:aws:apigateway:eu-west-3::/restapis/{api}/stages/{api}Stage"
        for api in ("HttpApi", "WebApi", "PortalApi")
    }


def test_alarms_are_told_to_somebody() -> None:
    (told,) = deployed(PRODUCTION).of("AWS::SNS::Subscription").values()
    assert told == {"TopicArn": "Alarms", "Protocol": "email", "Endpoint": PRODUCTION["AlarmEmail"]}
    assert not deployed({"Stage": "dev"}).of("AWS::SNS::Subscription")


# ------------------------------------------------------------------------------------------ logs


def test_p10_access_logs_name_routes_and_never_what_was_in_them() -> None:
    """A path holds a signer's token, an address is personal data: neither is asked for."""
    stack = deployed(PRODUCTION)
    formats = [
        stage["AccessLogSetting"]["Format"] for stage in stack.of("AWS::ApiGateway::Stage").values()
    ]
    assert len(formats) == 3
    told = {"requestId", "httpMethod", "resourcePath", "status", "responseLatency"}
    told |= {"error.responseType", "authorizer.claims.client_id"}
    for form in formats:
        used = {part.split('"')[0] for part in form.split("$context.")[1:]}
        assert used <= told
        assert "resourcePath" in used
    assert stack.of("AWS::ApiGateway::Account")


@pytest.mark.parametrize("given", [{"AccessLogs": "off"}, LOCAL])
def test_access_logs_can_be_left_to_others(given: dict[str, str]) -> None:
    stack = deployed({**PRODUCTION, **given})
    assert not stack.of("AWS::ApiGateway::Account")
    assert all("AccessLogSetting" not in s for s in stack.of("AWS::ApiGateway::Stage").values())
