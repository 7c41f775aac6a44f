"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no failure: no test of ours asserts a time.
settings.register_profile("symadj", deadline=None)
settings.load_profile("symadj")
