"""`kb import zendesk`: the help centre of Lantern Bikes becomes ours."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from kb.importing.fetching import FetchError
from kb.importing.help_centre import House, convert
from kb.importing.zendesk import read_export
from tests.kb.command import Kb
from tests.kb.importing.lantern import HOST, PDF, PNG, article, export
from tests.kb.shelf import Shelf

FOLDER = "fur-fahrer-riders"


@pytest.fixture
def source(tmp_path: Path, shelf: Shelf) -> Path:
    """An export, to be imported into a house of one language."""
    (shelf.folder / "site.yaml").write_text("name: Lantern Bikes\n", encoding="utf-8")
    return export(tmp_path / "export")


def files(articles: list[dict[str, Any]], folder: Path, **house: Any) -> dict[str, str]:
    """Convert some articles and return the files of text."""
    batch = convert(read_export(export(folder, articles)), House("en", **house))
    return {path: content.decode() for path, content in batch.files.items() if path.endswith(".md")}


def body(text: str, folder: Path, **house: Any) -> str:
    """Convert one body."""
    [made] = files([article(1, "A", text, section_id=None)], folder, **house).values()
    return made.split("---\n", 2)[2].strip()


def test_a_help_centre_comes_over_whole(kb: Kb, shelf: Shelf, source: Path) -> None:
    ran = kb("import", "zendesk", str(source))
    assert ran.out == (
        "6 articles, 1 draft, 1 picture\n"
        "For site.yaml, under `categories:`:\n"
        f"  - slug: {FOLDER}\n"
        '    title: "Für Fahrer & riders"\n'
        '    summary: "All about <riding>."\n'
        "These pictures and files stay where they are, and go when that help centre does:\n"
        f"  {HOST}/hc/en-us/articles/x\n"
        "  https://cdn.elsewhere.example/seat.png\n"
        f"  {HOST}/hc/article_attachments/900002/Price%20list.pdf\n"
        f"7 files were written to {shelf.folder}/articles\n"
    )
    library = shelf.read()
    assert library.problems == ()
    assert [one.title for one in library.by_category(FOLDER)] == [
        "Pay for a ride",  # promoted
        "Service hours for partners",
        "Signed in only",
        "Rent a bike",
    ]
    assert [one.title for one in library.drafts.values()] == ["What's in the box?"]
    rent = library.articles[f"{FOLDER}/rent-a-bike"]
    assert rent.keywords == ("hire", "borrow, lend", "hire a bike")
    assert (shelf.folder / f"articles/{FOLDER}/images/map.png").read_bytes() == PNG
    assert [section.title for section in rent.sections] == ["Before you ride", "Ride", "Files"]
    assert "[how\nto pay](pay-for-a-ride.md#by-card), and [how to ride](#ride)" in rent.source
    assert '!!! warning ""\n    Wear a *helmet*.' in rent.source


def test_who_may_not_read_an_article_there_does_not_read_it_here(kb: Kb, shelf: Shelf, source: Path) -> None:
    ran = kb("import", "zendesk", str(source))
    assert ran.code == 1
    said = (
        "'Service hours for partners' is for a segment 'Partners' that is none of ours, so only staff see it"
    )
    assert re.search(rf"articles-2\.json:\d+: {said}", ran.err)
    audiences = {one.title: one.audience.key for one in shelf.read().articles.values()}
    assert audiences == {
        "Rent a bike": "public",
        "Pay for a ride": "public",
        "Service hours for partners": "staff",
        "Signed in only": "signed-in",
        "Oddities": "public",
    }


def test_an_article_that_does_not_say_who_may_read_it_is_for_staff(tmp_path: Path) -> None:
    silent = article(1, "A", "<p>x</p>", section_id=None)
    del silent["user_segment_id"]
    several = article(2, "B", "<p>x</p>", section_id=None, user_segment_ids=[5001, 5002])
    unknown = article(3, "C", "<p>x</p>", section_id=None, user_segment_id=9)
    for text in files([silent, several, unknown], tmp_path).values():
        assert "audience: staff\n" in text


def test_a_translation_read_alone_is_for_no_more_readers_than_its_article(tmp_path: Path) -> None:
    closed = article(1, "A", "<p>x</p>", section_id=7001, user_segment_id=5001)
    folder = export(tmp_path, [closed])
    german = {"source_id": 1, "source_type": "Article", "locale": "de", "title": "Ah", "body": "<p>y</p>"}
    (folder / "a-translations.json").write_text(json.dumps({"translations": [german]}))
    batch = convert(read_export(folder), House("de"))
    assert "audience: staff\n" in batch.files[f"{FOLDER}/ah.md"].decode()


def test_public_articles_say_so_where_the_house_is_closed(tmp_path: Path) -> None:
    [text] = files([article(1, "A", "x", section_id=None)], tmp_path, default_is_public=False).values()
    assert "audience: public\n" in text


def test_problems_name_file_and_line(kb: Kb, source: Path) -> None:
    lines = kb("import", "zendesk", str(source), "--dry-run").err.splitlines()
    for line in lines:
        path, number, _ = re.sub(r"^(.*?):(\d+): ", r"\1\n\2\n", line).split("\n", 2)
        if path.endswith(".json"):
            assert '"id": 36000' in Path(path).read_text().splitlines()[int(number) - 1]


def test_nothing_is_overwritten_without_being_told(kb: Kb, shelf: Shelf, source: Path) -> None:
    mine = shelf.write(f"{FOLDER}/rent-a-bike.md", "mine")
    ran = kb("import", "zendesk", str(source))
    assert ran.code == 1
    assert f"{mine}:1: the file is there already; --replace overwrites it" in ran.err
    assert ran.out.endswith(f"Nothing was written to {shelf.folder}/articles\n")
    assert [path for path in shelf.folder.rglob("*.*") if path.suffix != ".yaml" and path.is_file()] == [mine]
    assert mine.read_text() == "mine"
    kb("import", "zendesk", str(source), "--replace")
    assert "Lantern" in mine.read_text()
    assert not list(shelf.folder.rglob(".import-*"))


def test_a_dry_run_says_the_same_and_writes_nothing(kb: Kb, shelf: Shelf, source: Path) -> None:
    ran = kb("import", "zendesk", str(source), "--dry-run", "--into", str(shelf.folder / "new"))
    assert ran.out.startswith("6 articles, 1 draft, 1 picture\n")
    assert ran.out.endswith(f"7 files would be written to {shelf.folder}/new\n")
    assert not (shelf.folder / "new").exists()


def test_programs_read_json(kb: Kb, shelf: Shelf, source: Path) -> None:
    said = json.loads(kb("import", "zendesk", str(source), "--json", "--into", str(shelf.folder / "new")).out)
    assert said["written"] is True
    assert said["counts"] == {"articles": 6, "drafts": 1, "pictures": 1}
    assert f"{FOLDER}/rent-a-bike.md" in said["files"]
    assert len(said["elsewhere"]) == 3
    assert len(said["problems"]) == 4


def test_translations_come_for_the_languages_that_the_house_has(source: Path) -> None:
    batch = convert(read_export(source), House("en", ("de",)))
    text = batch.files[f"{FOLDER}/rent-a-bike.de.md"].decode()
    assert text == (
        "---\ntitle: Ein Rad mieten\naliases: [hc/de/articles/360001]\n---\n\nÖffnen Sie **Lantern**.\n"
    )
    left = convert(read_export(source), House("en", ("fr",)))
    assert f"{FOLDER}/rent-a-bike.de.md" not in left.files
    said = "translations are left out: de (1); `languages` in site.yaml says which are taken"
    assert f"site.yaml:1: warning: {said}" in [str(one) for one in left.problems]


def test_a_house_of_another_language_takes_its_own_version(source: Path) -> None:
    batch = convert(read_export(source), House("de", ("en",)))
    assert "title: Ein Rad mieten" in batch.files[f"{FOLDER}/ein-rad-mieten.md"].decode()
    assert "title: Rent a bike" in batch.files[f"{FOLDER}/ein-rad-mieten.en.md"].decode()


def test_answers_of_every_form_are_read(tmp_path: Path) -> None:
    one = tmp_path / "one.json"
    one.write_text(json.dumps({"article": article(1, "Single", "x", section_id=None)}))
    assert list(convert(read_export(one), House("en")).files) == ["single.md"]
    bare = tmp_path / "articles.json"
    bare.write_text("\ufeff" + json.dumps([article(1, "Bare", "x", section_id=None)]))
    assert list(convert(read_export(bare), House("en")).files) == ["bare.md"]
    with_translations = article(1, "With", "x", section_id=None)
    with_translations["translations"] = [
        {
            "source_id": 1,
            "source_type": "Article",
            "locale": "fr",
            "title": "Avec",
            "body": "<p>y</p>",
            "draft": True,
        }
    ]
    one.write_text(json.dumps({"articles": [with_translations]}))
    batch = convert(read_export(one), House("en", ("fr",)))
    assert batch.files["with.fr.md"].decode() == (
        "---\ntitle: Avec\naliases: [hc/fr/articles/1]\nstatus: draft\n---\n\ny\n"
    )


def test_of_two_answers_about_one_article_the_newer_counts(tmp_path: Path) -> None:
    old = article(1, "Old", "x", section_id=None, updated_at="2020-01-01T00:00:00Z")
    new = article(1, "New", "x", section_id=None)
    assert list(files([old, new], tmp_path / "a")) == list(files([new, old], tmp_path / "b")) == ["new.md"]


def test_titles_that_make_one_name_get_their_number(tmp_path: Path) -> None:
    made = files([article(n, "Ride!", "x", section_id=None) for n in (1, 2)], tmp_path)
    assert list(made) == ["ride.md", "ride-2.md"]


@pytest.mark.parametrize(
    ("title", "path"),
    [("../../etc/passwd", "etc-passwd.md"), ("", "article-1.md"), ("🚲", "1.md"), ("CON: \0\n", "con.md"),
     ("請求書", "請求書.md")],
)  # fmt: skip
def test_no_title_leads_out_of_the_folder(tmp_path: Path, title: str, path: str) -> None:
    assert list(files([article(1, title, "x", section_id=None)], tmp_path)) == [path]


def test_pictures_inside_the_text_are_laid_beside_it_once(tmp_path: Path) -> None:
    inner = f"<img alt='A dot' src='data:image/png;base64,{base64.b64encode(PNG).decode()}'>"
    batch = convert(read_export(export(tmp_path, [article(1, "A", inner * 2, section_id=None)])), House("en"))
    assert batch.files["images/picture.png"] == PNG
    assert [path for path in batch.files if "images" in path] == ["images/picture.png"]


@pytest.mark.parametrize(
    "source",
    ["data:image/png;base64,AAAA", "data:text/html,<script>", "data:image/svg+xml;base64,!!", "file:///etc/passwd",
     "ftp://x.example/a.png", "//", "http://[", ""],
)  # fmt: skip
def test_what_is_no_picture_is_left_out(tmp_path: Path, source: str) -> None:
    made = body(f"<p>Text <img alt='A' src='{source}'></p>", tmp_path)
    assert made == "Text"


def test_an_attachment_is_what_its_content_says_and_not_its_name(tmp_path: Path) -> None:
    folder = export(tmp_path)
    (folder / "attachments/900001-map.png").write_bytes(b"<html><script>")
    batch = convert(read_export(folder), House("en"))
    assert not [path for path in batch.files if "images" in path]
    assert f"{HOST}/hc/article_attachments/900001/map.png" in batch.elsewhere


def test_files_below_an_article_are_laid_beside_it(tmp_path: Path) -> None:
    folder = export(tmp_path)
    (folder / "attachments/Price list.pdf").write_bytes(PDF)
    batch = convert(read_export(folder), House("en"))
    assert batch.files[f"{FOLDER}/images/price-list.pdf"] == PDF
    assert "- [Price list.pdf](images/price-list.pdf)" in batch.files[f"{FOLDER}/rent-a-bike.md"].decode()


def test_a_link_beside_the_export_is_never_followed(tmp_path: Path) -> None:
    folder = export(tmp_path / "export")
    secret = tmp_path / "secret.png"
    secret.write_bytes(PNG + b"secret")
    (folder / "attachments/900001-map.png").unlink()
    (folder / "attachments/900001-map.png").symlink_to(secret)
    batch = convert(read_export(folder), House("en"))
    assert not any(b"secret" in content for content in batch.files.values())


def test_pictures_are_fetched_only_when_asked_and_a_failure_leaves_the_link(tmp_path: Path) -> None:
    asked = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        if "seat" in address:
            raise FetchError("its server answered 500")
        return PNG

    folder = export(tmp_path)
    (folder / "attachments/900001-map.png").unlink()
    batch = convert(read_export(folder), House("en", fetch=fetch))
    assert asked == [
        f"{HOST}/hc/en-us/articles/x",
        f"{HOST}/hc/article_attachments/900001/map.png",
        "https://cdn.elsewhere.example/seat.png",
        f"{HOST}/hc/article_attachments/900002/Price%20list.pdf",
    ]
    assert batch.files[f"{FOLDER}/images/map.png"] == PNG
    text = "the picture https://cdn.elsewhere.example/seat.png is not fetched: its server answered 500"
    assert text in [problem.text for problem in batch.problems]
    assert (
        "[A seat](https://cdn.elsewhere.example/seat.png)" in batch.files[f"{FOLDER}/rent-a-bike.md"].decode()
    )


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/hc/en-us/articles/360001", "b.md"),
        (f"{HOST}/hc/articles/360001-whatever#h_01", "b.md#one"),
        (f"{HOST}/hc/en-us/articles/360001-b#gone", "b.md"),
        (f"{HOST}/hc/en-us/articles/999", f"{HOST}/hc/en-us/articles/999"),
        ("/hc/en-us/requests/new", f"{HOST}/hc/en-us/requests/new"),
        ("https://evil.example/hc/en-us/articles/360001", "https://evil.example/hc/en-us/articles/360001"),
        ("//evil.example/x", "//evil.example/x"),
        ("gone.html", "https://lantern.zendesk.example/hc/en-us/articles/gone.html"),
        ("mailto:a@lantern.example", "mailto:a@lantern.example"),
    ],
)
def test_links_lead_where_they_led(tmp_path: Path, link: str, expected: str) -> None:
    made = files(
        [
            article(1, "A", f"<p><a href='{link}'>x</a></p>", section_id=None),
            article(360001, "B", "<h2 id='h_01'>One</h2>", section_id=None),
        ],
        tmp_path,
    )
    assert made["a.md"].endswith(f"\n[x]({expected})\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "this is not valid JSON"),
        ("{", "this is not valid JSON"),
        ("[" * 100_000, "the values are nested too deeply"),
        ('{"articles": [{"id": "x"}]}', "a record is left out: `id`: "),
        ('{"articles": [{"id": 0}, 7, null]}', "a record is left out: `id`: "),
        ('{"articles": {}}', "holds no articles of a Zendesk help centre"),
        ("7", "holds no articles"),
    ],
)
def test_what_is_no_export_is_said_in_words(
    kb: Kb, shelf: Shelf, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "a.json").write_text(text)
    ran = kb("import", "zendesk", str(tmp_path / "a.json"))
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert list((shelf.folder / "articles").iterdir()) == []


def test_a_file_that_is_no_text_is_named_and_the_others_are_taken(kb: Kb, shelf: Shelf, source: Path) -> None:
    (source / "broken.json").write_bytes(b"\xff\xfe{")
    ran = kb("import", "zendesk", str(source))
    assert f"{source}/broken.json:1: the text is not UTF-8" in ran.err
    assert ran.out.startswith("6 articles")


def test_an_article_that_cannot_be_converted_is_named_and_left_out(tmp_path: Path) -> None:
    deep = article(2, "Deep", "<div>" * 5000, section_id=None)
    batch = convert(read_export(export(tmp_path, [article(1, "A", "x", section_id=None), deep])), House("en"))
    assert list(batch.files) == ["a.md"]
    assert batch.counts["articles"] == 1
    assert "'Deep' is left out: the HTML is nested too deeply" in [one.text for one in batch.problems]
