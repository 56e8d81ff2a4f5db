"""Builds a Lambda layer for arm64 on any machine: `python -m infra.layer core FOLDER`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from infra import bytecode

ROOT = Path(__file__).resolve().parents[1]
PLATFORM = "aarch64-manylinux_2_28"

REQUIREMENTS = {
    "core": ("core.txt", "core-nodeps.txt"),
    "crypto": ("crypto.txt",),
    "fonts": ("fonts.txt",),
    "pages": ("pages.txt",),
    "pdf": ("pdf.txt",),
    "identity": ("identity.txt",),
    "people": ("people.txt",),
    "reference": ("reference.txt",),
}
# Our own package is part of the core layer.
OWN_SOURCES = {"core": (ROOT / "layers" / "core" / "src" / "paraphe",)}

# What pyHanko brings along, too.
IN_CRYPTO_LAYER = ("_cffi_backend.*", "cffi", "cryptography")

# What no function uses, and what would fill the budget: relative to the layer's `python` folder.
UNUSED = {
    "core": (
        "bin",
        "boto3/data",  # its resources; adapters use clients alone
        "boto3/examples",
        "aws_lambda_powertools/event_handler/openapi/swagger_ui",  # we serve no Swagger pages
        "chalice/cdk",  # Chalice's command line
        "chalice/cli",
        "chalice/deploy",
        "chalice/templates",
        "phonenumbers/carrierdata",  # numbers are checked, not located
        "phonenumbers/geodata",
        "phonenumbers/tzdata",
        "wrapt-stubs",
    ),
    "crypto": (
        "bin",
        "cffi",  # builds bindings; cryptography uses _cffi_backend alone
        "pycparser",
        "typing_extensions.py",  # in the core layer
    ),
    "fonts": (
        "bin",
        "manimgx_fonts/*Italic*",  # marks are upright
        "manimgx_fonts/NotoEmoji*",  # no name is written with these
        "manimgx_fonts/NotoSansSymbols*",
        "uharfbuzz/_harfbuzz_test.*",
    ),
    "pages": (
        "bin",
        "PIL",  # pikepdf's picture tools; no door decodes pictures
        "pillow.libs",
        "lxml",  # pikepdf's XMP editing
        "pypdfium2_cli",
    ),
    "pdf": (
        "bin",
        *IN_CRYPTO_LAYER,
        "idna",  # in the core layer
        "lxml",  # loaded by xsdata when it is there; the standard library's writer does as well
        "oscrypto",  # loaded only to open what PKCS#12 files hold
        "pycparser",  # cffi's compiler
        # xsdata writes pyHanko's XML reports and nothing else.
        *(f"xsdata/{part}" for part in ("__main__.py", "cli.py", "codegen", "schemas")),
        *(
            f"xsdata/formats/dataclass/{part}"
            for part in ("client.py", "filters.py", "generator.py", "parsers", "templates")
        ),
        *(f"xsdata/models/{part}.py" for part in ("config", "dtd", "mixins", "wsdl", "xsd")),
        *(f"xsdata/utils/{part}.py" for part in ("click", "debug", "downloader", "testing")),
        # Pyhanko imports aiohttp's client but ours fetches: its Python fallbacks are enough.
        "aiohttp/*.so",
        "frozenlist/*.so",
        "multidict/*.so",
        "propcache/*.so",
        "yarl/*.so",
        "typing_extensions.py",  # in the core layer
    ),
    "identity": ("bin", *IN_CRYPTO_LAYER, "pycparser"),
    "people": ("bin", "dateutil", "six.py"),  # in the core layer
    "reference": ("bin", "markdown_it/cli"),
}
# What adapters/clients.py makes clients of: botocore describes some 400 services in 20 MB more.
AWS_SERVICES = (
    "acm-pca",
    "cognito-idp",
    "dynamodb",
    "events",
    "kms",
    "s3",
    "sesv2",
    "sns",
    "ssm",
    "stepfunctions",
    "sts",
)
# Locales that pages, mails and dates are written in, and what they inherit from.
LOCALES = ("root", "en", "en_001", "en_150", "en_GB", "fr", "fr_FR")
SOURCES_OF_EXTENSIONS = (".c", ".h", ".pxd", ".pyi", ".pyx")


def build(layer: str, folder: Path) -> None:
    """Install a layer's pinned packages and our own code into `folder/python`.

    Raises:
        CalledProcessError: a package can't be installed or compiled.
    """
    target = folder / "python"
    shutil.rmtree(target, ignore_errors=True)
    for requirements in REQUIREMENTS[layer]:
        _install(ROOT / "requirements" / requirements, target)
    _prune(layer, target)
    interpreter = bytecode.lambda_interpreter()
    if interpreter:
        bytecode.compile_tree(interpreter, target, sourceless=True)
    for source in OWN_SOURCES.get(layer, ()):
        ours = target / source.name
        shutil.copytree(source, ours, ignore=shutil.ignore_patterns("__pycache__"))
        if interpreter:
            bytecode.compile_tree(interpreter, ours, sourceless=False)


def _install(requirements: Path, target: Path) -> None:
    subprocess.run(
        [
            *(Path(sys.executable).with_name("uv"), "pip", "install", "--quiet"),
            *("--target", target, "--python-platform", PLATFORM),
            *("--python-version", bytecode.LAMBDA_PYTHON, "--only-binary", ":all:"),
            *("--no-deps", "--require-hashes", "-r", requirements, "--link-mode", "copy"),
        ],
        check=True,
    )


def _prune(layer: str, target: Path) -> None:
    for pattern in UNUSED[layer]:
        for path in target.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    for path in target.rglob("*"):
        if path.suffix in SOURCES_OF_EXTENSIONS and path.is_file():
            path.unlink()
    for path in target.glob("botocore/data/*"):
        if path.is_dir() and path.name not in AWS_SERVICES:
            shutil.rmtree(path)
    for path in target.glob("babel/locale-data/*.dat"):
        if path.stem not in LOCALES:
            path.unlink()


def main() -> None:
    """Command line."""
    layer, folder = sys.argv[1:]
    build(layer, Path(folder))


if __name__ == "__main__":
    main()
