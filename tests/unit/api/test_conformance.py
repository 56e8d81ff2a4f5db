"""Whatever is sent, the API answers as its OpenAPI document says (schemathesis)."""

import itertools
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from infra import openapi
from paraphe.domain.firms.member import Capability
from tests.support.api import Caller
from tests.support.world import World
from tests.support.wsgi import Gateway

WORLD = World()
REQUESTS = itertools.cycle(
    (WORLD.draft(people=(1, 2)), WORLD.launched(people=(1, 2)), WORLD.batch())
)
# The member of the document's examples.
WORLD.members.save(
    replace(WORLD.member(Capability.SEAL), id="mbr_01jdkqz6m8w9x2y4t5v7b3c1n0", version=0)
)
SCHEMA = schemathesis.openapi.from_dict(openapi.document())
# A list that is too long may make the body too large.
SCHEMA.config.checks.negative_data_rejection.expected_statuses += ["413"]
SCHEMA.app = Gateway(Caller(WORLD))


@SCHEMA.parametrize()
@settings(
    max_examples=10,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_answers_conform_to_the_document(case: schemathesis.Case[Any]) -> None:
    """Statuses, media types, headers and bodies are the published ones; bad data is refused.

    Rules that a schema cannot say (states, phone numbers) may refuse what it allows.
    """
    if "request_id" in case.path_parameters:
        case.path_parameters["request_id"] = next(REQUESTS).request_id
    response = case.call()
    excluded: list[Any] = [positive_data_acceptance]
    if response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        excluded.append(negative_data_rejection)  # refused, before its shape was looked at
    case.validate_response(response, excluded_checks=excluded)
