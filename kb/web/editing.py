"""Changes to the content from the pages: into files or, where these cannot be written, into the record."""

from __future__ import annotations

from pathlib import Path

import structlog

from kb.edits import CannotEdit, Edit, NewArticle, edited, make, text_of
from kb.web.desk import desk

log = structlog.get_logger(__name__)


def change(edit: Edit, who: str) -> bool:
    """Make a change, which counts at once; returns whether it stands in a file, else it is in the record.

    Raises CannotEdit with a sentence for whoever asked, and RecordUnavailable.
    """
    at, folder = desk(), desk().settings.content_dir
    try:
        make(folder, edit)
        in_file = True
    except OSError as error:
        log.info("content directory not written", reason=str(error))
        in_file = False
        _check_over(edit, folder, at.edits.all())
        at.edits.add(edit, who)
    at.pending.renew()
    at.live.refresh()
    return in_file


def _check_over(edit: Edit, folder: Path, before: tuple[Edit, ...]) -> None:
    """Make sure that a change can be made over those before it; raises CannotEdit."""
    text = edited(folder, before).get(edit.path, text_of(folder / edit.path))
    if isinstance(edit, NewArticle) and text is not None:
        raise CannotEdit(f"There is a file {edit.path} already; give the article another title.")
    edit.applied(text)
