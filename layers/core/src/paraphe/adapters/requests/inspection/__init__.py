"""Upload inspection: strangers' PDFs are judged and drawn in a child process with hard limits."""

from paraphe.adapters.requests.inspection.limits import DEFAULT, Limits
from paraphe.adapters.requests.inspection.upload import inspect_pdf

__all__ = ["DEFAULT", "Limits", "inspect_pdf"]
