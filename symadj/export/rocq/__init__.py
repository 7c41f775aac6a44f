"""Certificates: for proved statements, files whose theorems the Rocq kernel checks."""

from symadj.export.rocq.certify import Certificate, certify
from symadj.export.rocq.check import Checked, RocqMissing, check, find_rocq
from symadj.export.rocq.document import certificate
from symadj.export.rocq.errors import NotExported

__all__ = ["Certificate", "Checked", "NotExported", "RocqMissing", "certificate", "certify", "check", "find_rocq"]
