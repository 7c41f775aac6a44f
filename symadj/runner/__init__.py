"""Runs many statements: reads files and folders, proves in worker processes within limits, and reports."""

from symadj.runner.limits import Limits
from symadj.runner.run import Result, run

__all__ = ["Limits", "Result", "run"]
