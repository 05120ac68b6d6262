r"""Nothing that is shown acts: laws of neutral text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.reporters.safe import cells, columns, encodable, shorten, show
from tests.reporters.runner import commands, parse
from tests.reporters.strategies import texts


@given(texts)
def test_shown_text_is_printable(text: str) -> None:
    """A shown text is one line of visible characters that UTF-8 can encode."""
    shown = show(text)
    assert shown.isprintable()
    assert not re.search("[\ufe00-\ufe0f\u034f\u3164]", shown)
    shown.encode("utf-8")


@given(texts)
def test_shown_text_holds_no_command(text: str) -> None:
    """A shown text is no command of a runner, also behind blanks and before the end of a colour."""
    shown = show(text)
    assert not re.match(r"\s*:", shown)
    assert "##[" not in shown + "["
    assert "##vso[" not in (shown + "[").lower()


@given(texts)
def test_cells_are_the_shown_text(text: str) -> None:
    """There is one cell for each character, so that columns can be counted."""
    assert len(cells(text)) == len(text)
    assert "".join(cells(text)) == show(text)


@given(
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126, exclude_characters=":#"))
)
def test_harmless_text_is_itself(text: str) -> None:
    """Text that cannot do anything is shown as it is."""
    assert show(text) == text


@given(texts)
def test_shown_twice_is_shown_once(text: str) -> None:
    """Showing a shown text changes nothing, so that nobody needs to know whether it was."""
    assert show(show(text)) == show(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\u202eevil", r"\u202eevil"),
        ("caf\udce9", r"caf\xe9"),
        ("\ud800", r"\ud800"),
        ("a\U000e0041", r"a\U000e0041"),
        ("::error::x", r"\x3a:error::x"),
        ("  ::error::x", r"  \x3a:error::x"),
        (":", r"\x3a"),
        ("image:tag", "image:tag"),
        ("x ##[group]", r"x #\x23[group]"),
        ("###[group]", r"##\x23[group]"),
        ("a ##", r"a #\x23"),
        ("##vso[task]", r"#\x23vso[task]"),
        ("## heading", "## heading"),
        ("\u0301a", r"\u0301a"),
        ("設定 é", "設定 é"),
    ],
)
def test_examples(text: str, shown: str) -> None:
    """Escapes are short, and as people know them."""
    assert show(text) == shown


@pytest.mark.parametrize("gap", ["\u200b", "\u00ad", "\u0488", "\ufe0f", "\x01", "\U000e0020"])
def test_weightless_characters_hide_no_command(gap: str) -> None:
    """What .NET's comparison passes over does not carry a command past the escaping."""
    for command in (f":{gap}:error::x", f"{gap}::error::x", f"#{gap}#[error]x", f"##{gap}[error]x"):
        shown = show(command).replace(gap, "")
        assert not commands(shown)
        assert not parse(shown)


@given(texts, st.integers(1, 40))
def test_shortened_text_fits(text: str, limit: int) -> None:
    """A text is cut to the columns there are, and one that fits is not."""
    shown = show(text)
    short = shorten(shown, limit)
    assert columns(short) <= limit
    assert (short == shown) == (columns(shown) <= limit)
    assert short == shown or (short[-1] == "…" and shown.startswith(short[:-1]))


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("設定", 4), ("e\u0301", 1), ("한", 2), ("\u1112\u1161", 2), ("💥", 2)],
)
def test_columns(text: str, width: int) -> None:
    """Wide characters take two columns, combining ones none."""
    assert columns(text) == width


@given(texts)
def test_encodable(text: str) -> None:
    """Only lone surrogates are replaced."""
    safe = encodable(text)
    safe.encode("utf-8")
    assert safe == text or re.search("[\ud800-\udfff]", text)
