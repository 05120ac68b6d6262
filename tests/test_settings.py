"""Settings: every key, and what a mistake says."""

from __future__ import annotations

import dataclasses

import pytest

from policygate.errors import SettingsError, UsageError
from policygate.settings import Settings, apply_settings, read_settings, select
from tests.memory import SHIPPED, compare_trees

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: %s}\nspec:\n  hostNetwork: true\n  containers:\n    - {name: web, image: 'web:1', resources: {limits: {memory: 1Gi}, requests: {cpu: 1}}}\n"


def _settings(text: str) -> Settings:
    return read_settings(text.encode())


@pytest.mark.parametrize("text", ["", "{}", "# nothing\n"])
def test_nothing_is_the_default(text: str) -> None:
    """An empty file sets nothing."""
    assert _settings(text)._replace(positions=None) == Settings()


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("gat: {}\n", "1:1", "Did you mean `gate`?"),
        ("gate:\n  fail_on: fatal\n", "2:3", "'error', 'warning', 'note' or 'never'"),
        ("policies:\n  host-netwrok: {level: note}\n", "2:3", "Did you mean `host-network`?"),
        ("packs:\n  imagse: {enabled: false}\n", "2:3", "Did you mean `images`?"),
        ("packs:\n  loosened: {params: {qiet: 2}}\n", "2:23", "has a parameter `qiet`"),
        ("packs:\n  loosened: {params: {quiet: lots}}\n", "2:23", "number"),
        ("packs:\n  images: {level: fatal}\n", "2:12", "'error', 'warning' or 'note'"),
        ("overrides:\n  - match: {}\n    policies: {nope: {}}\n", "3:16", "no policy `nope`"),
        ("policies:\n  loosened-limits: {params: {qiet: 2}}\n", "2:30", "quiet"),
        ("policies:\n  loosened-limits: {params: {quiet: lots}}\n", "2:30", "number"),
        ("overrides:\n  - match: {}\n    policies:\n      loosened-limits: {params: {qiet: 2}}\n", "4:34", "quiet"),
        ("- a\n", "1:1", "one mapping"),
        ("a: 1\n---\nb: 2\n", "1:1", "one mapping"),
        ("gate: [oops\n", "", ""),
        ("gate: {}\ngate: {}\n", "2:1", "gate"),
        ("files: {include: []}\n", "1:9", "include"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(text: str, place: str, words: str) -> None:
    """Unknown names and wrong values say file, line, column and what would be right."""
    with pytest.raises(SettingsError) as raised:
        apply_settings(_settings(text), SHIPPED)
    assert raised.value.message.startswith(f".policygate/config.yaml:{place}")
    assert words in raised.value.message + raised.value.hint


def test_packs_and_policies_switch_on_and_off() -> None:
    """A policy's own word outweighs its pack's."""
    settings = _settings(
        "packs: {pod-security: {enabled: false}}\npolicies: {host-pid: {enabled: true}, host-network: {level: note}}\n"
    )
    chosen = {policy.id for policy in select(apply_settings(settings, SHIPPED), [], [])}
    assert "host-pid" in chosen
    assert "host-network" not in chosen
    assert "volume-gitrepo" in chosen


def test_a_pack_has_a_level_and_params() -> None:
    """They hold for all of its policies, parameters for those that have them; a policy's own word outweighs them, key by key."""
    settings = _settings(
        "packs: {loosened: {level: note, params: {quiet: 3}}}\n"
        "policies: {loosened-limits: {level: warning}}\n"
    )
    by_id = {policy.id: policy for policy in apply_settings(settings, SHIPPED)}
    chosen = by_id["loosened-limits"]
    assert (chosen.level, chosen.params.quiet) == ("warning", 3.0)
    others = [p for p in by_id.values() if p.pack == chosen.pack and p.id != chosen.id]
    assert {p.level for p in others} == {"note"}
    assert by_id["host-network"].level == "error"


def test_a_pack_is_overridden_in_level_and_params() -> None:
    """An override of a pack sets the level of its policies where it matches, and not elsewhere."""
    there = _settings(
        "overrides: [{match: {paths: ['dev/**']}, packs: {pod-security: {level: note}}}]\n"
    )
    for path, level in (("dev/a.yaml", "note"), ("prod/a.yaml", "error")):
        report = compare_trees({}, {path: POD % "shop"}, settings=there)
        assert [f.level for f in report.findings if f.policy == "host-network"] == [level]


def test_what_is_off_is_there_to_be_switched_on() -> None:
    """By its id, its pack, an override for some resources, or by being selected."""
    off = tuple(dataclasses.replace(p, enabled=False) for p in SHIPPED if p.pack == "pod-security")
    by_id = _settings("policies: {host-pid: {enabled: true}}\n")
    assert [p.id for p in select(apply_settings(by_id, off), [], [])] == ["host-pid"]
    by_pack = _settings("packs: {pod-security: {enabled: true}}\n")
    assert len(select(apply_settings(by_pack, off), [], [])) == len(off)
    (chosen,) = select(off, ["host-pid"], [])
    assert chosen.enabled
    there = _settings(
        "overrides: [{match: {paths: ['prod/**']}, policies: {host-pid: {enabled: true}}}]\n"
    )
    (policy,) = select(off, [], [], there.overrides)
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostPID: true, containers: [{name: a, image: a}]}\n"
    for path, found in (("prod/a.yaml", 1), ("dev/a.yaml", 0)):
        report = compare_trees(None, {path: text}, policies=[policy], settings=there)
        assert len(report.findings) == found


def test_levels_and_params_are_set() -> None:
    """A level and a parameter from the settings reach the policy."""
    settings = _settings("policies: {loosened-limits: {level: error, params: {quiet: 2}}}\n")
    policy = next(p for p in apply_settings(settings, SHIPPED) if p.id == "loosened-limits")
    assert (policy.level, policy.params.quiet) == ("error", 2.0)


OVERRIDES = """\
overrides:
  - match: {paths: ["dev/**"]}
    policies: {host-network: {enabled: false}}
  - match: {namespaces: ["kube-*"]}
    policies: {host-network: {level: note}}
"""


@pytest.mark.parametrize(
    ("path", "namespace", "level"),
    [
        ("dev/a.yaml", "shop", None),
        ("dev/a.yaml", "kube-system", None),
        ("prod/a.yaml", "kube-system", "note"),
        ("prod/a.yaml", "shop", "error"),
    ],
)
def test_overrides_are_for_some_resources(path: str, namespace: str, level: str | None) -> None:
    """The first override that sets a key wins, for the resources it matches."""
    report = compare_trees({}, {path: POD % namespace}, settings=_settings(OVERRIDES))
    assert [f.level for f in report.findings] == ([level] if level else [])


PACK_OVERRIDE = """\
overrides:
  - match: {paths: ["dev/**"]}
    packs: {pod-security: {enabled: false}}
    policies: {host-pid: {enabled: true}, host-ipc: {level: note}}
"""


def test_a_pack_is_overridden_for_some_resources() -> None:
    """A policy's own word outweighs its pack's, there too; an unknown pack is named with its place."""
    pod = POD.replace("hostNetwork: true", "hostNetwork: true\n  hostPID: true\n  hostIPC: true")
    found = {
        path: {
            f.policy
            for f in compare_trees(
                {}, {path: pod % "a"}, settings=_settings(PACK_OVERRIDE)
            ).findings
        }
        for path in ("dev/a.yaml", "prod/a.yaml")
    }
    assert found == {
        "dev/a.yaml": {"host-pid"},
        "prod/a.yaml": {"host-pid", "host-ipc", "host-network"},
    }
    with pytest.raises(SettingsError, match=r":3:13: there is no pack `pod-securty`"):
        apply_settings(_settings(PACK_OVERRIDE.replace("pod-security", "pod-securty")), SHIPPED)


BY_LABEL = """\
overrides:
  - match: {labels: {debug: "true"}}
    policies: {host-network: {enabled: false}}
"""
LABELLED = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web%s}\nspec: {hostNetwork: %s, containers: []}\n"
)


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        ("", ", labels: {debug: 'true'}", "block"),
        (", labels: {debug: 'true'}", "", "block"),
        (", labels: {debug: 'true'}", ", labels: {debug: 'true'}", "pass"),
    ],
)
def test_a_change_cannot_put_on_a_label_that_frees_it(
    before: str, after: str, outcome: str
) -> None:
    """An override frees only what it matches at the base and at the head."""
    report = compare_trees(
        {"a.yaml": LABELLED % (before, "false")},
        {"a.yaml": LABELLED % (after, "true")},
        settings=_settings(BY_LABEL),
    )
    assert report.outcome == outcome


def test_files_are_included_and_excluded() -> None:
    """Globs decide which files are looked at."""
    settings = _settings('files: {include: ["**/*.yaml"], exclude: ["**/charts/**"]}\n')
    assert [
        settings.wants(p)
        for p in ("a.yaml", "x/y/a.yaml", "a.yml", "charts/a.yaml", "x/charts/b/a.yaml")
    ] == [True, True, False, False, False]


def test_selecting_nothing_is_an_error() -> None:
    """A run without a policy is never green."""
    with pytest.raises(UsageError):
        select(SHIPPED, ["host-network"], ["pod-security"])
