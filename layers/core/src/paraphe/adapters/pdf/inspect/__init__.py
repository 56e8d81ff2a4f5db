"""Upload inspection: strangers' PDFs are judged and drawn in a child process with hard limits."""

from paraphe.adapters.pdf.inspect.limits import DEFAULT, Limits
from paraphe.adapters.pdf.inspect.upload import inspect_pdf

__all__ = ["DEFAULT", "Limits", "inspect_pdf"]
