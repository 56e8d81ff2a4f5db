"""The place of requests in the registry of services: their store, files and executions."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from paraphe.domain.requests.inspection import Accepted, Refused
from paraphe.ports.bulk import BulkFiles, BulkLaunches
from paraphe.ports.files import Files, Uploads, Workspace
from paraphe.ports.requests import Executions, Requests
from paraphe.ports.system import Entropy
from paraphe.ports.templates import TemplateFiles, Templates


class RequestServices(Protocol):
    """This part's place in `paraphe.services.Services`."""

    @property
    def requests(self) -> Requests:
        """The store of signature requests."""
        ...

    @property
    def files(self) -> Files:
        """Where documents lie."""
        ...

    @property
    def uploads(self) -> Uploads:
        """Where uploads lie."""
        ...

    @property
    def templates(self) -> Templates:
        """The store of templates."""
        ...

    @property
    def template_files(self) -> TemplateFiles:
        """Where the documents of templates lie."""
        ...

    @property
    def bulk_launches(self) -> BulkLaunches:
        """The store of bulk launches."""
        ...

    @property
    def bulk_files(self) -> BulkFiles:
        """The files of bulk launches."""
        ...

    @property
    def executions(self) -> Executions:
        """The executions."""
        ...

    @property
    def inspector(self) -> Callable[[Path, Path, Path], Accepted | Refused]:
        """What judges an uploaded file, writes its normal form and draws its pages."""
        ...

    @property
    def workspace(self) -> Workspace:
        """Room for files."""
        ...

    @property
    def entropy(self) -> Entropy:
        """The operating system's chance."""
        ...
