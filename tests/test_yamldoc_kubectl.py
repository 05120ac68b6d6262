"""Does policygate.yamldoc read what kubectl reads? The real binary is the oracle."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from policygate.yamldoc import parse
from tests import strategies_yaml as documents
from tests.test_yamldoc import DOCUMENTS, KEYS, REFUSED, SCALARS

KUBECTL = Path(
    os.environ.get("POLICYGATE_KUBECTL")
    or Path(__file__).resolve().parent.parent / ".ci" / "bin" / "kubectl"
)
pytestmark = pytest.mark.skipif(
    not KUBECTL.is_file(), reason="no kubectl: run .ci/fetch-kubectl or set POLICYGATE_KUBECTL"
)

REJECTED = object()
batched = settings(phases=(Phase.explicit, Phase.reuse, Phase.generate))
"""An example is a batch of files for one run of kubectl: shrinking it would take minutes."""
LABEL = "example.com/read"
HEAD = ("apiVersion", "kind", "metadata")


def kubectl_reads(files: list[bytes]) -> list[Any]:
    """Return what kubectl makes of each file: its documents, or `REJECTED` after those it took."""
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(files):
            Path(folder, f"{number:04}.yaml").write_bytes(data)
        command = [str(KUBECTL), "label", "--local", "--dry-run=client", "-o", "json", f"{LABEL}=x"]
        done = subprocess.run([*command, "-f", folder], capture_output=True, check=False)
    refused = {int(number) for number in re.findall(r"/(\d{4})\.yaml", done.stderr.decode())}
    assert done.returncode == bool(refused), done.stderr
    found: list[Any] = [[] for _ in files]
    for document in _concatenated(done.stdout.decode()):
        labels = document["metadata"]["labels"]
        del labels[LABEL]
        if not labels:
            del document["metadata"]["labels"]
        number = int(document["metadata"]["name"].removeprefix("n").split("-")[0])
        found[number].append(document)
    for number in refused:
        found[number].append(REJECTED)
    return found


def _concatenated(text: str) -> list[Any]:
    decoder = json.JSONDecoder(parse_int=_as_go_prints)
    found, at = [], 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        document, at = decoder.raw_decode(text, at)
        found.append(document)
    return found


def _as_go_prints(digits: str) -> int | float:
    """Go prints a float beyond 64 bits without a point."""
    value = int(digits)
    return value if -(2**63) <= value < 2**63 else float(digits)


def we_read(data: bytes) -> list[Any]:
    """Return our documents in the same form: what could be read, and `REJECTED` for the rest."""
    parsed = parse(data, "f.yaml")
    found = [document.value for document in parsed.documents if document.readable]
    refused = parsed.not_text or len(found) < len(parsed.documents)
    return [*found, REJECTED] if refused else found


def named(template: str, number: int) -> bytes:
    """Give every document of a file the file's number as name, for `kubectl_reads`."""
    return template.replace("NAME", f"n{number}").encode()


def assert_same(texts: list[str]) -> None:
    """Compare what both read, types of scalars included."""
    files = [named(text, number) for number, text in enumerate(texts)]
    for data, theirs in zip(files, kubectl_reads(files), strict=True):
        ours = we_read(data)
        if theirs[-1:] == [REJECTED]:  # kubectl may stop there, we go on
            assert ours[-1:] == [REJECTED], data.decode()
            ours = [*ours[: len(theirs) - 1], REJECTED]
        assert typed(ours) == typed(theirs), data.decode()


def typed(value: Any) -> Any:
    """Tell True from 1; JSON does not tell 1 from 1.0."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    return ("bool", value) if isinstance(value, bool) else value


@batched
@given(st.lists(documents.streams(), min_size=8, max_size=16))
def test_streams_of_yaml_are_read_as_kubectl_reads_them(texts: list[str]) -> None:
    """For any stream: both accept or both reject, the same documents with the same values."""
    assert_same(texts)


@batched
@given(st.lists(st.lists(documents.json_values(), min_size=1, max_size=3), min_size=8, max_size=16))
def test_streams_of_json_are_read_as_kubectl_reads_them(streams: list[list[str]]) -> None:
    """JSON values one after the other mean to us what they mean to kubectl."""
    head = '{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"NAME"},"spec":'
    assert_same(["\n".join(f"{head}{value}}}" for value in values) for values in streams])


@batched
@given(
    st.lists(
        st.text("+-._0123456789eExXoObBaf:", min_size=1, max_size=12), min_size=50, max_size=50
    )
)
def test_plain_scalars_mean_what_they_mean_to_kubectl(scalars: list[str]) -> None:
    """Any plain scalar that looks a bit like a number has kubectl's type and value."""
    head = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: NAME}\n"
    assert_same([f"{head}v: {text}\n? {text}\n: 1\n" for text in scalars])


def test_the_tables_of_test_yamldoc_are_what_kubectl_says() -> None:
    """Every scalar, key and document expected there is accepted, refused and valued so by kubectl."""
    cases: dict[str, Any] = {f"v: {text}": expected for text, expected in SCALARS.items()}
    cases = {text: value if value is REFUSED else {"v": value} for text, value in cases.items()}
    cases |= {f"{text}: 1": key if key is REFUSED else {key: 1} for text, key in KEYS.items()}
    cases |= DOCUMENTS
    head = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: NAME}\n"
    files = [named(head + text + "\n", number) for number, text in enumerate(cases)]
    for (text, expected), found in zip(cases.items(), kubectl_reads(files), strict=True):
        if expected is REFUSED:
            assert found == [REJECTED], text
        else:
            body = {key: value for key, value in found[0].items() if key not in HEAD}
            assert typed(body) == typed(expected), text
