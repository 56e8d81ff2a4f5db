"""The Chalice application: one blueprint per resource, every route declared."""

from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import Blueprint, Chalice, Response

from api.dispatch import correlation_id, perform, refuse
from api.operations import Operation, Resource
from api.problems import CallError
from api.repeats import Table
from api.resources import RESOURCES
from api.services import ApiContext

Event = Mapping[str, Any]


def operations() -> tuple[Operation[Any], ...]:
    """Return every operation of the API, resource by resource."""
    return tuple(operation for resource in RESOURCES for operation in resource.operations)


def create_app(context: ApiContext) -> Chalice:
    """Make the application."""
    app = Chalice(app_name="paraphe-api", configure_logs=False, env={})
    table = operations()
    for resource in RESOURCES:
        app.register_blueprint(_blueprint(resource, context, table))
    return app


def _blueprint(resource: Resource, context: ApiContext, table: Table) -> Blueprint:
    blueprint = Blueprint(f"api.resources.{resource.tag}")
    for operation in resource.operations:
        # Content types are checked where bodies are read, so that a refusal is a problem document.
        register = blueprint.route(
            operation.path, methods=[operation.method], name=operation.id, content_types=["*/*"]
        )
        register(_view(operation, context, blueprint, table))
    return blueprint


def _view(
    operation: Operation[Any], context: ApiContext, blueprint: Blueprint, table: Table
) -> Callable[..., Response]:
    def view(**_path: str) -> Response:
        return perform(operation, context, blueprint.current_request, table)

    return view


def create_handler(context: ApiContext) -> Callable[[Event, object], dict[str, Any]]:
    """Make the Lambda handler: the application, and problem documents for what has no route."""
    app = create_app(context)

    def handler(event: Event, lambda_context: object) -> dict[str, Any]:
        gateway = event.get("requestContext") or {}
        methods = dict(app.routes).get(str(gateway.get("resourcePath")))
        if methods is not None and gateway.get("httpMethod") in methods:
            answer: dict[str, Any] = app(event, lambda_context)
            return answer
        error = CallError(404, "no_such_route", "There is nothing at this address.")
        if methods is not None:
            allowed = ", ".join(sorted(methods))
            error = CallError(
                405, "method_not_allowed", f"Use {allowed}.", headers={"Allow": allowed}
            )
        response, _ = refuse(error, context.observer, correlation_id(gateway))
        refusal: dict[str, Any] = response.to_dict()
        return refusal

    return handler
