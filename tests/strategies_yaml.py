"""Documents as people (and attackers) write them, for hypothesis: YAML text, not values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAIN = (
    "a", "web", "x y", "y", "Y", "n", "yes", "No", "on", "OFF", "true", "True", "tRue", "null", "~", "Null",
    "0", "-0", "+1", "1", "42", "007", "0644", "08", "0o17", "0O17", "0b101", "-0b1", "0x1F", "1_000", "_1", "1__0",
    "1.5", ".5", "1.", "-.5", "1e3", "1E-3", "1e999", "1e21", "1.5e300", "123456789012345678", "9223372036854775807",
    "9223372036854775808", "18446744073709551615", "18446744073709551616", "-9223372036854775809", "1.9676120124836026e+17",
    "22:22", "190:20:30", "2020-01-01", "2020-01-01T10:00:00Z", "12:30:45.5", "0.0.0.0", "1.2.3", "=", "<", "500MiB", "100m",
    "a#b", "a:b", "http://x/y", "-a", "-1-", "é", "日本", "😀", "--", "0x", "0b2", "1e", "e1", "+.5e-3", "-", "+", ".", "..",
)  # fmt: skip
"""Plain scalars that are legal as a value in block style."""

TAGGED = (
    "!!str 1", "!!str", "!!str yes", "!!int '1'", '!!int "0x10"', "!!float 1", "!!float 1e3", "!!bool y", "!!null ''",
    "!!binary aGk=", "!!binary 4pi6", "!x 5", "! 5", "!x {a: 1}", "!!timestamp 2020-01-01", "!!int x", "!!float y",
    "!!bool 1", "!!null x", "!!binary '%'", "!!map {a: 1}", "!!seq [1]", "!<tag:yaml.org,2002:str> 5",
)  # fmt: skip

QUOTED = (
    '"a"', "'a'", '""', "''", '"1"', "'yes'", '"\\x41\\n"', '"\\u263a"', "'it''s'", '"a\\tb"', '"\\\\"', '"a b"', "'<<'", '"{{ x }}"',
    '"# no comment"', "'a: b'", '"\\U0001F600"', "'- x'",
)  # fmt: skip

BLOCK = (
    "|\n{i}x\n{i}y",
    "|-\n{i}x",
    "|+\n{i}x\n\n",
    ">\n{i}x\n{i}y\n\n{i}z",
    ">-\n{i}x: {{{{ y }}}}",
    "|2\n{i}x",
    "|\n{i}# x",
)

KEYS = (
    "a", "b", "c", "name", "kind", "x-y", "a/b", "a.b", "1", "1.5", "1e6", "0.1", "true", "yes", "y", "on", "0x10", "2020-01-01", "~",
    '"a"', "'b'", '"2"', "'yes'", '"\\x41"', "'it''s'", "é", "! a", "!!str 3", "&k a", "!!str b", "'a: b'", '"#"', "'<<'", "=", "a b",
)  # fmt: skip

COMMENTS = ("", "", "", " # note", " # {{ template }}", "  # x: [")


def _flow(draw: st.DrawFn, depth: int) -> str:
    kind = draw(st.sampled_from("smmllq")) if depth else "s"
    if kind == "m":
        pairs = draw(st.integers(0, 3))
        inside = [f"{draw(st.sampled_from(KEYS))}: {_flow(draw, depth - 1)}" for _ in range(pairs)]
        return "{" + ", ".join(inside) + draw(st.sampled_from(("", ",", " "))) * bool(inside) + "}"
    if kind == "l":
        return "[" + ", ".join(_flow(draw, depth - 1) for _ in range(draw(st.integers(0, 3)))) + "]"
    pool = PLAIN if kind == "s" else QUOTED
    return draw(st.sampled_from(pool)).removesuffix("-") or "''"


def _value(draw: st.DrawFn, indent: int, depth: int, anchors: list[str]) -> str:
    """Return what follows `key:` or `-`, from the white space on."""
    pad = " " * (indent + 2)
    kinds = "ppqtfbae" + "mmll" * (depth > 0)
    kind = draw(st.sampled_from(kinds))
    anchor = ""
    if draw(st.integers(0, 9)) == 0:
        name = draw(st.sampled_from("pqr"))
        anchor = f"&{name} "
    comment = draw(st.sampled_from(COMMENTS))
    text = {
        "p": lambda: draw(st.sampled_from(PLAIN)) + comment,
        "q": lambda: draw(st.sampled_from(QUOTED)) + comment,
        "t": lambda: draw(st.sampled_from(TAGGED)) + comment,
        "f": lambda: _flow(draw, 2) + comment,
        "b": lambda: draw(st.sampled_from(BLOCK)).format(i=pad),
        "a": lambda: f"*{draw(st.sampled_from(anchors))}" if anchors else "0",
        "e": lambda: comment,
        "m": lambda: comment + "\n" + "\n".join(_mapping(draw, indent + 2, depth - 1, anchors)),
        "l": lambda: comment + "\n" + "\n".join(_list(draw, indent + 2, depth - 1, anchors)),
    }[kind]()
    if kind == "a":
        anchor = ""
    if anchor:
        anchors.append(anchor[1:-1])
    return " " + anchor + text


def _mapping(draw: st.DrawFn, indent: int, depth: int, anchors: list[str]) -> Iterator[str]:
    pad = " " * indent
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.integers(0, 19))
        if kind == 0 and anchors:
            merged = draw(
                st.sampled_from((f"*{anchors[-1]}", f"[*{anchors[-1]}, {{b: 1}}]", "{a: 7}"))
            )
            yield f"{pad}<<: {merged}"
        elif kind == 1:
            yield f"{pad}? {draw(st.sampled_from(KEYS))}\n{pad}:{_value(draw, indent, depth, anchors)}"
        else:
            yield f"{pad}{draw(st.sampled_from(KEYS))}:{_value(draw, indent, depth, anchors)}"
        if draw(st.integers(0, 9)) == 0:
            yield draw(st.sampled_from((pad + "# a comment", "# {{ another }}", "")))


def _list(draw: st.DrawFn, indent: int, depth: int, anchors: list[str]) -> Iterator[str]:
    pad = " " * indent
    for _ in range(draw(st.integers(1, 3))):
        if depth and draw(st.booleans()):
            lines = "\n".join(_mapping(draw, indent + 2, depth - 1, anchors))
            yield f"{pad}- {lines[indent + 2 :]}"
        else:
            yield f"{pad}-{_value(draw, indent, depth, anchors)}"


@st.composite
def manifests(draw: st.DrawFn) -> str:
    """Return one document with the fields kubectl insists on; some cannot be read, on purpose."""
    body = "\n".join(_mapping(draw, 2, 3, []))
    return f"apiVersion: example.com/v1\nkind: Thing\nmetadata:\n  name: NAME\nspec:\n{body}\n"


@st.composite
def streams(draw: st.DrawFn) -> str:
    """Return a file of one to three documents, with separators and line ends as met in the wild."""
    documents = draw(st.lists(manifests(), min_size=1, max_size=3))
    separator = draw(
        st.sampled_from(("---\n", "--- # next\n", "---\n---\n", "---\t\n# only this\n---\n"))
    )
    text = draw(st.sampled_from(("", "---\n", "# first\n", "\ufeff"))) + separator.join(documents)
    if draw(st.booleans()):
        text = text.removesuffix("\n")
    return text.replace("\n", "\r\n") if draw(st.integers(0, 4)) == 0 else text


@st.composite
def json_values(draw: st.DrawFn, depth: int = 3) -> str:
    """Return JSON text with the escapes, numbers and duplicates that tell parsers apart."""
    kind = draw(st.sampled_from("sssmml" if depth else "s"))
    space = draw(st.sampled_from(("", " ", "\n", "\t")))
    if kind == "m":
        keys = ('"a"', '"b"', '"\\u0061"', '"\\ud83d\\ude00"', '"\u2028"', '"<<"', '""')
        pairs = [
            f"{draw(st.sampled_from(keys))}{space}:{draw(json_values(depth - 1))}"
            for _ in range(draw(st.integers(0, 3)))
        ]
        return "{" + space + ",".join(pairs) + "}"
    if kind == "l":
        items = [draw(json_values(depth - 1)) for _ in range(draw(st.integers(0, 3)))]
        return "[" + ("," + space).join(items) + space + "]"
    scalars = (
        "1", "-0", "1.0", "1e3", "1E400", "12345678901234567890", "-9223372036854775809", "true", "false", "null", '"s"', '"\\/"',
        '"\\ud83d\\ude00"', '"\\ud83d"', '"\\ude00\\ud83d"', '"\u2028"', '"\x7f"', '"{{ x }}"', '"1"',
    )  # fmt: skip
    return draw(st.sampled_from(scalars))
