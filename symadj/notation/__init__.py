"""The statement notation: files and texts to ``Statement`` objects.

``read_file`` and ``read_text`` give a ``Reading``: the statements, and a ``StatementError`` for each that cannot be
read; ``statement`` makes one from its texts. Nothing in a statement is ever executed.
"""

from symadj.notation.files import Reading, read_file, read_text
from symadj.notation.statements import statement

__all__ = ["Reading", "read_file", "read_text", "statement"]
