"""Makes articles of a folder of Markdown files that another tool has shown until now; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from posixpath import dirname, normpath, relpath
from posixpath import join as posixjoin
from urllib.parse import quote, unquote, urlsplit

from kb.importing.archive import Archive
from kb.importing.batch import Batch, NothingToImportError
from kb.importing.foreign_head import read_head
from kb.importing.head import article_text
from kb.importing.pictures import is_good
from kb.links import ATTACHMENTS
from kb.render import MAX_CHARACTERS
from tiering.files import Problem

_MARKDOWN = {".md", ".markdown", ".mdown", ".mkd", ".mdx"}
_FRONT_DOORS = {"readme", "index", "_index"}
"""Files that stand for their folder; in ours they would be articles called README."""

_ABOUT_THE_REPOSITORY = {
    "license", "licence", "changelog", "contributing", "code_of_conduct", "security", "summary", "authors",
}  # fmt: skip
_LINK = re.compile(
    r"(?P<code>^ {0,3}(?P<mark>`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}(?P=mark)[`~]*[ \t]*$|\Z)|`[^`\n]+`)"
    r"|(?P<open>\]\()(?P<target><[^>\n]*>|[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)"
    r"(?P<close>[ \t]*(?:[\"'][^\"'\n]*[\"'])?\))"
    r"|(?P<ref>^ {0,3}\[[^\]\n]+\]:[ \t]*)(?P<there><[^>\n]*>|\S+)"
    r"|(?P<braces>(?<!\\)\{\{)"
    r"|(?P<src><(?:img|a)\b[^>\n]*?\b(?:src|href)=[\"'])(?P<inner>[^\"'\n]+)",
    re.MULTILINE | re.DOTALL,
)
"""Code, which stays as it is, braces, or the target of a link: in brackets, below the text, or in HTML."""

_NOTE = re.compile(
    r"^:::[ \t]*(?P<kind>note|tip|info|warning|caution|danger|important|success)\b"
    r"[ \t]*\[?(?P<title>[^\]\n]*)\]?[ \t]*\n(?P<body>.*?)^:::[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_TEMPLATE = re.compile(r"\{%-?\s*\w|(?<!\\)\{\{")
_MDX = re.compile(r"^(?:import|export)\s.+$\n?", re.MULTILINE)


@dataclass(slots=True)
class _Moved:
    """Where the files of the zip are now."""

    names: dict[str, str] = field(default_factory=dict)
    """The new path for the old one; both as they stood in the zip without its outermost folders."""

    def find(self, wanted: str) -> str | None:
        """Return the new path of what a link means: without `.md`, a folder, a static file."""
        tries = [wanted, *(wanted + kind for kind in _MARKDOWN)]
        tries += [
            f"{wanted}/{door}.md".lstrip("/") for door in ("README", "index", "_index", "Readme", "readme")
        ]
        tries += [f"{home}/{wanted}" for home in ("static", "public", "assets")]
        if wanted.endswith(".html"):
            tries += [wanted.removesuffix(".html") + ".md"]
        return next((self.names[one] for one in tries if one in self.names), None)


def convert(archive: Archive, source: str, today: date) -> Batch:
    """Return the files of an import. Raises NothingToImportError where there is no Markdown."""
    batch = Batch(problems=list(archive.problems))
    files = _without_wrapping(archive.files, source, batch)
    moved, left_out = _Moved(), Counter[str]()
    for path in sorted(files):
        place = _place(path)
        if place is None:
            left_out[PurePosixPath(path).suffix.lower() or "without suffix"] += 1
        elif PurePosixPath(place).suffix in ATTACHMENTS and not is_good(place, files[path]):
            batch.problems.append(
                Problem(source, 1, f"{path} is left out: it is not what its name says, or too large")
            )
        elif not batch.add(place, files[path]):
            batch.problems.append(
                Problem(source, 1, f"{path} is left out: {place} is another file's already")
            )
        else:
            moved.names[path] = place
    for path, place in moved.names.items():
        if place.endswith(".md"):
            _article(batch, path, place, moved, today)
        else:
            batch.counts["attachments"] += 1
    if not batch.counts["articles"]:
        said = "".join(f"\n{problem}" for problem in batch.problems)
        raise NothingToImportError(f"{source} holds no Markdown files that could be articles{said}")
    if left_out:
        said = ", ".join(f"{count} {suffix}" for suffix, count in sorted(left_out.items()))
        batch.problems.append(
            Problem(source, 1, f"files that are no articles or pictures are left out: {said}", True)
        )
    shelves = sorted(
        {place.split("/")[0] for place in moved.names.values() if place.count("/") and place.endswith(".md")}
    )
    batch.shelves += [
        (shelf, shelf.replace("-", " ").replace("_", " ").capitalize(), "") for shelf in shelves
    ]
    return batch


def _without_wrapping(files: Mapping[str, bytes], source: str, batch: Batch) -> dict[str, bytes]:
    """Take away the folder that a download wraps around everything, and keep to `articles`."""
    stem = PurePosixPath(source).stem
    firsts = {path.split("/")[0] if "/" in path else "" for path in files}
    found = dict(files)
    if (
        len(firsts) == 1
        and (first := firsts.pop())
        and (first == stem or f"{first}/articles" in _folders(files))
    ):
        found = {path.removeprefix(f"{first}/"): content for path, content in found.items()}
    if "articles" in _folders(found):
        inside = {path: content for path, content in found.items() if path.startswith("articles/")}
        if len(inside) < len(found):
            text = f"only the files in articles/ are taken; {len(found) - len(inside)} others are left out"
            batch.problems.append(Problem(source, 1, text, warning=True))
        found = {path.removeprefix("articles/"): content for path, content in inside.items()}
    return found


def _folders(files: Mapping[str, bytes]) -> set[str]:
    return {"/".join(path.split("/")[:count]) for path in files for count in range(1, path.count("/") + 1)}


def _place(path: str) -> str | None:
    """Return where a file goes; None for what is no article and no attachment of one."""
    found = PurePosixPath(path)
    suffix, stem = found.suffix.lower(), found.stem.lower()
    if suffix in ATTACHMENTS:
        return found.with_suffix(suffix).as_posix()
    if suffix not in _MARKDOWN or stem in _ABOUT_THE_REPOSITORY:
        return None
    if stem in _FRONT_DOORS:
        return None if found.parent == PurePosixPath() else (found.parent / "overview.md").as_posix()
    return found.with_suffix(".md").as_posix()


def _article(batch: Batch, path: str, place: str, moved: _Moved, today: date) -> None:
    text = _decoded(batch, path, batch.files[place])
    if text is None:
        del batch.files[place]
        return
    head = read_head(text, path, today)
    batch.problems += head.problems
    body = _NOTE.sub(_box, _MDX.sub("", head.body) if path.endswith(".mdx") else head.body)
    body = _LINK.sub(lambda found: _relinked(found, path, place, moved), body)
    if template := _TEMPLATE.search(_LINK.sub(_without_code, head.body)):
        above = text.count("\n") - head.body.count("\n")
        line = above + head.body.count("\n", 0, template.start()) + 1
        said = "this is a template of another tool, and is shown as text here"
        batch.problems.append(Problem(path, line, said, warning=True))
    if len(body) > MAX_CHARACTERS:
        batch.problems.append(Problem(path, 1, "the article is longer than one may be; split it"))
    batch.counts["articles"] += 1
    batch.counts["drafts"] += head.keys.get("status") == "draft"
    batch.files[place] = article_text(head.keys, body) if head.keys else (body.strip() + "\n").encode()


def _decoded(batch: Batch, path: str, content: bytes) -> str | None:
    """Read a text in the encodings that people still use; None for what is no text."""
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        if encoding == "cp1252":
            said = "the text is not UTF-8, and is taken for Western European (cp1252); look at its accents"
            batch.problems.append(Problem(path, 1, said, warning=True))
        return text.replace("\r\n", "\n").replace("\r", "\n")
    batch.problems.append(Problem(path, 1, "the file is left out: it is no text"))
    return None


def _without_code(found: re.Match[str]) -> str:
    """Put spaces where code stands, so that everything else stays at its place."""
    return re.sub(r"[^\n]", " ", found[0]) if found["code"] is not None else found[0]


def _box(found: re.Match[str]) -> str:
    """Write a box of Docusaurus as one of ours."""
    title = found["title"].strip().replace('"', "”")
    body = "\n".join(f"    {line}" if line.strip() else "" for line in found["body"].strip("\n").split("\n"))
    return f'!!! {found["kind"]} "{title}"\n{body}'


def _relinked(found: re.Match[str], path: str, place: str, moved: _Moved) -> str:
    """Let a link lead to where its file is now; code and everything else stays as it is written."""
    if found["code"] is not None:
        return found[0]
    if found["braces"] is not None:
        return "\\{{"  # it names a variable of that tool, and none of ours
    for before, target, after in (
        ("open", "target", "close"),
        ("ref", "there", None),
        ("src", "inner", None),
    ):
        if found[target] is not None:
            return (
                found[before] + _target(found[target], path, place, moved) + (found[after] if after else "")
            )
    return found[0]


def _target(written: str, path: str, place: str, moved: _Moved) -> str:
    bare = written.strip("<>")
    try:
        parts = urlsplit(bare)
    except ValueError:
        return written
    if parts.scheme or parts.netloc or not parts.path:
        return written
    asked = unquote(parts.path)
    wanted = normpath(asked.lstrip("/") if asked.startswith("/") else posixjoin(dirname(path), asked))
    there = moved.find("" if wanted == "." else wanted)
    if there is None:
        return written
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return quote(relpath(there, dirname(place) or "."), safe="/.-_~+()") + fragment
