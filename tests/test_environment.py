from __future__ import annotations

import re
from pathlib import Path

from bot.config import BotSettings, HttpSettings, InstallingSettings, SlackSettings
from kb.config import DeployedSettings, KbSettings
from tiering.config import Settings

ROOT = Path(__file__).resolve().parent.parent
READ = {
    name.upper()
    for kind in (
        Settings,
        KbSettings,
        DeployedSettings,
        BotSettings,
        SlackSettings,
        HttpSettings,
        InstallingSettings,
    )
    for name in kind.model_fields
}


def test_every_variable_that_a_program_reads_stands_in_the_example_file_and_no_other() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^([A-Z_]+)=", text, re.MULTILINE)) == READ


def test_every_variable_that_a_program_reads_stands_in_the_readme_and_no_other() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.split("### Environment")[1].split("\n#")[0]
    assert set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE)) == READ


def test_the_environment_is_read_only_where_settings_and_commands_are() -> None:
    allowed = {"bot/config.py", "kb/config.py", "tiering/config.py"}
    found = {
        path.relative_to(ROOT).as_posix()
        for package in ("bot", "kb", "tiering")
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"\bos\.environ\b|\bgetenv\b|\bBaseSettings\b", path.read_text(encoding="utf-8"))
    }
    assert {path for path in found if "/cli" not in path} <= allowed
