"""A short run of the campaign (``tests/campaign.py``), with a new seed each time; the seed is printed.

``SYMADJ_SEED=7 pytest tests/property`` runs the same programs again; ``python -m tests.campaign --seed 7
--only 12`` one of them.
"""

from __future__ import annotations

import os
import secrets
import time

from tests.points.checking import Identities, check_identity
from tests.support.figures import Figures
from tests.support.trial import run
from tests.support.values import Checked, check_values

SEED = int(os.environ.get("SYMADJ_SEED", secrets.randbelow(10**6)))
BUDGET = 30.0  # seconds for each of the first two runs, half of it for the third; how much was done is printed


def test_no_wrong_verdict() -> None:
    print(f"seed {SEED}")
    figures, until, k = Figures(), time.monotonic() + BUDGET, 0
    while time.monotonic() < until:
        run(f"{SEED}.{k}", 6, figures, 0.2, refute=0.05)
        k += 1
    print(figures)
    assert not figures.found(), figures.found()[0]
    assert figures.mutants > 0
    assert figures.originals_proved > figures.originals_open


def test_normal_forms_keep_values() -> None:
    print(f"seed {SEED}")
    checked, until, k = Checked(), time.monotonic() + BUDGET, 0
    while time.monotonic() < until:
        check_values(f"{SEED}.{k}", checked)
        k += 1
    print(checked)
    assert not checked.wrong, checked.wrong[0]
    assert checked.values > 0


def test_no_wrong_identity() -> None:
    print(f"seed {SEED}")
    figures, until, k = Identities(), time.monotonic() + BUDGET / 2, 0
    while time.monotonic() < until:
        check_identity(f"{SEED}.{k}", k, figures, products=k % 4 == 3)
        k += 1
    print(figures)
    assert not figures.wrong, figures.wrong[0]
    assert figures.zero > 0
    assert figures.nonzero > 0
