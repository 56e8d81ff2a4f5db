"""The child's own bounds: set by the child on itself before it reads anything."""

from __future__ import annotations

import resource
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paraphe.adapters.pdf.inspect.limits import Limits


def bound(limits: Limits, data: int, cpu: float, file_size: int) -> None:
    """Bound memory (bytes), processor time from now (seconds) and each file written (bytes).

    The timer ends the process without a word when the time is up; the parent reads the signal.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.address_space, limits.address_space))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    extend(data, cpu, limits.address_space)


def extend(data: int, cpu: float, most: int) -> None:
    """Allow private memory up to `data` bytes, never over `most`, and `cpu` more seconds."""
    resource.setrlimit(resource.RLIMIT_DATA, (min(data, most), most))
    signal.setitimer(signal.ITIMER_PROF, cpu)
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + cpu) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
