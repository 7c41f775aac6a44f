"""The corpus of statements, which stands beside this repository where it is developed; ``.ci/run`` insists on it."""

from __future__ import annotations

from pathlib import Path

import pytest

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
CORPUS_FILES = sorted(CORPUS.glob("*.toml"))

needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside this repository")
