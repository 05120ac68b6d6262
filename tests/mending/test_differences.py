"""Where two bodies differ, and that each place can be undone for itself."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from policygate.mending.differences import differences
from policygate.mending.splice import Text, put_back
from policygate.place import canonical
from policygate.yamldoc import parse

_SCALARS = st.one_of(
    st.booleans(), st.integers(-3, 3), st.sampled_from(["a", "b c", "on", "#x", ""])
)
_KEYS = st.sampled_from(["name", "a", "b", "c"])
_BODIES: st.SearchStrategy[Any] = st.dictionaries(
    _KEYS,
    st.recursive(
        _SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
        max_leaves=8,
    ),
    min_size=1,
    max_size=4,
)


@given(_BODIES, _BODIES)
def test_undone_from_the_last_on_they_make_the_base(base: Any, head: Any) -> None:
    """To undo the last difference again and again ends at the base, and nowhere else."""
    for _ in range(200):
        found = differences(base, head)
        if not found:
            break
        head = found[-1].undone(base, head)
    assert canonical(head) == canonical(base)


def _block(value: Any, indent: int, flow: bool) -> str:  # noqa: FBT001
    """A value as YAML in block style, small containers on one line where `flow` says so."""
    import json

    if not isinstance(value, (dict, list)) or not value or (flow and indent > 1):
        return f" {json.dumps(value)}"
    pad = "  " * indent
    if isinstance(value, dict):
        lines = (f"{pad}{key}:{_block(each, indent + 1, flow)} # of {key}" if not isinstance(each, (dict, list)) else f"{pad}{key}:{_block(each, indent + 1, flow)}" for key, each in value.items())  # fmt: skip
        return "\n" + "\n".join(lines)
    items = []
    for each in value:
        text = _block(each, indent + 1, flow)
        is_block = text.startswith("\n") and isinstance(each, dict)
        items.append(f"{pad}- {text.lstrip()}" if is_block else f"{pad}-{text}")
    return "\n" + "\n".join(items)


@given(_BODIES, _BODIES, st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_what_is_put_back_is_the_base_there_and_the_head_elsewhere(
    base: Any,
    head: Any,
    flow: bool,  # noqa: FBT001
    end: str,
) -> None:
    """A place put back parses to exactly that, touches no line outside of it, and keeps the line ends."""
    other = "kind: Other # and a comment\n"
    was, now = (f"# top{_block(each, 0, flow)}\n---\n{other}" for each in (base, head))
    was, now = was.replace("\n", end), now.replace("\n", end)
    old, new = Text("a.yaml", was, 0, ()), Text("a.yaml", now, 0, ())
    for place in differences(old.body, new.body):
        after = put_back(new, old, place)
        if after is None:
            continue
        assert canonical(after.body) == canonical(place.undone(old.body, new.body))
        assert after.text.replace(end, "").count("\n") == 0
        assert after.text.startswith("# top")
        assert after.text.endswith(f"---{end}" + other.replace("\n", end))
        kept = {key for key in head if key != place.path[0]}
        for key in kept:
            lines = [line for line in now.split(end) if line.startswith(f"{key}:")]
            assert all(line in after.text.split(end) for line in lines)
        assert not parse(after.text.encode(), "a.yaml").documents[0].issues
