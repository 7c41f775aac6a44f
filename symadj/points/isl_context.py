"""The one isl context of a process: islpy is imported on first use, and only one thread works in the context at a time.

isl objects of two contexts must never meet, so every object is made from the context that ``session`` hands out, and is
dropped before the session ends.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from symadj.errors import BudgetExceeded, Unsupported

if TYPE_CHECKING:
    import islpy as isl

OPERATIONS = 400_000
"""isl's own count of work allowed for one decision: about a second, at worst some ten."""


class OperationsExceeded(BudgetExceeded):
    """isl's operations ran out; more of them might do."""


class _Holder:
    lock = threading.RLock()
    context: isl.Context | None = None
    process: int | None = None


@contextmanager
def session(operations: int = OPERATIONS) -> Iterator[isl.Context]:
    """The context, for this thread alone, with a cap on isl's work.

    Raises ``OperationsExceeded`` when the cap is reached; the context is fit for use again afterwards. Raises
    ``Unsupported`` where isl itself fails; the next session has a new context.
    """
    import islpy as isl

    with _Holder.lock:
        if _Holder.context is None or _Holder.process != os.getpid():
            _Holder.context, _Holder.process = isl.Context(), os.getpid()  # a forked child makes its own
        context = _Holder.context
        context.set_max_operations(operations)
        context.reset_operations()
        try:
            yield context
        except isl.Error as error:
            if "maximal number of operations" in str(error):
                raise OperationsExceeded(f"more than {operations} isl operations") from None
            # An assertion of isl's own failed: nothing is known, and this context is not trusted any further.
            _Holder.context = None
            raise Unsupported("isl failed") from None
        finally:
            context.set_max_operations(0)
            context.reset_operations()


def _after_fork() -> None:
    _Holder.lock = threading.RLock()  # the parent's lock may be held by a thread that the child does not have


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
