"""Laws of positions, on generated documents and on every real file there is."""

from __future__ import annotations

import tarfile
from pathlib import Path as File
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.yamldoc import Document, Parsed, events, parse
from tests import strategies_yaml as texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Location, Path

CORPUS = File(__file__).resolve().parent.parent.parent / "shared" / "corpus" / "real"


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield every path of a value."""
    yield path
    if isinstance(value, (dict, list)) and len(path) < 12:
        for step in value if isinstance(value, dict) else range(len(value)):
            yield from paths(value[step], (*path, step))


def at(value: Any, path: Path) -> Any:
    """Return what stands at a path."""
    for step in path:
        value = value[step]
    return value


def text_at(parsed: Parsed, where: Location) -> str:
    """Return the text that a location spans, and check that it is inside of the file."""
    lines = [parsed.line(number) for number in range(where.line, where.end_line + 1)]
    assert 1 <= where.line <= where.end_line
    assert 1 <= where.column <= len(lines[0]) + 1
    assert 1 <= where.end_column <= len(lines[-1]) + 1
    assert (where.line, where.column) <= (where.end_line, where.end_column)
    lines[-1] = lines[-1][: where.end_column - 1]
    lines[0] = lines[0][where.column - 1 :]
    return "\n".join(lines)


def assert_key(parsed: Parsed, document: Document, path: Path) -> None:
    """The text at the position of a key is that key, an alias, or parses to it."""
    text = text_at(parsed, document.locate(path))
    if text == path[-1] or text.startswith("*"):
        return
    (again,) = parse(f"? {text}\n: 1\n".encode(), "key").documents
    assert again.value == {path[-1]: 1}, (path, text)


def assert_scalar(parsed: Parsed, document: Document, path: Path) -> None:
    """The text at the position of a scalar parses to it, or is an alias; block scalars aside."""
    value = at(document.value, path)
    text = text_at(parsed, document.locate_value(path))
    if text == value or text.startswith(("*", "|", ">")) or (text[:1] in "!&" and "\n" in text):
        return
    again = parse(f"[{text}\n]".encode(), "value").documents
    if [part.readable for part in again] == [True] and len(again[0].value) == 1:
        assert again[0].value == [value], (path, text)
    else:  # what flow style reads otherwise: text with commas, brackets, nothing at all
        (again_block,) = parse(f"a: {text}\n".encode(), "value").documents
        assert again_block.value == {"a": value}, (path, text)


def assert_positions(parsed: Parsed) -> None:
    """Every key and scalar of every document is where its document says."""
    for document in parsed.documents:
        for path in paths(document.value) if document.readable else ():
            if path and isinstance(path[-1], str):
                assert_key(parsed, document, path)
            if not isinstance(at(document.value, path), (dict, list)):
                assert_scalar(parsed, document, path)


@given(texts.streams())
def test_the_text_at_every_position_parses_to_what_is_reported_there(text: str) -> None:
    """Keys and scalars: flow style, quotes, tags, anchors, merges, explicit keys, CRLF."""
    assert_positions(parse(text.encode(), "f.yaml"))


@given(texts.json_values())
def test_positions_in_json(text: str) -> None:
    """The same holds for JSON, read as JSON."""
    parsed = parse(f'\n {{"x": {text}}}'.encode(), "f.json")
    for document in parsed.documents:
        for path in paths(document.value):
            for where in (document.locate(path), document.locate_value(path)):
                again = parse(b'{"x":' + text_at(parsed, where).encode() + b"}", "again")
                value = again.documents[0].value
                is_key = bool(path) and isinstance(path[-1], str) and where == document.locate(path)
                if is_key:
                    assert value == {"x": path[-1]}
                elif where == document.locate_value(path):
                    assert value == {"x": at(document.value, path)}


@given(
    texts.streams(), st.lists(st.sampled_from(["a", "b", 0, 1, "spec", "nowhere", -1]), max_size=5)
)
def test_a_path_that_is_not_there_is_located_at_its_nearest_parent(
    text: str, steps: list[Any]
) -> None:
    """`locate` answers for any path; beyond what exists the answer stays the parent's."""
    parsed = parse(text.encode(), "f.yaml")
    for document in parsed.documents:
        known: Path = ()
        value = document.value
        for step in steps:
            inside = (
                step in value
                if isinstance(value, dict)
                else isinstance(value, list) and type(step) is int and 0 <= step < len(value)
            )
            if not inside:
                break
            value, known = value[step], (*known, step)
        assert document.locate(tuple(steps)) == document.locate(known)
        assert document.locate_value(tuple(steps)) == document.locate_value(known)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(str.encode),
        texts.streams().map(str.encode),
    ),
    st.data(),
)
def test_no_bytes_raise(data: bytes, choice: st.DataObject) -> None:
    """Whatever the bytes: a result, issues inside of the file, plain values only."""
    if data and choice.draw(st.booleans()):
        cut = choice.draw(st.integers(0, len(data)))
        data = data[:cut] + choice.draw(st.binary(max_size=4)) + data[cut:]
    parsed = parse(data, "f.yaml")
    for number, document in enumerate(parsed.documents):
        assert document.index == number
        assert document.readable or document.value is None
        assert document.readable or document.issues or parsed.template
        assert document.first_line <= document.last_line
        for issue in document.issues:
            text_at(parsed, issue.location)
            assert "\n" not in issue.message
        for path in paths(document.value):
            kind = type(at(document.value, path))
            assert kind in (dict, list, str, int, float, bool, type(None))


@given(texts.streams())
def test_comments_change_no_verdict(text: str) -> None:
    """A comment line, template marks in it or not, between any two documents changes nothing."""
    text = text.removeprefix("\ufeff")
    before = parse(text.encode(), "f")
    after = parse(f"# {{{{ x }}}} [\n{text}".encode(), "f")
    assert [document.value for document in before.documents] == [
        document.value for document in after.documents
    ]
    assert (before.template is None) == (after.template is None)


def real_files() -> Iterator[tuple[str, bytes]]:
    """Yield every YAML and JSON file of the corpus."""
    for archive in sorted(CORPUS.glob("*.tar.gz")):
        with tarfile.open(archive) as files:
            for member in files:
                if member.isfile() and member.name.endswith((".yaml", ".yml", ".json")):
                    content = files.extractfile(member)
                    assert content is not None
                    yield f"{archive.name}:{member.name}", content.read()


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here (../shared/corpus)")
def test_every_real_file_is_read_and_every_position_in_it_is_true() -> None:
    """No file raises, broken ones are few and named, and every tenth file's positions all hold."""
    broken = []
    for number, (name, data) in enumerate(real_files()):
        parsed = parse(data, name, rendered="/templates/" in name)
        issues = [issue for document in parsed.documents for issue in document.issues]
        if any(issue.kind != "duplicate-key" for issue in issues):
            broken.append(name)
        if number % 10 == 0 and len(data) < 100_000:
            assert_positions(parsed)
    named = [name.partition(":")[2] for name in broken if ".vscode/" not in name]
    assert named == ["examples/alertmanager-config-with-template.yaml"]  # kubectl refuses it, too


_LINES = st.sampled_from(
    ["a: b\n", "c:\n", "  d: e\n", "- x\n", "  - y\n", "---\n", "...\n", "%YAML 1.1\n", "% x\n", "  a: b\n", " \n", "# c\n", "'s'\n", "{a: b}\n", "]\n", "? k\n", ": v\n", "e: >\n", "  text\n", "k\n", "... x\n", "...", "\r", "\u2028", "\x85", "--- x\n", "  %x\n", "&a\n", "b: &a\n", "!t\n"]
)  # fmt: skip


@given(st.lists(_LINES, min_size=1, max_size=7).map("".join))
def test_nothing_follows_what_fills_its_text(text: str) -> None:
    """Where the last events of a text are not asked for, they would have said nothing."""

    def told() -> list[object]:
        parsed = parse(text.encode(), "a.yaml")
        return [
            (each.readable, each.value, each.first_line, each.last_line, each.issues)
            for each in parsed.documents
        ]

    quick = told()
    with patch.object(events, "_fills", lambda _text, _root: False):
        assert told() == quick
