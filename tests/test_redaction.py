"""The laws of the last look: what is known to be a secret is cut out, and nothing else is touched."""

from __future__ import annotations

import base64
import dataclasses
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.kube.resources import resources_of
from policygate.model import UNSET, Change, Edit, Finding, Location, Resource, SourceLine
from policygate.redaction import HIDDEN, Cutter, Redaction, forms
from policygate.yamldoc import Parsed, parse

SECRET = "hunter2-s3cr3t"
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: %s, namespace: shop}
spec: {containers: [{name: web, env: [{name: DB_PASSWORD, value: %s}]}]}
"""
texts = st.text(max_size=30)
values = st.text(min_size=6, max_size=30).filter(lambda text: len(text.strip()) >= 6)


def _parsed(text: str, file: str = "web.yaml") -> Parsed:
    return parse(text.encode(), file)


def _resource(name: str, value: str) -> Resource:
    parsed = _parsed(POD % (name, value))
    (resource,) = resources_of(parsed.documents[0].value, parsed.documents[0], parsed.file)
    return resource


def _redaction(*pods: tuple[str, str], files: str = "") -> Redaction:
    changes = [Change(None, _resource(*pod)) for pod in pods]
    return Redaction(changes, [(None, _parsed(files, "values.yaml"))])


def _finding(message: str = "", name: str = "web", **fields: object) -> Finding:
    about = _resource(name, "x").id
    made = Finding(
        "x", "X", "error", "introduced", blocks=True, message=message, location=Location("web.yaml", 1)
    )  # fmt: skip
    return dataclasses.replace(made, **{"resource": about, **fields})  # type: ignore[arg-type]


def test_a_finding_without_a_secret_is_returned_as_it_is() -> None:
    """The same object, whatever it holds."""
    finding = _finding(
        "container web runs web:1", was={"a": [1, True, None]}, now=UNSET, edit=Edit("remove", ("a",)),
        excerpt=(SourceLine(1, "a: b"),), fix="mend it", container="web", path="spec",
    )  # fmt: skip
    assert _redaction(("web", SECRET))(finding) is finding


def test_every_field_is_looked_at_and_keeps_its_type() -> None:
    """Messages, paths, values, excerpts, edits and names: tuples, lists, numbers and the order of keys stay."""
    finding = _finding(
        f"is {SECRET}!", container=SECRET, path=f"data[{SECRET}]", version=f"{SECRET}/v1",
        was={"b": [SECRET, 1, True, None], SECRET: 2.5, "a": ("x", SECRET)}, now=SECRET,
        excerpt=(SourceLine(7, "kept"), SourceLine(8, f"a: {SECRET}")),
        edit=Edit("set", ("spec", 0, SECRET), {"a": SECRET}), fix=f"no {SECRET}",
        resource=_resource("web", "x").id._replace(name=SECRET, namespace=SECRET, kind=SECRET),
    )  # fmt: skip
    clean = _redaction(("web", SECRET))(finding)
    assert clean.message == f"is {HIDDEN}!"
    assert (clean.container, clean.path, clean.version) == (
        HIDDEN,
        f"data[{HIDDEN}]",
        f"{HIDDEN}/v1",
    )
    assert clean.was == {"b": [HIDDEN, 1, True, None], HIDDEN: 2.5, "a": ("x", HIDDEN)}
    assert [*clean.was] == ["b", HIDDEN, "a"] and type(clean.was["b"][2]) is bool
    assert clean.now == HIDDEN and clean.fix == f"no {HIDDEN}"
    assert clean.excerpt == (SourceLine(7, "kept"), SourceLine(8, f"a: {HIDDEN}"))
    assert type(clean.excerpt[1]) is SourceLine
    assert (
        clean.edit == Edit("set", ("spec", 0, HIDDEN), {"a": HIDDEN}) and type(clean.edit) is Edit
    )
    assert clean.resource is not None and clean.resource[2:] == (HIDDEN, HIDDEN, HIDDEN)
    assert (clean.location, clean.policy, clean.status) == (finding.location, "x", "introduced")


@given(values, texts, texts)
def test_no_form_of_a_value_remains(value: str, before: str, after: str) -> None:
    """Whatever stands around it, and in whichever form, it is gone, and the rest stays."""
    cutter = Cutter([value])
    for form in (
        value, value[::-1], quote(value, safe=""), json.dumps(value)[1:-1], value.encode().hex(),
        base64.b64encode(value.encode()).decode().rstrip("="),
        base64.urlsafe_b64encode(value.encode() + b"\n").decode().rstrip("="),
    ):  # fmt: skip
        cut = cutter.cut(before + form + after)
        assert HIDDEN in cut
        assert form not in cut or form in HIDDEN
    assert cutter.cut(f"{value}") == HIDDEN


@given(values, st.binary(max_size=9), st.binary(max_size=9))
def test_base64_of_something_longer_hides_it_too(value: str, before: bytes, after: bytes) -> None:
    """A value inside of what is encoded as a whole (`user:password`) cannot be decoded from what is left."""
    coded = base64.b64encode(before + value.encode() + after).decode()
    cut = Cutter([value]).cut(coded)
    start, end = cut.find(HIDDEN), cut.rfind(HIDDEN)
    assert start >= 0
    assert len(cut[:start]) <= len(before) * 4 / 3 + 1
    assert len(cut[end + len(HIDDEN) :]) <= (len(after) + 2) * 4 / 3 + 3


@given(st.lists(values, min_size=1, max_size=4), st.data())
def test_of_overlapping_ones_nothing_remains(secrets: list[str], data: st.DataObject) -> None:
    """The longest goes whole, and two that overlap go as one: no order of values matters."""
    long = "".join(secrets)
    at = data.draw(st.integers(0, len(long) - 6))
    inner = long[at : at + 6]
    known = [long, inner, *secrets]
    assert Cutter(known).cut(f"<{long}>") == Cutter(known[::-1]).cut(f"<{long}>") == f"<{HIDDEN}>"


def test_two_that_overlap_are_cut_as_one() -> None:
    """Neither leaves its rest behind."""
    assert Cutter(["abcd1234", "1234efgh"]).cut("x abcd1234efgh y") == f"x {HIDDEN} y"


def test_pieces_of_what_is_random_are_cut() -> None:
    """Shortened by whoever made the message, half a token is still half a token; of words it is a word."""
    token = "q7Xz2LmPw9KtRb4VnYc8"
    cutter = Cutter([token, "correct-horse-battery-staple"])
    assert cutter.cut(f"{token[:9]}… and {token[-8:]}") == f"{HIDDEN}… and {HIDDEN}"
    assert cutter.cut(f"{token[:7]}") == token[:7]
    assert cutter.cut("correct-horse") == "correct-horse"


def test_each_line_is_a_secret() -> None:
    """Of several lines, each alone, and all as one line."""
    lines = ["first line 1", "second line 2"]
    cutter = Cutter(["\n".join(lines)])
    assert [cutter.cut(line) for line in (*lines, " ".join(lines))] == [HIDDEN] * 3


def test_what_base64_hides_is_a_secret_as_well() -> None:
    """A value that is base64 of a text stands for that text."""
    assert (
        Cutter([base64.b64encode(SECRET.encode()).decode()]).cut(f"it is {SECRET}")
        == f"it is {HIDDEN}"
    )


@pytest.mark.parametrize("value", ["", "root", "12345", "a\nb"])
def test_what_is_short_is_left(value: str) -> None:
    """To cut `root` out of a sentence would spell it."""
    assert [*forms(value)] == []
    assert Cutter([value]).cut(f"{value} and {value}") == f"{value} and {value}"


def test_secrets_of_others_are_cut_as_well() -> None:
    """A policy may have looked at another resource, or at a file beside."""
    redaction = _redaction(("web", "x"), ("db", SECRET), files="auth: {password: Winter-1987}\n")
    assert redaction(_finding(f"as {SECRET} of db")).message == f"as {HIDDEN} of db"
    assert redaction.text("Winter-1987", "other.yaml") == HIDDEN


def test_words_are_secrets_only_where_they_stand() -> None:
    """`wordpress` is the password of one pod and the name of half of the cluster."""
    redaction = _redaction(("blog", "wordpress"), ("web", "x"))
    assert redaction(_finding("runs wordpress", "blog")).message == f"runs {HIDDEN}"
    assert redaction(_finding("runs wordpress", "web")).message == "runs wordpress"


@pytest.mark.parametrize(
    ("name", "value"), [("postgres", "postgres"), ("blog", "password"), ("blog", "secret")]
)
def test_no_word_is_spelled_by_cutting_it_out(name: str, value: str) -> None:
    """Neither what the resource is called nor what findings say themselves is cut out."""
    message = f"container {name} holds a {value}"
    assert _redaction((name, value))(_finding(message, name)).message == message
