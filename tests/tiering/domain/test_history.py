"""What was granted, bought and logged, told as sentences."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.conftest import NOON, OLGA
from tiering.domain.history import Deed, done

DAY = date(2026, 12, 22)


@pytest.mark.parametrize(
    ("action", "details", "sentence"),
    [
        (
            "except",
            {"exception": 3, "tier": 2, "until": DAY, "reason": "Large pilot.", "approver": "Dana"},
            "Granted exception 3 to tier 2 until 2026-12-22, approved by Dana: Large pilot.",
        ),
        (
            "except",
            {"exception": 4, "service": "training", "until": DAY, "reason": "Pilot", "approver": "Dana"},
            "Granted exception 4 to training until 2026-12-22, approved by Dana: Pilot.",
        ),
        ("end exception", {"exception": 3}, "Ended exception 3."),
        (
            "buy",
            {"purchase": 1, "service": "training", "until": DAY, "times": 2, "price": "$1,200"},
            "Recorded purchase 1: training, 2 times, until 2026-12-22 for $1,200.",
        ),
        (
            "buy",
            {"purchase": 2, "tier": 1, "until": DAY, "times": None, "price": None},
            "Recorded purchase 2: tier 1 until 2026-12-22.",
        ),
        ("cancel purchase", {"purchase": 2}, "Cancelled purchase 2."),
        (
            "log",
            {"effort": 7, "service": "training", "hours": Decimal("2.50"), "day": DAY},
            "Logged 2.5 hours of training on 2026-12-22 (line 7).",
        ),
        (
            "reverse effort",
            {"effort": 8, "reverses": 7, "service": "training", "hours": Decimal("-2.50")},
            "Took line 7 of effort back: 2.5 hours of training.",
        ),
        ("kit", {"kit": 3}, "Read change kit 3."),
        ("acknowledge kit", {"kit": 3}, "Noted that the customer has read change kit 3."),
    ],
)
def test_what_was_granted_bought_and_logged_is_a_sentence(
    action: str, details: dict[str, Any], sentence: str
) -> None:
    deed = Deed(number=1, at=NOON, who=OLGA, action=action, details=details)
    assert done(deed, "A-1").sentence == sentence
