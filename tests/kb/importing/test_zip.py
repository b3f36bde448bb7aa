"""`kb import zip`: Markdown of other tools, and zips that mean harm."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kb.importing.archive import Archive, read_archive
from kb.importing.batch import Batch, NothingToImportError
from kb.importing.markdown import convert
from tests.kb.command import Kb
from tests.kb.importing.lantern import PNG
from tests.kb.shelf import TODAY, Shelf


def pack(path: Path, files: dict[str, str | bytes], **options: Any) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return path


def converted(files: dict[str, str | bytes], name: str = "docs.zip") -> Batch:
    plain = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    return convert(Archive(plain), name, TODAY)


def one(text: str | bytes, name: str = "a.md") -> str:
    return converted({name: text}).files["a.md"].decode()


def problems(batch: Batch) -> list[str]:
    return [str(problem) for problem in batch.problems]


def test_a_zip_comes_over_with_its_pictures_and_links(kb: Kb, shelf: Shelf, tmp_path: Path) -> None:
    source = pack(
        tmp_path / "docs-main.zip",
        {
            "docs-main/README.md": "# About this repository",
            "docs-main/LICENSE.md": "MIT",
            "docs-main/billing/index.md": (
                "# Billing\n\nSee [refunds](./refunds) and [start](/start/first.md#go)."
            ),
            "docs-main/billing/refunds.markdown": (
                "---\nTitle: Refunds\ndraft: true\n---\n![A](/img/dot.png)\n"
            ),
            "docs-main/start/first.md": "# First\n\n## Go\n\n[Back](../billing/) `[x](../billing/)`\n",
            "docs-main/static/img/dot.png": PNG,
            "docs-main/script.js": "alert(1)",
            "docs-main/.github/x.md": "x",
            "__MACOSX/docs-main/._README.md": "x",
        },
    )
    ran = kb("import", "zip", str(source))
    assert ran.err == (
        f"{source}:1: warning: files that are no articles or pictures are left out: 1 .js, 2 .md\n"
    )
    assert ran.code == 0
    assert ran.out == (
        "3 articles, 1 draft, 1 attachment\n"
        "For site.yaml, under `categories:`:\n"
        "  - slug: start\n    title: Start\n"
        f"4 files were written to {shelf.folder}/articles\n"
    )
    library = shelf.read()
    assert library.articles["billing/overview"].source.endswith(
        "See [refunds](refunds.md) and [start](../start/first.md#go).\n"
    )
    assert library.drafts["billing/refunds"].source == "\n![A](../static/img/dot.png)\n"
    assert library.articles["start/first"].source.endswith(
        "[Back](../billing/overview.md) `[x](../billing/)`\n"
    )
    assert [str(problem) for problem in library.problems] == [
        "articles/billing/overview.md:3: the link refunds.md leads to no published article"
    ]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("description: Short\ntags: [a, b]\nkeywords: c, d", "summary: Short\nkeywords: [a, b, c, d]\n"),
        ("sidebar_position: 3\nauthor: Priya", "order: 3\nowner: Priya\n"),
        ("authors: [{name: Priya, url: x}, Tom]", "owner: Priya\n"),
        ("redirect_from: [/old/page/, /older.html]", "aliases: [old/page, older.html]\n"),
        ("permalink: /a b/?x", "aliases: [a-b]\n"),
        ("published: false", "status: draft\n"),
        ("draft: 'true'", "status: draft\n"),
        ("date: 2099-01-01", "publish_on: 2099-01-01\n"),
        ("date: 2020-01-01", ""),
        ("lang: de", "language: de\n"),
        ("audience: [1, 2]", 'audience: ["1", "2"]\n'),
        ("review_every: 6 months", "review_every: 180\n"),
        ("last_reviewed: 2026-01-01", "last_reviewed: 2026-01-01\n"),
        ("layout: post\ntoc: true", ""),
        ("private: false\nvisibility: public", ""),
    ],
)  # fmt: skip
def test_keys_of_other_tools_become_ours(head: str, expected: str) -> None:
    batch = converted({"a.md": f"---\ntitle: A\n{head}\n---\nText.\n"})
    assert batch.files["a.md"].decode() == f"---\ntitle: A\n{expected}---\n\nText.\n"
    assert batch.problems == []


@pytest.mark.parametrize(
    "head",
    [
        "private: true",
        "hidden: yes",
        "members_only: true",
        "access: [gold]",
        "audience: kings",
        "roles: admin",
    ],
)
def test_an_article_that_was_not_for_everybody_is_for_staff(head: str) -> None:
    batch = converted({"a.md": f"---\ntitle: A\n{head}\n---\nText.\n"})
    assert "audience: staff\n" in batch.files["a.md"].decode()
    assert len(batch.problems) == 1
    assert "only staff see it" in problems(batch)[0]
    assert problems(batch)[0].startswith("a.md:")


def test_toml_heads_are_read_too() -> None:
    text = one('+++\ntitle = "A"\nweight = 2\ndate = 2099-01-01T10:00:00Z\n[extra]\nx = 1\n+++\nText.\n')
    assert text == "---\ntitle: A\norder: 2\npublish_on: 2099-01-01\n---\n\nText.\n"


@pytest.mark.parametrize(
    "text", ["---\ntitle: [\n---\nText.", "+++\ntitle = \n+++\nText.", "---\ntitle: A\nText."]
)
def test_a_head_that_cannot_be_read_makes_a_draft_for_staff(text: str) -> None:
    batch = converted({"a.md": text})
    made = batch.files["a.md"].decode()
    assert made.startswith("---\naudience: staff\nstatus: draft\n---\n")
    assert made.endswith("Text.\n")
    assert problems(batch)[-1] == "a.md:1: its head cannot be read, so it is a draft that only staff see"


def test_keys_that_say_nothing_here_are_named_and_values_that_are_wrong_are_left_out() -> None:
    batch = converted({"a.md": "---\ntitle: A\nmood: good\nweight: heavy\npublish_on: soon\n---\nText.\n"})
    assert batch.files["a.md"].decode() == "---\ntitle: A\nstatus: draft\n---\n\nText.\n"
    assert problems(batch) == [
        "a.md:1: warning: left out of the head: `mood`",
        "a.md:1: `order` is 'heavy'; expected a whole number",
        "a.md:1: `publish_on` is 'soon'; expected a date such as 2026-12-31",
    ]


def test_boxes_of_docusaurus_become_ours_and_other_templates_are_named() -> None:
    batch = converted(
        {
            "a.mdx": 'import X from "x"\n# A\n\n:::tip Nice\nDo *this*.\n\nThen.\n:::\n\n{% include %}\n',
        }
    )
    assert (
        batch.files["a.md"].decode()
        == '# A\n\n!!! tip "Nice"\n    Do *this*.\n\n    Then.\n\n{% include %}\n'
    )
    assert problems(batch) == [
        "a.mdx:10: warning: this is a template of another tool, and is shown as text here"
    ]


def test_variables_of_other_tools_are_shown_and_named(shelf: Shelf) -> None:
    batch = converted(
        {"a.md": "---\ntitle: Use {{ name }}\n---\n\nDear {{ name }}, `{{ code }}` and \\{{ x }}.\n"}
    )
    assert problems(batch) == [
        "a.md:5: warning: this is a template of another tool, and is shown as text here"
    ]
    shelf.write("a.md", batch.files["a.md"])
    article = shelf.read().articles["a"]
    assert article.title == "Use {{ name }}"
    assert article.text == "Dear {{ name }}, {{ code }} and {{ x }}."
    assert shelf.read().problems == ()


@pytest.mark.parametrize(
    ("content", "expected", "warned"),
    [
        ("# Größe\n".encode("utf-8-sig"), "# Größe\n", False),
        ("# Größe\r\n".encode("utf-16"), "# Größe\n", False),
        ("# Größe\n".encode("cp1252"), "# Größe\n", True),
    ],
)
def test_texts_are_read_in_the_encodings_that_people_use(content: bytes, expected: str, warned: bool) -> None:
    batch = converted({"a.md": content})
    assert batch.files["a.md"].decode() == expected
    assert bool(batch.problems) is warned


@pytest.mark.parametrize("content", [b"\0\1\2", PNG, b"\x81\x8d"])
def test_what_is_no_text_is_no_article(content: bytes) -> None:
    batch = converted({"a.md": content, "b.md": "# B"})
    assert list(batch.files) == ["b.md"]
    assert problems(batch) == ["a.md:1: the file is left out: it is no text"]


def test_a_picture_must_be_what_its_name_says() -> None:
    batch = converted({"a.md": "# A", "b.png": b"<script>", "c.svg": b"<svg xmlns='x'></svg>", "d.jpeg": PNG})
    assert list(batch.files) == ["a.md", "c.svg"]
    assert len(batch.problems) == 2


def test_only_articles_are_taken_from_the_folder_of_a_whole_site() -> None:
    batch = converted({"site/articles/a/b.md": "# B", "site/services/x.md": "# X", "site/tiers.yaml": "x"})
    assert list(batch.files) == ["a/b.md"]
    assert problems(batch) == [
        "docs.zip:1: warning: only the files in articles/ are taken; 2 others are left out"
    ]


def test_two_files_for_one_place_are_named() -> None:
    batch = converted({"a/README.md": "# A", "a/index.md": "# B", "a/x.md": "# X", "a/X.md": "# Y"})
    assert sorted(batch.files) == ["a/X.md", "a/overview.md"]
    assert problems(batch) == [
        "docs.zip:1: a/index.md is left out: a/overview.md is another file's already",
        "docs.zip:1: a/x.md is left out: a/x.md is another file's already",
    ]


# Zips that mean harm


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../evil.md", "../evil.md is left out: its path leads out of the folder"),
        ("a/../../evil.md", "a/../../evil.md is left out: its path leads out of the folder"),
        ("..\\evil.md", "../evil.md is left out: its path leads out of the folder"),
        ("a/.. /evil.md", "a/.. /evil.md is left out: its path leads out of the folder"),
        ("/etc/evil.md", "/etc/evil.md is left out: its path begins at the root of a disk"),
        ("C:\\evil.md", "C:/evil.md is left out: its path begins at the root of a disk"),
        ("c:evil.md", "c:evil.md is left out: its path begins at the root of a disk"),
        (
            "\\\\host\\share\\evil.md",
            "//host/share/evil.md is left out: its path begins at the root of a disk",
        ),
        ("a\nb/evil.md", "a?b/evil.md is left out: its name holds characters that no name should"),
        ("a\u202eb.md", "a?b.md is left out: its name holds characters that no name should"),
        (".../evil.md", "evil.md is left out"),
    ],
)
def test_a_path_that_leads_out_is_refused_and_the_rest_is_taken(
    kb: Kb, shelf: Shelf, tmp_path: Path, name: str, said: str
) -> None:
    source = pack(tmp_path / "evil.zip", {"good.md": "# Good", name: "# Evil"})
    ran = kb("import", "zip", str(source))
    assert ran.code == 1
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert [path.name for path in tmp_path.rglob("*.md")] == ["good.md"]
    assert (shelf.folder / "articles/good.md").is_file()


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    source = tmp_path / "links.zip"
    with zipfile.ZipFile(source, "w") as packed:
        packed.writestr("good.md", "# Good")
        for name, kind in (("link.md", stat.S_IFLNK), ("pipe.md", stat.S_IFIFO), ("device.md", stat.S_IFCHR)):
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3
            entry.external_attr = (kind | 0o777) << 16
            packed.writestr(entry, "/etc/passwd")
    archive = read_archive(source)
    assert list(archive.files) == ["good.md"]
    assert [problem.text for problem in archive.problems] == [
        "link.md is left out: it is a link",
        "pipe.md is left out: it is no plain file",
        "device.md is left out: it is no plain file",
    ]


def test_bombs_are_refused_before_they_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = pack(
        tmp_path / "bomb.zip",
        {"good.md": "# Good", "zeros.md": b"0" * 15_000_000, "big.png": b"0" * 25_000_000},
    )
    archive = read_archive(source)
    assert list(archive.files) == ["good.md"]
    assert [problem.text for problem in archive.problems] == [
        "zeros.md is left out: it unpacks to far more than a text or a picture would",
        "big.png is left out: it unpacks to far more than a text or a picture would",
    ]
    monkeypatch.setattr("kb.importing.archive.MAX_ALL_BYTES", 10)
    with pytest.raises(NothingToImportError, match="unpacks to more than"):
        read_archive(pack(tmp_path / "much.zip", {"a.md": "12345678", "b.md": "12345678"}))
    monkeypatch.setattr("kb.importing.archive.MAX_FILES", 1)
    with pytest.raises(NothingToImportError, match="holds more than 1 files"):
        read_archive(source)


def test_a_zip_that_lies_about_a_size_is_unpacked_by_what_comes(tmp_path: Path) -> None:
    source = pack(tmp_path / "lie.zip", {"a.md": b"0" * 15_000_000})
    raw = bytearray(source.read_bytes())
    for sign, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = raw.index(sign) + at
        raw[place : place + 4] = struct.pack("<I", 5)
    source.write_bytes(raw)
    archive = read_archive(source)
    assert archive.files == {}
    assert len(archive.problems) == 1


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + b"\0" * 18, b"no zip at all", b"\0" * 1000])
def test_what_is_no_zip_of_markdown_is_one_sentence(
    kb: Kb, shelf: Shelf, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    ran = kb("import", "zip", str(tmp_path / "a.zip"))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"{tmp_path}/a.zip ")
    assert ran.err.count("\n") == 1
    assert list((shelf.folder / "articles").iterdir()) == []


def test_a_damaged_entry_is_named_and_the_others_are_taken(tmp_path: Path) -> None:
    source = tmp_path / "a.zip"
    with zipfile.ZipFile(source, "w") as packed:
        packed.writestr("a.md", "# AAAAAAAA")
        packed.writestr("b.md", "# B")
    source.write_bytes(source.read_bytes().replace(b"AAAAAAAA", b"AAAAAAAB"))
    archive = read_archive(source)
    assert list(archive.files) == ["b.md"]
    assert [problem.text for problem in archive.problems] == ["a.md is left out: it is damaged (BadZipFile)"]


def test_names_in_utf_8_that_do_not_say_so_are_read_as_such(tmp_path: Path) -> None:
    source = pack(tmp_path / "a.zip", {"größe.md": "# A"})
    raw = source.read_bytes()
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.index(sign) + at
        raw = raw[:place] + b"\0\0" + raw[place + 2 :]
    source.write_bytes(raw)
    assert list(read_archive(source).files) == ["größe.md"]


_NAMES = st.text(alphabet="ab./\\: \n\0\u202eéA~", min_size=1, max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.lists(_NAMES.map(lambda name: name + ".md"), max_size=6, unique=True))
@example(["../x.md", "a/../../x.md", "\\..\\x.md", "C:x.md", "./././x.md", "a//b.md", "....//x.md"])
def test_whatever_the_names_are_every_file_stays_inside(tmp_path: Path, names: list[str]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as opened:
        for name in dict.fromkeys(name.replace("\0", "") for name in names):
            opened.writestr(name, "# X")
    source = tmp_path / "any.zip"
    source.write_bytes(packed.getvalue())
    for path in read_archive(source).files:
        parts = PurePosixPath(path).parts
        assert not path.startswith("/")
        assert ".." not in parts
        assert path.isprintable()
        assert "\\" not in path
        assert (tmp_path / path).resolve().is_relative_to(tmp_path)


@given(st.binary(max_size=300))
def test_any_file_at_all_becomes_an_article_or_a_problem(content: bytes) -> None:
    batch = converted({"a.md": content, "b.md": "# B"})
    assert "b.md" in batch.files
    assert "a.md" in batch.files or batch.problems


def test_a_day_is_judged_by_the_day_it_is() -> None:
    text = "---\ntitle: A\ndate: 2027-01-01\n---\nText.\n"
    assert b"publish_on" not in convert(Archive({"a.md": text.encode()}), "x", date(2027, 1, 1)).files["a.md"]
