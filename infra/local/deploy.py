"""Deploys the real SAM template to the embedded AWS: `sam package` and `sam deploy` in one.

What differs from AWS, all of it here: layers are left out (the functions run on this interpreter,
whose environment has the same pinned packages), files that the template names are put inline or
uploaded.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import json
import py_compile
import tempfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from infra import sam_template
from infra.local import gateway_responses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

    from infra.local.emulator import Emulator

CODE_BUCKET = "local-code"
DEPLOY_TIMEOUT = 120.0
# A fixed instant for every file of a code archive, so that the same code has the same name.
_EPOCH = (1980, 1, 1, 0, 0, 0)


class DeployError(RuntimeError):
    """The stack was refused or failed; the message has the reasons that CloudFormation gave."""


def deploy(
    emulator: Emulator, source: Path, parameters: Mapping[str, str], *, stack: str = "paraphe"
) -> dict[str, str]:
    """Create or update the stack and wait until it is done.

    Args:
        emulator: a running embedded AWS.
        source: the SAM template; paths in it are relative to it, as for the SAM command.
        parameters: values for the template's parameters; the others keep their defaults.
        stack: its name.

    Returns:
        The stack's outputs by name.

    Raises:
        DeployError: with the reasons of every resource that failed.
    """
    url = _Localizer(emulator, source).run()
    cloudformation: CloudFormationClient = client(emulator, "cloudformation")
    values: list[ParameterTypeDef] = [
        {"ParameterKey": key, "ParameterValue": value} for key, value in sorted(parameters.items())
    ]
    _create_or_update(cloudformation, stack, url, values)
    outputs = _wait(cloudformation, stack)
    gateway_responses.put(client(emulator, "apigateway"), cloudformation, source, stack)
    return outputs


def parameters_of(source: Path) -> set[str]:
    """Names of the parameters that a template has."""
    return set(sam_template.load(source).get("Parameters", {}))


def client(emulator: Emulator, service: str) -> Any:  # noqa: ANN401 - one per service, typed by its user
    """A boto3 client of the emulator's administrator."""
    session = boto3.session.Session(
        aws_access_key_id=emulator.environment()["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=emulator.environment()["AWS_SECRET_ACCESS_KEY"],
        region_name=emulator.environment()["AWS_DEFAULT_REGION"],
    )
    config = Config(retries={"max_attempts": 2}, s3={"addressing_style": "path"})
    return session.client(service, endpoint_url=emulator.url, config=config)  # type: ignore[call-overload]


class _Localizer:
    """Turns the template on disk into one that needs nothing but the emulator."""

    def __init__(self, emulator: Emulator, source: Path) -> None:
        self._folder = source.resolve().parent
        self._template = sam_template.load_whole(source)
        self._s3 = client(emulator, "s3")
        self._uploaded: dict[Path, dict[str, str]] = {}

    def run(self) -> str:
        """Upload the template; its address (as a body it would be too large)."""
        with contextlib.suppress(self._s3.exceptions.BucketAlreadyOwnedByYou):
            self._s3.create_bucket(
                Bucket=CODE_BUCKET,
                CreateBucketConfiguration={"LocationConstraint": self._s3.meta.region_name},
            )
        resources = self._template["Resources"]
        for name, resource in list(resources.items()):
            if resource["Type"] in sam_template.LAYER_TYPES:
                del resources[name]
        defaults = sam_template.function_defaults(self._template)
        for properties in (defaults, *sam_template.functions(self._template).values()):
            properties.pop("Layers", None)
            if isinstance(properties.get("CodeUri"), str):
                properties["CodeUri"] = self._upload(properties["CodeUri"])
        body = json.dumps(self._template).encode()
        key = f"{hashlib.sha256(body).hexdigest()}.json"
        self._s3.put_object(Bucket=CODE_BUCKET, Key=key, Body=body)
        return f"{self._s3.meta.endpoint_url}/{CODE_BUCKET}/{key}"

    def _upload(self, code: str) -> dict[str, str]:
        folder = (self._folder / code).resolve()
        if folder not in self._uploaded:
            archive = archive_code(folder)
            key = f"{hashlib.sha256(archive).hexdigest()}.zip"
            self._s3.put_object(Bucket=CODE_BUCKET, Key=key, Body=archive)
            self._uploaded[folder] = {"Bucket": CODE_BUCKET, "Key": key}
        return self._uploaded[folder]


def archive_code(folder: Path) -> bytes:
    """Zip a folder of code with its bytecode: the same bytes for the same code."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in _files(folder):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content)
    return buffer.getvalue()


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory() as scratch:
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or "__pycache__" in path.parts:
                continue
            name = path.relative_to(folder).as_posix()
            yield name, path.read_bytes()
            if path.suffix == ".py":
                compiled = Path(scratch, "compiled.pyc")
                py_compile.compile(
                    str(path),
                    str(compiled),
                    dfile=name,
                    doraise=True,
                    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
                )
                yield importlib.util.cache_from_source(name), compiled.read_bytes()


def _create_or_update(
    cloudformation: CloudFormationClient,
    stack: str,
    url: str,
    parameters: list[ParameterTypeDef],
) -> None:
    capabilities = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
    request: dict[str, Any] = {
        "StackName": stack,
        "TemplateURL": url,
        "Parameters": parameters,
        "Capabilities": capabilities,
    }
    try:
        cloudformation.create_stack(**request)
    except cloudformation.exceptions.AlreadyExistsException:
        try:
            cloudformation.update_stack(**request)
        except ClientError as error:
            if "No updates" not in str(error):
                raise DeployError(str(error)) from error
    except ClientError as error:
        raise DeployError(str(error)) from error


def _wait(cloudformation: CloudFormationClient, stack: str) -> dict[str, str]:
    limit = time.monotonic() + DEPLOY_TIMEOUT
    status = ""
    while time.monotonic() < limit:
        found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        status = found["StackStatus"]
        if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            return {out["OutputKey"]: out["OutputValue"] for out in found.get("Outputs", [])}
        if status.endswith(("_FAILED", "ROLLBACK_COMPLETE")):
            break
        time.sleep(0.1)
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    reasons = [
        f"{event.get('LogicalResourceId')}: {event.get('ResourceStatusReason')}"
        for event in events
        if event.get("ResourceStatus", "").endswith("_FAILED")
    ]
    raise DeployError("\n".join([f"stack {stack} is {status}", *reasons]))
