"""What all tests share."""

from __future__ import annotations

from importlib.util import find_spec

from hypothesis import settings

# A busy machine is no failure: no test of ours asserts a time.
settings.register_profile("symadj", deadline=None)
settings.load_profile("symadj")

# An extra: these tests need torch and jax, which CI installs beside the rest.
collect_ignore = [] if find_spec("torch") and find_spec("jax") else ["frameworks"]
