from __future__ import annotations

import json

from tests.tiering.cli.conftest import Run


def test_lookalikes_are_for_people_and_for_programs(ready: Run) -> None:
    printed = ready("lookalikes", "--limit", 3)
    assert printed.exit_code == 0
    assert max(map(len, printed.stdout.splitlines())) <= 100
    found = json.loads(ready("lookalikes", "--limit", 3, "--json").stdout)
    assert 1 <= len(found) <= 3
    assert found == sorted(found, key=lambda one: (one["distance"], one["id"]))
    assert all(one["sentence"].startswith("Like ") for one in found)


def test_a_limit_is_a_number_of_at_least_one(ready: Run) -> None:
    assert ready("lookalikes", "--limit", 0).exit_code == 2


def test_bad_fits_are_for_people_and_for_programs(ready: Run) -> None:
    printed = ready("bad-fit")
    assert printed.exit_code == 0
    assert max(map(len, printed.stdout.splitlines())) <= 100
    for seller in json.loads(ready("bad-fit", "--json").stdout):
        assert seller.keys() == {"sold_by", "sold", "misfits"}
        assert 1 <= len(seller["misfits"]) <= seller["sold"]
