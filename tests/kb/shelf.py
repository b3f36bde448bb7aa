"""A content directory that a test writes as it goes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kb.library import Library, read_library
from kb.site import Site

TODAY = date(2026, 11, 22)
_SITE = Site()


class Shelf:
    """Writes articles and reads the library again, as a running server does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.library: Library | None = None
        (folder / "articles").mkdir(parents=True)

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file below `articles/`."""
        return self._write("articles", path, text)

    def include(self, path: str, text: str | bytes) -> Path:
        """Write a file below `includes/`."""
        return self._write("includes", path, text)

    def course(self, slug: str, head: str, body: str = "All about it.") -> Path:
        """Write what a course says of itself."""
        return self.course_file(f"{slug}/index.md", f"---\n{head}\n---\n\n{body}\n")

    def lesson(self, path: str, head: str, body: str = "Text.") -> Path:
        """Write a lesson of a course."""
        return self.course_file(f"{path}.md", f"---\n{head}\n---\n\n{body}\n")

    def course_file(self, path: str, text: str | bytes) -> Path:
        """Write a file below `courses/`."""
        return self._write("courses", path, text)

    def _write(self, folder: str, path: str, text: str | bytes) -> Path:
        file = self.folder / folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def article(self, path: str, title: str, body: str = "Text.", **head: object) -> Path:
        """Write an article with a title and whatever else its head should say."""
        lines = "".join(f"{key}: {value}\n" for key, value in head.items())
        return self.write(path, f"---\ntitle: {title!r}\n{lines}---\n\n{body}\n")

    def read(self, today: date = TODAY, site: Site = _SITE) -> Library:
        """Read what is there now; what was read before is known."""
        self.library = read_library(self.folder, today, site, self.library)
        return self.library

    def problems(self) -> list[str]:
        """Read, and return the problems as they are printed."""
        return [str(problem) for problem in self.read().problems]
