"""What one statement may cost: time and memory, enforced in the process that works on it.

The time limit has three steps, each for when the one before does not do: ``prove`` is told a deadline and stops by
itself; an alarm interrupts Python code that does not look at the deadline (``OutOfTime``, which no ``except
Exception`` swallows); and C code that does not return to Python is killed with its process, by the parent (``worker``)
or, if that is gone, by the kernel's processor-time signal.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

try:
    import resource
except ImportError:  # a platform without Unix resource limits
    resource = None  # type: ignore[assignment]

GIBIBYTE = 1 << 30
_OWN_SHARE = 0.9
_REPEAT = 0.25
_GRACE = 1.0


class OutOfTime(BaseException):
    """The time of a statement is up. No ``Exception``, so that no code on the way takes it for something else."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``seconds`` of wall time and ``memory`` bytes beyond what the process holds when the statement begins."""

    seconds: float = 60.0
    memory: int = GIBIBYTE

    @property
    def hard_seconds(self) -> float:
        """The time after which a process that has not answered is killed."""
        return self.seconds + _GRACE

    @contextmanager
    def enforced(self) -> Iterator[float]:
        """Within it the limits hold; gives the deadline for ``prove``, a value of ``time.monotonic()``.

        Raises ``OutOfTime`` past the time limit, and ``MemoryError`` past the memory limit where the kernel can tell
        how much memory the process holds (Linux). Both belong to the process: in another thread than the main one
        there is the deadline alone.
        """
        deadline = time.monotonic() + _OWN_SHARE * self.seconds
        if threading.current_thread() is not threading.main_thread():
            yield deadline
            return
        with _memory_limited(self.memory), _alarm(self.seconds):
            yield deadline

    def said(self) -> tuple[str, str]:
        """The two limits in words.

        >>> Limits(60, 1 << 30).said()
        ('60 s', '1 GiB')
        """
        return f"{self.seconds:g} s", f"{self.memory / GIBIBYTE:g} GiB"


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    if not hasattr(signal, "setitimer"):
        yield
        return
    running = True

    def ring(number: int, frame: FrameType | None) -> None:
        if running:
            raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    # It rings again and again: the first ring may fall into a callback or a finaliser, where exceptions are dropped.
    signal.setitimer(signal.ITIMER_REAL, seconds, _REPEAT)
    try:
        yield
    finally:
        running = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _memory_limited(extra: int) -> Iterator[None]:
    held = memory_held()
    if held is None or resource is None:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = held + extra
    ceilings = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min([allowed, *ceilings]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def memory_held() -> int | None:
    """The bytes of address space that this process holds; ``None`` where the kernel does not say."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return None


def die_with_processor_time(seconds: float) -> None:
    """Has the kernel end this process when it has computed for so long without calling this again (0: never).

    It is for a worker whose parent is gone, in C code that does not return.
    """
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)
