"""A content directory: what is its own, what is shipped, and every mistake at its file and line."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tiering.content import CONTACT, Content, read_company, read_content
from tiering.domain.company import Company
from tiering.domain.service import Level
from tiering.files import SHIPPED_CONTENT

TIERS = (SHIPPED_CONTENT / "tiers.yaml").read_text(encoding="utf-8")
AUDIT = """---
id: audit
name: Audit
aliases: [check-up]
levels:
  later-stage: {1: included, 2: no}
  early-stage: {1: no}
instead: [billing/read-it, missing/article]
---

We look at everything.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small content directory of its own, without mistakes."""
    (tmp_path / "services").mkdir()
    (tmp_path / "articles" / "billing").mkdir(parents=True)
    (tmp_path / "tiers.yaml").write_text(TIERS, encoding="utf-8")
    (tmp_path / "site.yaml").write_text("name: Acme\ntime_zone: Asia/Tokyo\n", encoding="utf-8")
    (tmp_path / "services" / "audit.md").write_text(AUDIT, encoding="utf-8")
    (tmp_path / "articles" / "billing" / "read-it.md").write_text("# Read it\n", encoding="utf-8")
    return tmp_path


def said(content: Content, folder: Path) -> list[str]:
    return [str(problem).removeprefix(f"{folder}/") for problem in content.problems]


def service(folder: Path, name: str, text: str) -> None:
    (folder / "services" / name).write_text(text, encoding="utf-8")


def test_the_shipped_content_is_without_problems() -> None:
    content = read_content(SHIPPED_CONTENT)
    assert content.problems == ()
    assert content.draft is not None
    assert content.draft.version == 0
    assert content.source == TIERS
    assert all(content.prose.definitions[service.id] for service in content.catalogue.services)


def test_a_directory_of_ones_own_is_read_whole(folder: Path) -> None:
    content = read_content(folder)
    assert content.problems == ()
    (audit,) = content.catalogue.services
    assert audit.levels["later-stage"] == {1: Level.INCLUDED, 2: Level.NO}
    assert content.prose.definitions == {"audit": "We look at everything."}
    assert content.time_zone == ZoneInfo("Asia/Tokyo")


def test_what_a_directory_leaves_out_is_shipped(tmp_path: Path) -> None:
    content = read_content(tmp_path)
    assert content.problems == ()
    assert content.source == TIERS
    assert len(content.catalogue.services) == 25


def test_an_article_that_is_missing_becomes_the_contact_page(folder: Path) -> None:
    (audit,) = read_content(folder).catalogue.services
    assert audit.instead == ("billing/read-it", CONTACT)


def test_an_article_is_found_by_the_slug_in_its_head_and_a_course_by_its_folder(folder: Path) -> None:
    (folder / "articles" / "other.md").write_text(
        "---\ntitle: x\nslug: 'missing/article'\n---\n", encoding="utf-8"
    )
    (folder / "courses" / "start").mkdir(parents=True)
    (folder / "courses" / "start" / "one.md").write_text("# One\n", encoding="utf-8")
    service(
        folder,
        "b.md",
        AUDIT.replace("audit", "b")
        .replace("Audit", "B")
        .replace("check-up", "x")
        .replace("billing/read-it", "start"),
    )
    by_id = read_content(folder).catalogue.by_id
    assert by_id["audit"].instead == ("billing/read-it", "missing/article")
    assert by_id["b"].instead == ("start", "missing/article")


def test_a_file_may_stand_in_for_tiers_yaml(folder: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text(TIERS.replace("Three tiers by", "Another policy by"), encoding="utf-8")
    content = read_content(folder, draft)
    assert content.draft is not None
    assert content.draft.rules.name.startswith("Another policy")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "id: audit",
            "id: Audit!",
            "2: `id`: expected small letters, digits and hyphens such as health-check, not 'Audit!'",
        ),
        (
            "name: Audit",
            "title: Audit",
            "3: unknown key `title`; expected one of aliases, allowance, approver",
        ),
        ("aliases:", "alias:", "4: unknown key `alias`; did you mean `aliases`?"),
        (
            "2: no",
            "2: maybe",
            "6: `levels.later-stage.2` is 'maybe'; expected 'included', 'allowance', 'request', "
            "'paid' or 'no'",
        ),
        ("2: no", "4: no", "6: there is no tier 4 in the policy"),
        ("2: no", "two: no", "6: `levels.later-stage.two` is 'two'; expected a whole number"),
        ("2: no", "2: allowance", "6: the level is `allowance`, but `allowance` does not say how many"),
        ("2: no", "2: paid", "6: the level is `paid`, but `price` does not say for how much"),
        (
            "instead:",
            "allowance: {times: 4, per: week}\ninstead:",
            "8: `allowance.per` is 'week'; expected 'month', 'quarter' or 'year'",
        ),
        (
            "instead:",
            "price: {amount: 1,200}\ninstead:",
            "8: unknown key `price.200`; large numbers are written without commas",
        ),
        (
            "instead:",
            "condition: {arr: big}\ninstead:",
            '8: `arr` is an amount of money; expected a comparison such as ">= 100000"',
        ),
        ("instead:", "condition: {revenue: yes}\ninstead:", "8: there is no metric `revenue`"),
        ("aliases: [check-up]", "aliases: [check-up\n", "4: this is not valid YAML"),
    ],
)
def test_a_mistake_in_a_service_is_found_at_its_line(folder: Path, old: str, new: str, expected: str) -> None:
    service(folder, "audit.md", AUDIT.replace(old, new, 1))
    content = read_content(folder)
    assert content.draft is None
    found = said(content, folder)
    assert any(one.startswith(f"services/audit.md:{expected}") for one in found), found


def test_a_preset_that_no_service_has_is_said_once_where_it_is_chosen(folder: Path) -> None:
    service(folder, "audit.md", AUDIT.replace("later-stage:", "late-stage:"))
    line = TIERS[: TIERS.index("preset:")].count("\n") + 1
    assert said(read_content(folder), folder) == [
        f"tiers.yaml:{line}: no service has levels for the preset `later-stage`; "
        "expected one of early-stage, late-stage"
    ]


def test_two_services_of_one_alias_are_told_apart(folder: Path) -> None:
    service(
        folder,
        "b.md",
        AUDIT.replace("id: audit", "id: b")
        .replace("name: Audit", "name: B")
        .replace("check-up", "x, Check-Up"),
    )
    assert said(read_content(folder), folder) == [
        "services/b.md:4: 'Check-Up' already means the service `audit`"
    ]


def test_of_two_files_with_one_id_the_first_stays(folder: Path) -> None:
    service(folder, "b.md", AUDIT.replace("name: Audit", "name: Second"))
    content = read_content(folder)
    assert said(content, folder) == ["services/b.md:2: the id `audit` already stands in audit.md"]
    assert [one.name for one in content.catalogue.services] == ["Audit"]


def test_a_service_that_cannot_be_read_takes_no_other_with_it(folder: Path) -> None:
    (folder / "services" / "b.md").write_bytes(b"---\nid: b\nname: M\xfcller\n---\n")
    content = read_content(folder)
    assert said(content, folder) == ["services/b.md:3: the text is not UTF-8; save the file as UTF-8"]
    assert content.catalogue.by_id.keys() == {"audit"}


def test_a_slip_in_the_tiers_is_not_told_again_of_every_service(folder: Path) -> None:
    text = (SHIPPED_CONTENT / "tiers.yaml").read_text(encoding="utf-8").replace("- id: 2", "- id: 4")
    (folder / "tiers.yaml").write_text(text, encoding="utf-8")
    assert {one.split(":")[0] for one in said(read_content(folder), folder)} == {"tiers.yaml"}


def test_a_broken_policy_keeps_the_services_readable(folder: Path) -> None:
    (folder / "tiers.yaml").write_text("preset: [\n", encoding="utf-8")
    content = read_content(folder)
    assert (content.rules, content.draft) == (None, None)
    assert content.catalogue.by_id.keys() == {"audit"}
    assert [one.split(":")[0] for one in said(content, folder)] == ["tiers.yaml"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "tiers.yaml:1: the file is empty; expected lines of `key: value`"),
        ("- a\n", "tiers.yaml:1: the file holds something else; expected lines of `key: value`"),
    ],
)
def test_a_file_that_holds_no_policy_is_one_problem(folder: Path, text: str, expected: str) -> None:
    (folder / "tiers.yaml").write_text(text, encoding="utf-8")
    assert said(read_content(folder), folder) == [expected]


def test_a_directory_in_place_of_the_policy_is_one_problem(folder: Path) -> None:
    (folder / "tiers.yaml").unlink()
    (folder / "tiers.yaml").mkdir()
    (problem,) = said(read_content(folder), folder)
    assert problem.startswith("tiers.yaml:1: the file cannot be read: ")


@pytest.mark.parametrize("zone", ["Mars/Phobos", "5", "[UTC]", "../etc/passwd", ""])
def test_a_time_zone_that_does_not_exist_is_said(folder: Path, zone: str) -> None:
    (folder / "site.yaml").write_text(f"name: Acme\ntime_zone: {zone}\n", encoding="utf-8")
    content = read_content(folder)
    (problem,) = said(content, folder)
    assert problem.startswith("site.yaml:2: `time_zone` is ")
    assert problem.endswith("; expected one such as Europe/Paris")
    assert content.time_zone == ZoneInfo("UTC")


def test_a_site_without_a_time_zone_lives_in_utc(folder: Path) -> None:
    (folder / "site.yaml").write_text("name: Acme\n", encoding="utf-8")
    assert read_content(folder).time_zone == ZoneInfo("UTC")


def test_a_directory_that_is_not_there_is_said(tmp_path: Path) -> None:
    content = read_content(tmp_path / "nowhere")
    assert said(content, tmp_path) == ["nowhere:1: there is no such directory"]
    assert content.draft is None


@pytest.mark.parametrize(
    ("text", "first_value"),
    [
        ("name: Acme\n", None),
        ("events: {invoice.sent: sends an invoice}\nfirst_value: invoice.sent\n", "invoice.sent"),
        ("events: {invoice.sent: sends an invoice}\nfirst_value: invoice.paid\n", None),
        ("events: [invoice.sent]\nfirst_value: invoice.sent\n", None),
        ("events: {invoice.sent: sends an invoice}\nfirst_value: [invoice.sent]\n", None),
        ("first_value: invoice.sent\n", None),
        ("- nothing\n", None),
    ],
)
def test_a_first_value_is_one_of_the_events_or_none(folder: Path, text: str, first_value: str | None) -> None:
    (folder / "site.yaml").write_text(text, encoding="utf-8")
    assert read_company(folder) == Company(ZoneInfo("UTC"), first_value)
