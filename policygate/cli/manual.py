"""The pages of the manual that are not about one policy: `policygate/manual/*.md`.

A page is called what its file is called, and its first line is its title. Not for the pages of policies,
which are made from their files (`explain`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "manual"


def pages() -> dict[str, Path]:
    """Every page by its name, sorted."""
    return {file.stem: file for file in sorted(FOLDER.glob("*.md"))}


def text_of(page: Path) -> str:
    """The page, as it is written."""
    return page.read_text(encoding="utf-8").rstrip("\n")


def title_of(page: Path) -> str:
    """What the page is about."""
    return text_of(page).partition("\n")[0].lstrip("# ")
