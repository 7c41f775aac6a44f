"""symadj proves, for every size at once, that a backward formula is the adjoint of the derivative of its forward map.

The functions are imported when they are first used, so that ``import symadj`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symadj.errors import StatementError, SymadjError

if TYPE_CHECKING:
    from symadj.api import derive, load, prove, prove_equal

__version__ = "0.1.0"
__all__ = ["StatementError", "SymadjError", "derive", "load", "prove", "prove_equal"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'symadj' has no attribute {name!r}")
    from symadj import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
