"""The child's own bounds: set by the child on itself before it reads anything."""

from __future__ import annotations

import math
import resource
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paraphe.adapters.requests.inspection.limits import Limits


_AT_ONCE = 0.001  # seconds; none at all would stop the timer


def bound(limits: Limits, data: int, cpu: float, file_size: int) -> None:
    """Bound memory (bytes), processor time from now (seconds) and each file written (bytes).

    The timer ends the process without a word when the time is up; the parent reads the signal.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.address_space, limits.address_space))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    extend(limits, data, cpu)


def extend(limits: Limits, data: int, cpu: float, total: float = math.inf) -> None:
    """Allow private memory up to `data` bytes and `cpu` more seconds of processor time.

    Never more memory than `address_space`, nor more seconds since the process began than `total`.
    """
    most = limits.address_space
    resource.setrlimit(resource.RLIMIT_DATA, (min(data, most), most))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = usage.ru_utime + usage.ru_stime
    left = max(min(cpu, total - used), _AT_ONCE)
    signal.setitimer(signal.ITIMER_PROF, left)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + left) + 2, resource.RLIM_INFINITY))
