"""What files mean: scalars, keys, merges, streams, JSON, templates, and what is refused.

`test_yamldoc_kubectl.py` holds the tables here against the real kubectl.
"""

from __future__ import annotations

from typing import Any

import pytest

from policygate.yamldoc import Limits, Parsed, parse

REFUSED = object()

SCALARS: dict[str, Any] = {
    # booleans and null: exactly these casings
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **{text: text for text in ("yEs", "tRUE", "nULL", "oN", "none", "None", "nil", "yess")},
    # integers
    "0": 0, "-0": 0, "+1": 1, "0644": 420, "007": 7, "08": 8, "0o17": 15, "0O17": 15, "0b101": 5, "-0b1": -1, "0b2": "0b2",
    "0x1F": 31, "0X1f": 31, "-0x10": -16, "1_000": 1000, "1__0_": 10, "_1": "_1", "0x_f": 15, "0x": "0x",
    "9223372036854775807": 2**63 - 1, "-9223372036854775808": -(2**63),
    "9223372036854775808": 9223372036854775808.0, "18446744073709551616": 18446744073709551616.0,
    # floats; whole ones become integers on their way through JSON
    "1.5": 1.5, ".5": 0.5, "-.5": -0.5, "1.": 1, "1.0": 1, "1e3": 1000, "1E-3": 0.001, "1e21": 1e21, "1e999": "1e999", "-0.0": 0,
    "1.9676120124836026e+17": 196761201248360260, ".1_5": 0.15, "._5": "._5", ".": ".", "1.2.3": "1.2.3", "1e": "1e", "+": "+",
    ".inf": REFUSED, "-.INF": REFUSED, ".NaN": REFUSED, "+.nan": "+.nan",
    # strings that other YAML libraries read as something else
    "22:22": "22:22", "190:20:30": "190:20:30", "2020-01-01": "2020-01-01", "2020-01-01T10:00:00Z": "2020-01-01T10:00:00Z",
    "=": "=", "<<": "<<", "500MiB": "500MiB", "0.0.0.0": "0.0.0.0", "1,000": "1,000",
    # tags
    "!!str 1": "1", "!!str": "", '!!int "1"': 1, "!!int x": REFUSED, "!!int 1.5": REFUSED, "!!float 1": 1, "!!float 08": 8,
    "!!float 18446744073709551615": REFUSED, "!!bool y": True, "!!bool 1": REFUSED, "!!null ''": None, "!!null x": REFUSED,
    "!!binary aGk=": "hi", "!!binary /w==": "\ufffd", "!!binary '%'": REFUSED, "!!timestamp 2020-01-01": "2020-01-01",
    "!!timestamp 2020-02-30": REFUSED, "!!timestamp x": REFUSED, "!env_var X": "X", "!env_var 5": "5", "! 5": "5", "!x {a: 1}": {"a": 1},
    # style
    "'yes'": "yes", '"1"': "1", '"\\x41"': "A", "'it''s'": "it's", "[a, 1]": ["a", 1], "{a: b}": {"a": "b"}, '"\\/"': REFUSED,
    '"\\ud83d\\ude00"': REFUSED, "[a?b]": REFUSED, "{?a: b}": {"a": "b"}, "[?a]": [{"a": None}], "{? a : b}": {"a": "b"},
}  # fmt: skip

KEYS: dict[str, Any] = {
    "on": "true", "y": "true", "No": "false", "true": "true", "1": "1", "0x10": "16", "010": "8", "1.5": "1.5", "1e3": "1000",
    "1e6": "1e+06", "0.1": "0.1", "1e30": "1e+30", "123456789.5": "1.2345679e+08", ".inf": ".inf", "-.inf": "-.inf", ".nan": ".nan",
    "-1": "-1", "2020-01-01": "2020-01-01", "'1'": "1", "!!str on": "on", "!!int '1'": "1", "!!binary aGk=": "hi", "'<<'": "<<",
    "=": "=", "~": REFUSED, "!!null ''": REFUSED, "18446744073709551615": REFUSED, "[a]": REFUSED, "{a: b}": REFUSED, "&k on": "true",
}  # fmt: skip

DOCUMENTS: dict[str, Any] = {
    # duplicates and merges: what comes later wins, wherever it comes from
    "a: 1\na: 2": {"a": 2},
    "a: 1\n<<: {a: 2}": {"a": 2},
    "<<: {a: 2}\na: 1": {"a": 1},
    "x: &x {a: 1, b: 1}\nv:\n  <<: *x\n  b: 2": {"x": {"a": 1, "b": 1}, "v": {"a": 1, "b": 2}},
    "x: &x {a: 1}\nv:\n  <<: [*x, {a: 2, b: 2}]": {"x": {"a": 1}, "v": {"a": 1, "b": 2}},
    "x: &x [{a: 1}]\nv:\n  <<: *x": REFUSED,
    "<<: 5": REFUSED,
    "<<: [5]": REFUSED,
    '"<<": 5': {"<<": 5},
    "!!merge <<: {a: 1}": {"a": 1},
    "!!str <<: {a: 1}": {"<<": {"a": 1}},
    # anchors
    "a: &x 1\nb: &x 2\nc: *x": {"a": 1, "b": 2, "c": 2},
    "a: &x {b: &x 1}\nc: *x": {"a": {"b": 1}, "c": 1},
    "a: &x on\n*x : b": {"a": True, "true": "b"},
    "a: &x {}\nb: *x": {"a": {}, "b": {}},
    "a: *x": REFUSED,
    "a: &x {b: *x}": REFUSED,
    "a: &x [*x]": REFUSED,
    "a: &x {b: 1}\n*x : 2": REFUSED,
    # what JSON cannot express is no error where it is overwritten
    "a: {b: .inf}\na: 1": {"a": 1},
    "a: {~: 1}\na: 1": {"a": 1},
    # layout
    "a:\n- 1\n-\n- b: 2\n  c:": {"a": [1, None, {"b": 2, "c": None}]},
    "a: |\n  x\n  y\nb: >-\n  x\n  y": {"a": "x\ny\n", "b": "x y"},
    "a: |\n  x": {"a": "x\n"},
    "? a\n: b\n? c": {"a": "b", "c": None},
    "a: x\n  y\n\n  z": {"a": "x y\nz"},
    "a: 'x\n  y'": {"a": "x y"},
    "a:\t5": {"a": 5},
    "\ta: 5": REFUSED,
    "a:\n\tb: 5": REFUSED,
    "a: {\n\tb: 5}": {"a": {"b": 5}},
    "a: b: c": REFUSED,
    "a: [": REFUSED,
    "a: \x7f": REFUSED,
    "a: \x85": {"a": None},
    "a: x\u2028 y": {"a": "x\u2028y"},
    "a: 'x\x85y'": {"a": "x y"},
    "a: \U0001f600": {"a": "\U0001f600"},
}


def only(parsed: Parsed) -> Any:
    """Return the one document's value, or `REFUSED`."""
    assert len(parsed.documents) == 1
    document = parsed.documents[0]
    assert document.readable or document.issues or parsed.template
    return document.value if document.readable else REFUSED


def same(ours: Any, expected: Any) -> bool:
    """Compare with types; JSON does not tell 1 from 1.0."""
    return ours == expected and isinstance(ours, bool) == isinstance(expected, bool)


@pytest.mark.parametrize("text", SCALARS)
def test_scalar(text: str) -> None:
    """A scalar has the type and the value that go-yaml v2 gives it."""
    value = only(parse(f"v: {text}\n".encode(), "f"))
    expected = SCALARS[text]
    assert value is REFUSED if expected is REFUSED else same(value["v"], expected)


@pytest.mark.parametrize("text", KEYS)
def test_key(text: str) -> None:
    """A key becomes the string that sigs.k8s.io/yaml makes of it, or is refused as there."""
    value = only(parse(f"{text}: 1\n".encode(), "f"))
    assert value is KEYS[text] or value == {KEYS[text]: 1}


@pytest.mark.parametrize("text", DOCUMENTS)
def test_document(text: str) -> None:
    """Duplicates, merges, anchors and layout mean what they mean to kubectl."""
    value = only(parse(text.encode(), "f"))
    assert value is DOCUMENTS[text] or value == DOCUMENTS[text]


@pytest.mark.parametrize(
    "text",
    ["v: [!x, a]", "v: {a: !x}", "v: {!x, a: b}", "v: !x,", "v: [a:, b]", "v: [http://x/?y=z]", "v: {a?: b}",
     'v: "\\/"', "a: 1\n\ufeffb: 2", "a: 1\n\ufeff# b"],
)  # fmt: skip
def test_what_libyaml_and_go_yaml_read_differently_is_refused(text: str) -> None:
    """Two parsers, two meanings: such a text is never judged by the wrong one."""
    assert only(parse(text.encode(), "f")) is REFUSED


def values(text: str | bytes) -> list[Any]:
    """Return the value of each document, or `REFUSED`."""
    parsed = parse(text.encode() if isinstance(text, str) else text, "f")
    return [document.value if document.readable else REFUSED for document in parsed.documents]


STREAMS: dict[str, list[Any]] = {
    "a: 1\n---\nb: 2": [{"a": 1}, {"b": 2}],
    "---\na: 1\n--- # b\nb: 2\n---\n": [{"a": 1}, {"b": 2}],
    "---\n---\n# nothing\n---\na: 1\n---\nnull\n": [{"a": 1}],
    "": [],
    "# only a comment": [],
    "a: 1\n---#b\nb: 2": [{"a": 1}, {"b": 2}],
    "a: 1\n---\t\nb: 2": [{"a": 1}, {"b": 2}],
    "a: 1\n---\n\ufeffb: 2": [{"a": 1}, {"b": 2}],
    "a: |\n  ---\n  x": [{"a": "---\nx\n"}],
    # broken neighbours
    "a: [\n---\nb: 2": [REFUSED, {"b": 2}],
    "a: 1\n---\nb: [\n---\nc: 3": [{"a": 1}, REFUSED, {"c": 3}],
    "a: 1\n--- b: 2\nc: 3\n---\nd: 4": [{"a": 1}, REFUSED, {"d": 4}],
    "a: 1\n-----BEGIN\nx\n---\nd: 4": [{"a": 1}, REFUSED, {"d": 4}],
    "%YAML 1.1\n---\na: 1": [REFUSED, {"a": 1}],
    "a: \x00\n---\nb: 2": [REFUSED, {"b": 2}],
    # what kubectl drops in silence is judged or refused
    "a: 1\n...\n": [{"a": 1}],
    "a: 1\n...\nb: 2": [{"a": 1}, REFUSED],
    "a: 1\n...\n---\nb: 2": [{"a": 1}, {"b": 2}],
    "a: 1\r---\rb: 2": [{"a": 1}, {"b": 2}],
    "{a: 1} b": [{"a": 1}, REFUSED],
    "--- {a: 1}": [{"a": 1}],
    # JSON
    '{"a":1}{"a":2}\n{"a":3}': [{"a": 1}, {"a": 2}, {"a": 3}],
    '{"a":1}\n---\nb: 2': [{"a": 1}, {"b": 2}],
    '{"a":1}{"b":1}\n---\nc: 1\n---\nd: 1': [{"a": 1}, {"b": 1}, REFUSED, {"d": 1}],
    '{"a":1}\n{"a":': [{"a": 1}, REFUSED],
    '{"a": 1,}': [{"a": 1}],
    "{a: yes}": [{"a": True}],
    '{"a": "\\ud83d\\ude00\\/"}': [{"a": "\U0001f600/"}],
    '{"a": "\\ud83d"}': [{"a": "\ufffd"}],
    '{"a": 1.0, "b": 12345678901234567890, "c": -0}': [
        {"a": 1.0, "b": 12345678901234567890.0, "c": 0}
    ],
    '{"a": 1e999}{"b": 1}': [REFUSED, {"b": 1}],
    '{"a":1,"a":2}': [{"a": 2}],
    '{"a": "x\u2028y"}': [{"a": "x\u2028y"}],
    '{"a": "' + "k" * 2000 + '"}': [{"a": "k" * 2000}],
    '{"' + "k" * 2000 + '": 1}': [{"k" * 2000: 1}],
}


@pytest.mark.parametrize("text", STREAMS)
def test_stream(text: str) -> None:
    """Documents are cut out as kubectl does; a broken one hides none of its neighbours."""
    assert values(text) == STREAMS[text]


@pytest.mark.parametrize("text", [text for text in STREAMS if "\r" not in text])
def test_line_ends_and_byte_order_marks_change_nothing(text: str) -> None:
    """CRLF, a byte order mark and UTF-16 with one are the same file."""
    expected = STREAMS[text]
    if text[:1] != "{":  # JSON's strings cannot hold a line break, but it counts white space
        assert values(text.replace("\n", "\r\n")) == expected
    assert values("\ufeff" + text) == expected
    if "\0" not in text:
        assert values(text.encode("utf-16")) == expected
        assert values(b"\xfe\xff" + text.encode("utf-16-be")) == expected


def test_positions_of_neighbours_of_a_broken_document_are_true() -> None:
    """After a broken document, CRLF and a byte order mark, lines and columns still hold."""
    parsed = parse("\ufeffa: [\r\n---\r\n\r\n  b: 2\r\n".encode(), "f.yaml")
    broken, sound = parsed.documents
    assert [issue.location.line for issue in broken.issues] == [2]
    assert (broken.first_line, broken.last_line) == (1, 1)
    assert (sound.first_line, sound.last_line) == (3, 4)
    location = sound.locate(("b",))
    assert (location.line, location.column, location.end_line, location.end_column) == (4, 3, 4, 4)
    assert parsed.line(4) == "  b: 2"


def test_a_duplicate_key_is_an_issue_at_the_later_key() -> None:
    """Each key written again is named with its path, keys equal after they became strings too."""
    text = "a:\n- x: 1\n  y: 2\n  x: 3\n1: a\n'1': b\n"
    (document,) = parse(text.encode(), "f").documents
    found = [(issue.kind, issue.path, issue.location.line) for issue in document.issues]
    assert found == [("duplicate-key", ("a", 0, "x"), 4), ("duplicate-key", ("1",), 6)]
    assert document.readable


@pytest.mark.parametrize(
    "text",
    [
        "x: &x {a: 1}\nv: {<<: *x, a: 2}",
        "x: &x {a: 1}\nv: {a: 2, <<: *x}",
        "<<: {a: 1}\n<<: {a: 2}",
    ],
)
def test_overriding_a_merged_key_is_no_duplicate(text: str) -> None:
    """Only a key that its mapping writes twice is one."""
    (document,) = parse(text.encode(), "f").documents
    assert document.issues == ()


def test_a_key_written_twice_around_a_merge_is_a_duplicate() -> None:
    """A merge between two equal keys does not hide the second."""
    (document,) = parse(b"a: 1\n<<: {a: 2}\na: 3", "f").documents
    assert document.value == {"a": 3}
    assert [issue.location.line for issue in document.issues] == [3]


@pytest.mark.parametrize(
    "text",
    ["a: {{ .Values.x }}\n{{- if x }}", "{{ if x }}\na: 1", "{% if x %}\na: 1", "<% if x %>\na: 1\n<% end %>", "@IMAGE@: [",
     "a: {{ x }}", "{{ x }}: 1", '{"a": {{ x }}}'],
)  # fmt: skip
def test_a_template_is_named_and_not_judged(text: str) -> None:
    """A file that is no YAML and has template marks says so, with the line of the first mark."""
    parsed = parse(f"{text}\n---\nb: 1\n".encode(), "f")
    assert parsed.template is not None
    assert parsed.template.startswith("looks like a template (")
    assert "at line 1)" in parsed.template
    assert [document.value for document in parsed.documents if document.readable] == [{"b": 1}]
    assert not any(document.issues for document in parsed.documents)


@pytest.mark.parametrize(
    "text",
    ['a: [b:, "{{"]', 'a: ["{{", b:, "}}"]', '["{{\n", a:, "}}"]', "a: '{{ x }}'\nb: [", '{a: b, x: [c:, "{{"]}', "a: [<% b:, c %>]", "a: x{{ y }}\nb: [!c, d]",
     "a: [b:, c]\n# \ufffd", '{"a": 1, x: [c:, "{%"]}', "a: |\n  {{ x }}\nb: [c:, d]"],
)  # fmt: skip
def test_a_mark_excuses_only_what_it_breaks(text: str) -> None:
    """A mark in a string, or a character that is read as it is written, hides nothing that is broken without it."""
    for start in ("", "---\n"):
        parsed = parse(f"{start}{text}\n".encode(), "f")
        assert (parsed.template, parsed.not_text) == (None, None)
        assert [issue.kind for document in parsed.documents for issue in document.issues] == [
            "unreadable"
        ]


@pytest.mark.parametrize(
    "text", ["a: [ # {{ x }}", "# {{ x }}\na: [", "a: b: c # @NAME@", "\t# {% x %}\n\ta: 1"]
)
def test_a_template_mark_in_a_comment_changes_no_verdict(text: str) -> None:
    """A broken document stays broken, whatever its comments say."""
    parsed = parse(text.encode(), "f")
    assert parsed.template is None
    assert [issue.kind for document in parsed.documents for issue in document.issues] == [
        "unreadable"
    ]


@pytest.mark.parametrize(
    "text", ["a: '{{ x }}' # {% y %}", "a: |\n  {{ x }}\n", "a: x {{ y }}", "# {{ x }}\na: 1"]
)
def test_what_parses_is_judged_whatever_it_looks_like(text: str) -> None:
    """Template marks inside sound YAML are text."""
    parsed = parse(text.encode(), "f")
    assert parsed.template is None
    assert [document.readable for document in parsed.documents] == [True]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\0GITCRYPT\0\x01\x02", "encrypted with git-crypt"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
            "a Git LFS pointer",
        ),
        ("a: 1".encode("utf-16-le"), "binary: NUL bytes"),
        (b"\x1f\x8b\x08\xff", "not UTF-8"),
    ],
)
def test_what_is_no_text_is_named(data: bytes, reason: str) -> None:
    """Encrypted, pointed-to and binary files are told from broken YAML."""
    parsed = parse(data, "f")
    assert (parsed.not_text, parsed.text, parsed.documents) == (reason, "", ())


def test_a_nul_byte_hides_no_document_of_its_file() -> None:
    """A file is called binary only when nothing in it can be read."""
    parsed = parse(b"a: 1\n---\nb: \0\n", "f")
    assert parsed.not_text is None
    assert [document.readable for document in parsed.documents] == [True, False]


def test_a_byte_that_is_no_utf_8_is_replaced_as_in_kubectl() -> None:
    """A Latin-1 comment does not make a manifest unreadable."""
    (document,) = parse(b"a: 1 # caf\xe9\nb: \xe2\x98\n", "f").documents
    assert document.value == {"a": 1, "b": "\ufffd\ufffd"}


@pytest.mark.parametrize(
    "text",
    [
        "secret: [s3cr3t",
        "a: !!int s3cr3t",
        "a: *s3cr3t",
        "'s3cr3t",
        '{"a": s3cr3t" [}',
        "a: &s3cr3t [*s3cr3t]",
    ],
)
def test_no_message_holds_a_value(text: str) -> None:
    """What is wrong with a document is said without quoting from it, in one line."""
    (document,) = parse(text.encode(), "f").documents
    (issue,) = document.issues
    assert "s3cr3t" not in issue.message
    assert "\n" not in issue.message


BOMBS = {
    "size": (b"a: " + b"x" * (8 * 2**20), "the file is larger than"),
    "flow": (b"[" * 100_000, "nested deeper than 200 levels"),
    "flow mapping": (b"{a: " * 100_000, "nested deeper than 200 levels"),
    "block": (b"- " * 100_000, "nested deeper than 200 levels"),
    "explicit keys": (b"? " * 100_000, "a mapping or a list is not supported as a mapping key"),
    "json": (b'{"a":' * 100_000, "nested deeper than 200 levels"),
    "json list": (b'{"a":' + b"[" * 100_000, "nested deeper than 200 levels"),
    "laughs": (
        b"a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (c, c, b",".join([b"*%c" % (c - 1)] * 10)) for c in range(98, 110)),
        "more than 1000000 nodes",
    ),
    "merged laughs": (
        b"a: &a {k: &z [x,x,x,x,x,x,x,x,x,x]}\n"
        + b"".join(
            b"%c: &%c {%s}\n" % (c, c, b",".join(b"%c%d: *%c" % (c, i, c - 1) for i in range(10)))
            for c in range(98, 110)
        ),
        "more than 1000000 nodes",
    ),
    "deep aliases": (
        b"a0: &a0 [x]\n" + b"".join(b"a%d: &a%d [*a%d]\n" % (i, i, i - 1) for i in range(1, 500)),
        "nested deeper than 200 levels",
    ),
    "documents": (b"---\na: 1\n" * 10_001, "more than 10000 documents"),
    "json documents": (b'{"a":1}' * 10_001, "more than 10000 documents"),
    "empty documents": (b"---\n" * 50_000, "more than 10000 documents"),
    "duplicates": (b"a: 1\n" * 5000, "more than 100 duplicate keys"),
    "json duplicates": (b'{"a":[' + b'{"a":1,"a":1},' * 500 + b"1]}", "more than 100 duplicate keys"),
    "items": (b"- 1\n" * 20_001, "more than 20000 nodes"),
    "json items": (b'{"a":[' + b"1," * 20_001 + b"1]}", "more than 20000 nodes"),
    "keys": (b"".join(b"k%x: 1\n" % i for i in range(40_000)), "more than 20000 nodes"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_an_issue_and_no_crash(name: str) -> None:
    """What is too big, too deep or too much ends in one issue that says which bound it hit."""
    data, message = BOMBS[name]
    limits = Limits(nodes=20_000) if "20000" in message else Limits()
    parsed = parse(data, "f", limits)
    issues = [issue for document in parsed.documents for issue in document.issues]
    assert issues[-1].kind in ("limit", "unreadable")
    assert issues[-1].message.startswith(message)


def test_limits_are_bounds_not_one_less() -> None:
    """What is exactly as big as a limit is read."""
    limits = Limits(file_bytes=12, documents=2, depth=2, nodes=4)
    assert [document.readable for document in parse(b"a: [1]\n---\nb", "f", limits).documents] == [
        True,
        True,
    ]
    assert parse(b"a: [[1]]", "f", limits).documents[0].issues[0].kind == "limit"
    assert parse(b'{"a":[[]]}', "f", limits).documents[0].issues[0].kind == "limit"
    assert parse(b"a: &a [1]\nb", "f", limits).documents[0].readable is False
