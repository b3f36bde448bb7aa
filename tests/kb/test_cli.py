"""The `kb` command, run as people run it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from pydantic import SecretStr

from kb.invitations import link_of
from kb.storage import Door
from tests.kb.command import Kb
from tests.kb.shelf import Shelf
from tiering.files import SHIPPED_CONTENT
from tiering.usecases.record import Store


def test_index_says_what_it_changed(kb: Kb, shelf: Shelf) -> None:
    shelf.article("a.md", "Walrus")
    assert kb("index").out == "1 articles: 1 added, 0 changed, 0 removed\n"
    ran = kb("index")
    assert (ran.code, ran.out, ran.err) == (0, "1 articles: 0 added, 0 changed, 0 removed\n", "")


def test_index_takes_what_is_good_and_names_what_is_not(kb: Kb, shelf: Shelf) -> None:
    shelf.article("a.md", "Walrus")
    shelf.write("b.md", b"\xff")
    ran = kb("index")
    assert (ran.code, ran.out[:10]) == (0, "1 articles")
    assert ran.err == f"{shelf.folder}/articles/b.md:1: the text is not UTF-8; save the file as UTF-8\n"


def test_check_is_silent_when_all_is_well(kb: Kb, shelf: Shelf) -> None:
    shelf.article("a.md", "Walrus")
    ran = kb("check")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_check_finds_the_mistakes_of_every_file(kb: Kb, shelf: Shelf) -> None:
    shelf.article("a.md", "Walrus", "[x](gone.md)", sumary="x")
    shelf.article("b.md", "Penguin", "[x](gone.md)")
    (shelf.folder / "site.yaml").write_text("name: Harbour\npopular:\n  - b\n  - nowhere\ncolour: red\n")
    (shelf.folder / "golden.yaml").write_text("- query: q\n  relevant: [b]\n- query: r\n  relevant: [nope]\n")
    (shelf.folder / "synonyms.yaml").write_text("- [bill, invoice]\n- [fee]\n")
    ran = kb("check", str(shelf.folder))
    assert ran.code == 1
    assert ran.out == ""
    lines = ran.err.splitlines()
    for begin, said in (
        ("site.yaml:5: ", "unknown key `colour`"),
        ("site.yaml:4: ", "there is no published article `nowhere`"),
        ("synonyms.yaml:2: ", "expected"),
        ("golden.yaml:3: ", "there is no published article `nope`"),
        ("articles/a.md:3: ", "did you mean `summary`?"),
        ("articles/b.md:5: ", "the link gone.md leads to no published article"),
    ):
        assert any(line.startswith(f"{shelf.folder}/{begin}") and said in line for line in lines), ran.err


def test_check_names_readers_whom_the_policy_does_not_have(kb: Kb, shelf: Shelf) -> None:
    shelf.article("a.md", "Walrus", order=1, audience="[1, 4, 'segment:moon', 'partner:Nordic']")
    shelf.article("b.md", "Penguin", audience="[2, 'segment:Paperless']")
    shelf.article("c.md", "Seal")
    (shelf.folder / "site.yaml").write_text("name: Harbour\naudience: [1, 7]\n")
    ran = kb("check", str(shelf.folder))
    assert ran.code == 1
    segments = "expected one of compliance, expansion, efficiency, paperless"
    assert ran.err.splitlines() == [
        f"{shelf.folder}/site.yaml:2: `audience`: the policy has no tier `7`; expected one of 1, 2, 3",
        f"{shelf.folder}/articles/a.md:4: `audience`: the policy has no segment `moon`; {segments}",
        f"{shelf.folder}/articles/a.md:4: `audience`: the policy has no tier `4`; expected one of 1, 2, 3",
    ]


def test_check_warns_of_translations_that_are_behind_their_originals(kb: Kb, shelf: Shelf) -> None:
    (shelf.folder / "site.yaml").write_text("name: Harbour\nlanguages: [en, de]\n")
    shelf.article("a.md", "Walrus", last_reviewed="2026-10-02")
    shelf.article("a.de.md", "Walross", last_reviewed="2026-10-01")
    ran = kb("check")
    assert ran.code == 0
    assert (
        f"{shelf.folder}/articles/a.de.md:1: warning: this translation is older than articles/a.md" in ran.err
    )


def test_check_warns_of_links_that_some_readers_cannot_follow(kb: Kb, shelf: Shelf) -> None:
    shelf.article(
        "open.md", "Open", "One\n\n[vip](vip.md#there) [old](/articles/old) [x](https://x.example/)"
    )
    shelf.article("vip.md", "VIP", "[open](open.md) [self](#there)\n\n## There", audience="1", aliases="old")
    shelf.article("both.md", "Both", "[vip](vip.md)\n\n{{ include: more }}", audience="[1, 2]")
    shelf.article("one.md", "One", "[vip](vip.md) [both](both.md)", audience="1")
    shelf.article("us.md", "Us", "[vip](vip.md)", audience="staff")
    shelf.include("more.md", "\nSee [vip](/articles/vip).")
    ran = kb("check", str(shelf.folder))
    assert (ran.code, ran.out) == (0, "")
    begin, end = f"{shelf.folder}/", "leads, which is for tier:1, while this is for"
    assert sorted(ran.err.splitlines()) == [
        f"{begin}articles/both.md:6: warning: not all readers see where the link vip.md {end} tier:1, tier:2",
        f"{begin}articles/open.md:7: warning: not all readers see where the link /articles/old {end} public",
        f"{begin}articles/open.md:7: warning: not all readers see where the link vip.md#there {end} public",
        f"{begin}includes/more.md:2: warning: not all readers see where the link /articles/vip "
        f"{end} tier:1, tier:2",
    ]


def test_the_shipped_content_is_without_a_mistake(kb: Kb) -> None:
    ran = kb("check", str(SHIPPED_CONTENT))
    assert ran.code == 0
    # Some day its reviews are due.
    assert [line for line in ran.err.splitlines() if "the review was due" not in line] == []


def test_warnings_are_printed_and_end_no_check(kb: Kb, shelf: Shelf) -> None:
    shelf.article("a.md", "Walrus", "## Fish\n\n#### Raw")
    ran = kb("check", str(shelf.folder))
    said = f"{shelf.folder}/articles/a.md:7: warning: `Raw` jumps from level 2 to 4; expected ###\n"
    assert (ran.code, ran.out, ran.err) == (0, "", said)


def test_search_makes_the_index_it_misses_and_prints_what_it_finds(kb: Kb, shelf: Shelf) -> None:
    shelf.article("a/b.md", "Feed the walrus", "Fish & ships.\n\n## Every day\n\nA bucket of fish.")
    ran = kb("search", "bucket")
    assert ran.code == 0
    assert ran.out == " 1. Feed the walrus  /articles/a/b#every-day\n    A bucket of fish.\n"
    assert "Searched for: walrus" in kb("search", "wallrus").out
    assert kb("search", "zeppelin").out == "Nothing was found for: zeppelin\n"


def test_search_shows_an_article_once_in_the_language_that_is_asked_for(kb: Kb, shelf: Shelf) -> None:
    (shelf.folder / "site.yaml").write_text("name: Harbour\nlanguages: [en, de]\n")
    shelf.article("a.md", "Walrus")
    shelf.article("a.de.md", "Walross (Walrus)")
    assert "Walross" not in kb("search", "walrus").out
    for language in ("en", "it"):
        assert "/articles/a\n" in kb("search", "walrus", "--lang", language).out
    found = kb("search", "walrus", "--lang", "de").out
    assert "1. Walross (Walrus)  /articles/a.de\n" in found
    assert "2. " not in found


def test_search_answers_programs_in_json(kb: Kb, shelf: Shelf) -> None:
    shelf.article("a.md", "Walrus")
    [hit] = json.loads(kb("search", "walrus", "--json").out)["hits"]
    assert hit["slug"] == "a"
    explained = json.loads(kb("search", "walrus", "--json", "--explain").out)
    assert explained["words"][0]["how"] == "as written"


def test_search_explains_itself_within_a_hundred_columns(kb: Kb, shelf: Shelf) -> None:
    shelf.article("a.md", "Walrus")
    ran = kb("search", "walrus", "--explain")
    assert "its title" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 100


def test_search_goes_by_synonyms_and_says_when_nothing_is_exact(kb: Kb, shelf: Shelf) -> None:
    shelf.article("a.md", "Rain and wind", "Plan for storms.")
    (shelf.folder / "synonyms.yaml").write_text("- [kwijibo, wind]\n")
    assert "Rain and wind" in kb("search", "kwijibo").out
    assert kb("search", "hurricane thunderstorm").out.startswith(
        "Nothing says exactly: hurricane thunderstorm."
    )


def test_search_explains_both_rankings_and_their_sum(kb: Kb, shelf: Shelf) -> None:
    shelf.article("a.md", "Feed the walrus", "A walrus eats clams.")
    shelf.article("b.md", "Seals", "No walrus.")
    out = kb("search", "feeding a walrus", "--explain").out
    for said in ("by words", "covered", "by meaning", "as written", "walrus", "title", "body", "0.2500"):
        assert said in out, out


def test_evaluate_tells_how_high_the_right_articles_stand(kb: Kb, shelf: Shelf, tmp_path: Path) -> None:
    shelf.article("a.md", "Walrus")
    shelf.article("b.md", "Penguin", "Not a walrus.")
    golden = tmp_path / "golden.yaml"
    golden.write_text("- query: walrus\n  relevant: [a]\n- query: the walrus\n  relevant: [b]\n")
    ran = kb("evaluate", str(golden))
    assert ran.code == 0
    assert "MRR@10     0.750" in ran.out
    assert "the walrus\n  wanted b: at 2" in ran.out
    assert json.loads(kb("evaluate", str(golden), "--json").out)["mrr"] == 0.75
    shelf.course("ropes", "title: Ropes")
    shelf.lesson("ropes/01-knots", "id: knots\ntitle: Knots")
    golden.write_text("- query: knots\n  relevant: [/courses/ropes/knots]\n")
    assert json.loads(kb("evaluate", str(golden), "--json").out)["mrr"] == 1
    golden.write_text("- query: walrus\n  relevant: [c]\n")
    ran = kb("evaluate", str(golden))
    assert (ran.code, ran.err) == (1, f"{golden}:1: there is no published article `c`\n")


def test_a_mistyped_directory_does_not_empty_the_index(
    kb: Kb, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.article("a.md", "Walrus")
    kb("index")
    monkeypatch.setenv("CONTENT_DIR", "/no/such/place")
    ran = kb("index")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "there is no content directory /no/such/place; set CONTENT_DIR to yours\n"
    assert "Walrus" in kb("search", "walrus").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("search",),
        ("search", "x", "--limit", "0"),
        ("check", "/no/such/place"),
        ("evaluate", "/no/file"),
    ],
)
def test_wrong_usage_ends_with_two(kb: Kb, arguments: tuple[str, ...]) -> None:
    ran = kb(*arguments)
    assert ran.code == 2
    assert ran.err.startswith("Usage:")


def test_a_data_directory_that_cannot_be_made_is_one_sentence(
    kb: Kb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "file"))
    ran = kb("index")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "file" in ran.err


def test_serving_without_a_secret_ends_with_one_sentence(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    ran = kb("serve")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("SECRET_KEY is not set")


def test_serving_without_a_record_names_the_command_that_makes_it(shelf: Shelf, tmp_path: Path) -> None:
    # In a process of its own, since serving sets up the log of the whole process.
    command = [sys.executable, "-m", "kb", "serve", "--port", str(_free_port())]
    ran = subprocess.run(
        command, env=_environment(shelf, tmp_path), check=False, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 1
    assert "tiering upgrade" in ran.stderr
    assert "Traceback" not in ran.stderr


def _environment(shelf: Shelf, tmp_path: Path) -> dict[str, str]:
    given = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return given | {
        "CONTENT_DIR": str(shelf.folder),
        "DATA_DIR": str(tmp_path / "data"),
        "SECRET_KEY": "k" * 32,
        "PORT": "1",  # --port beats it
    }


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_serve_serves(shelf: Shelf, tmp_path: Path) -> None:
    shelf.article("a.md", "Feed the walrus")
    (tmp_path / "data").mkdir()
    port = _free_port()
    environment = _environment(shelf, tmp_path)
    subprocess.run(
        [sys.executable, "-m", "tiering", "upgrade"], env=environment, check=True, capture_output=True
    )
    command = [sys.executable, "-m", "kb", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        try:
            page = _fetch(f"http://127.0.0.1:{port}/articles/a", server)
        finally:
            server.terminate()
    assert "Feed the walrus" in page


def _fetch(url: str, server: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(url) as answer:
                return str(answer.read(), "utf-8")
        except (URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail("the server did not answer")


def test_who_can_see_says_it_for_every_kind_of_visitor(kb: Kb, shelf: Shelf) -> None:
    shelf.article("vip.md", "VIP", audience="[1, 'segment:moon', 'partner:Nordic']", aliases="old")
    ran = kb("who-can-see", "old")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("articles/vip.md is for: partner:nordic, segment:moon, tier:1\n")
    said = {" ".join(line.split()) for line in ran.out.splitlines()}
    assert "nobody signed in does not" in said
    assert "signed in, without a plan does not" in said
    assert "tier 1 (Strategic) sees it" in said
    assert "tier 2 (Growth) does not" in said
    assert "segment moon (unknown to tiers.yaml) sees it" in said
    assert "served by nordic sees it" in said
    assert "served by any partner does not" in said
    assert "staff sees it" in said


def test_who_can_see_answers_programs_in_json(kb: Kb, shelf: Shelf) -> None:
    shelf.article("open.md", "Open")
    found = json.loads(kb("who-can-see", "open", "--json").out)
    assert (found["slug"], found["audience"]) == ("open", "public")
    assert set(found["visitors"].values()) == {True}


def test_who_can_see_names_a_mistake_and_closes_the_article(kb: Kb, shelf: Shelf) -> None:
    shelf.article("odd.md", "Odd", audience="kings, 7")
    found = json.loads(kb("who-can-see", "odd", "--json").out)
    assert [who for who, sees in found["visitors"].items() if sees] == ["staff"]
    ran = kb("who-can-see", "odd")
    assert "odd.md:3: `audience`: 'kings' is no audience; expected public" in ran.err


def test_who_can_see_nothing_is_one_sentence(kb: Kb) -> None:
    ran = kb("who-can-see", "gone")
    assert (ran.code, ran.out, ran.err) == (1, "", "There is no published article 'gone'.\n")


def test_a_link_for_staff_can_be_printed(
    kb: Kb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_store: Store
) -> None:
    monkeypatch.setenv("DATABASE_URL", str(sqlite_store.engine.url))
    monkeypatch.setenv("SECRET_KEY", "a secret of the pages, long enough")
    monkeypatch.setenv("KB_URL", "https://help.harbour.example")
    ran = kb("staff-link")
    assert (ran.code, ran.err) == (0, "")
    start, _, token = ran.out.strip().partition("=")
    assert start == "https://help.harbour.example/sign-in/link?token"
    secret = SecretStr("a secret of the pages, long enough")
    found = Door(sqlite_store).invited_by_link(link_of(secret, token), datetime.now(UTC))
    assert found is not None
    assert (found.address, found.next) == (None, "/staff/")
