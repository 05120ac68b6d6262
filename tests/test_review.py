"""Ways around the gate, and needless blocks, that a review found: each stays closed."""

from __future__ import annotations

import json

import pytest

from policygate.model import Report
from policygate.settings import Settings
from tests.memory import compare_trees

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: web\n      image: web:1\n      resources: {limits: {memory: 1Gi}, requests: {cpu: 1}}\n      securityContext: {privileged: %s}\n"
BARE = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: web\n      image: %s\n      resources: {requests: {cpu: 1}}\n"
LIMITS = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: l}\nspec: {limits: [{type: Container, default: {memory: 1Gi}}]}\n"
KUSTOMIZATION = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"


def _found(report: Report) -> list[tuple[str, str, bool]]:
    return [(f.policy, f.status, f.blocks) for f in report.findings]


def _listed(head: str) -> str:
    return (
        head
        + "items:\n"
        + "".join(
            f"{'- ' if n == 0 else '  '}{line}\n"
            for n, line in enumerate((POD % "true").splitlines())
        )
    )


@pytest.mark.parametrize(
    "head",
    [
        "kind: List\n",
        "apiVersion: foo/v1\nkind: List\n",
        "apiVersion: v1\nkind: List\n",
        "kind: PodList\n",
    ],
)
def test_a_list_hides_nothing(head: str) -> None:
    """Items are judged whatever their list calls itself."""
    assert _found(compare_trees({}, {"a.yaml": _listed(head)})) == [
        ("privileged-container", "introduced", True)
    ]


@pytest.mark.parametrize("path", ["A.YAML", "x/D.Yml", "Kustomization"])
def test_names_in_capitals_are_the_same_names(path: str) -> None:
    """The spelling of an ending does not decide whether a file is judged."""
    assert _found(compare_trees({}, {path: POD % "true"})) == [
        ("privileged-container", "introduced", True)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "- {op: add, path: /spec, value: {}}\n",
        KUSTOMIZATION + "patches:\n  - patch: |-\n      kind: Deployment\n      x: y\n",
        KUSTOMIZATION + "patchesStrategicMerge:\n  - |-\n    kind: Deployment\n    x: y\n",
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\nspec:\n  patches:\n    - patch: |\n        - op: add\n          path: /x\n",
    ],
)
def test_patches_that_are_no_manifests_are_named(text: str) -> None:
    """What changes other manifests and cannot be judged is never passed in silence."""
    assert [each.file for each in compare_trees({}, {"k.yaml": text}).not_judged] == ["k.yaml"]


def test_patches_in_files_of_their_own_are_no_reason() -> None:
    """A kustomization that names files is judged through them."""
    text = KUSTOMIZATION + "patches:\n  - path: a.yaml\npatchesStrategicMerge: [b.yaml]\n"
    assert compare_trees({}, {"kustomization.yaml": text}).not_judged == ()


def test_the_base_is_judged_with_what_stood_beside_it() -> None:
    """Taking the LimitRange away while touching the pod is a loosening, not old debt."""
    base = {"a.yaml": BARE % "web:1", "l.yaml": LIMITS}
    report = compare_trees(base, {"a.yaml": BARE % "web:2"})
    assert ("memory-limit-missing", "loosened", True) in _found(report)


def test_a_whole_resource_that_becomes_a_patch_keeps_its_limits() -> None:
    """Leaving the image out as well does not make a removed limit a mere possibility."""
    report = compare_trees(
        {"a.yaml": POD % "false"}, {"a.yaml": (BARE % "x").replace("      image: x\n", "")}
    )
    assert ("memory-limit-missing", "loosened", True) in _found(report)


def test_a_patch_beside_it_sets_the_limit() -> None:
    """A limit that a patch in the same folder sets is there."""
    full = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {}\n  template:\n    spec:\n      containers:\n        - {name: web, image: 'web:1', resources: {requests: {cpu: 1}}}\n"
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        - {name: web, resources: {limits: {memory: 1Gi}}}\n"
    assert _found(compare_trees({}, {"a.yaml": full, "p.yaml": patch})) == []
    assert _found(compare_trees({}, {"a.yaml": full})) == [
        ("memory-limit-missing", "introduced", True)
    ]


def test_kustomize_must_put_in_a_tag_that_stays() -> None:
    """A placeholder is fine with a version, blocks with `latest`, and only warns when an overlay may fill it in."""
    pod = (BARE % "web").replace("requests: {cpu: 1}", "requests: {cpu: 1}, limits: {memory: 1Gi}")
    for images, expected in (
        ("images: [{name: web, newTag: v1}]\n", []),
        ("images: [{name: web, newTag: latest}]\n", [("image-tag-mutable", "introduced", False)]),
        ("", [("image-tag-mutable", "introduced", False)]),
    ):
        assert (
            _found(compare_trees({}, {"a.yaml": pod, "kustomization.yaml": KUSTOMIZATION + images}))
            == expected
        )
    assert _found(compare_trees({}, {"a.yaml": pod})) == [("image-tag-mutable", "introduced", True)]


@pytest.mark.parametrize("text", ['{\n  // comment\n  "a": 1\n}\n', '{"a": 1, "a": 2}\n'])
def test_json_for_something_else_does_not_block(text: str) -> None:
    """A tsconfig.json with comments is not a broken manifest; a manifest in JSON is."""
    assert _found(compare_trees({}, {"tsconfig.json": text})) == []
    broken = '{"apiVersion": "v1", "kind": "Pod",\n'
    assert [f[0] for f in _found(compare_trees({}, {"a.json": broken}))] == ["document-unreadable"]


def test_old_duplicates_and_broken_documents_stay_old() -> None:
    """A document put before them, or a comment in them, does not make them new."""
    twice = POD % "false" + "  hostPID: false\n  hostPID: false\n"
    report = compare_trees({"a.yaml": twice}, {"a.yaml": "kind: Other\n---\n" + twice})
    assert _found(report) == [("duplicate-key", "existing", False)]
    report = compare_trees({"a.yaml": "kind: [oops\n"}, {"a.yaml": "# why\nkind: [oops\n"})
    assert _found(report) == [("document-unreadable", "existing", False)]


def test_a_key_of_a_secret_is_not_named() -> None:
    """Below the data of a Secret even a key may be the secret."""
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  hunter2: a\n  hunter2: b\n"
    report = compare_trees({}, {"a.yaml": text})
    assert [f.policy for f in report.findings] == ["duplicate-key"]
    assert "hunter2" not in json.dumps([str(f) for f in report.findings])


def test_a_value_in_a_message_is_masked() -> None:
    """A message template shows no value that could be a secret."""
    text = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  externalIPs: ['postgres://u:hunter2@h', 192.0.2.1]\n"
    messages = [f.message for f in compare_trees({}, {"a.yaml": text}).findings]
    assert "hunter2" not in "".join(messages)
    assert any("192.0.2.1" in message for message in messages)


def test_a_first_line_like_a_pointer_hides_nothing() -> None:
    """Only a whole Git LFS pointer is one."""
    text = "version https://git-lfs.github.com/spec/v1: x\n" + POD % "true"
    assert ("privileged-container", "introduced", True) in _found(
        compare_trees({}, {"a.yaml": text})
    )
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12\n"
    assert [each.reason for each in compare_trees({}, {"a.yaml": pointer}).not_judged] == [
        "a Git LFS pointer"
    ]


def test_the_only_container_stays_itself_under_a_new_name_and_registry() -> None:
    """A new name and a new registry at once do not make the rest of a container new."""
    base = (
        BARE.replace("requests: {cpu: 1}", "requests: {cpu: 1}, limits: {memory: 1Gi}") % "a/web:1"
    )
    head = base.replace("1Gi", "8Gi").replace(
        "name: web\n      image: a/", "name: api\n      image: b/"
    )
    assert ("loosened-limits", "loosened") in [
        (f.policy, f.status) for f in compare_trees({"a.yaml": base}, {"a.yaml": head}).findings
    ]


def test_what_kustomize_reads_is_judged_whatever_it_is_called() -> None:
    """A kustomization may name files without a manifest's ending."""
    head = {"a/kustomization.yaml": "resources: [pod.txt]\n", "a/pod.txt": POD % "true"}
    assert _found(compare_trees({}, head)) == [("privileged-container", "introduced", True)]
    renamed = compare_trees(
        {"a/pod.yaml": POD % "false"}, head, renames={"a/pod.txt": "a/pod.yaml"}
    )
    assert _found(renamed) == [("privileged-container", "loosened", True)]
    assert not compare_trees({}, {"a/pod.txt": POD % "true"}).findings


def test_a_file_that_kustomize_begins_to_read_is_new() -> None:
    """As a text nobody judged it; that it was there before is no excuse."""
    text = {"a/pod.txt": POD % "true", "a/b.txt": POD % "true", "a/kustomization.yaml": "{}\n"}
    named = {**text, "a/kustomization.yaml": "resources: [pod.txt, gone.txt, ../x.txt]\n"}
    report = compare_trees(text, named)
    assert [(f.location.file, f.status, f.blocks) for f in report.findings] == [
        ("a/pod.txt", "introduced", True)
    ]
    assert not compare_trees(
        named, {**named, "a/kustomization.yaml": "resources: [pod.txt]\n"}
    ).findings


CHART_POD = """\
apiVersion: v1
kind: Pod
metadata: {name: "{{ .Release.Name }}"}
spec:
  containers:
    - name: web
      image: "{{ .Values.image }}"
      securityContext: {privileged: %s}
"""


def test_a_helm_template_that_parses_is_judged_by_what_it_says() -> None:
    """What a template does not set may come when it is rendered; what it sets is there."""
    chart = {"c/Chart.yaml": "name: c\n"}
    good = compare_trees(chart, {**chart, "c/templates/x/pod.yaml": CHART_POD % "false"})
    assert not good.findings
    assert [each.file for each in good.not_judged] == ["c/templates/x/pod.yaml"]
    bad = compare_trees(chart, {**chart, "c/templates/x/pod.yaml": CHART_POD % "true"})
    assert _found(bad) == [("privileged-container", "introduced", True)]
    comment = (CHART_POD % "false").replace("{{", "((") + "# {{ a comment }}\n"
    plain = compare_trees(chart, {**chart, "c/templates/pod.yaml": comment})
    assert "memory-limit-missing" in [f.policy for f in plain.findings]
    no_chart = compare_trees({}, {"c/templates/pod.yaml": CHART_POD % "false"})
    assert "memory-limit-missing" in [f.policy for f in no_chart.findings]


def test_a_file_beyond_our_bounds_is_named() -> None:
    """Where the base was beyond them too there is no finding, and still nothing was judged."""
    big = "# " + "x" * 9_000_000
    report = compare_trees({"a.yaml": big}, {"a.yaml": big + "x"})
    assert [each.file for each in report.not_judged] == ["a.yaml"]


def test_files_that_settings_leave_out_are_counted() -> None:
    """A reader sees that something was not looked at."""
    report = compare_trees({}, {"dev/a.yaml": POD % "true"}, settings=Settings(exclude=("dev/**",)))
    assert (report.findings, report.notes) == (
        (),
        ("1 changed file is left out by the settings of the base",),
    )


def test_who_was_privileged_had_every_capability() -> None:
    """To give up `privileged` for a capability is no loosening."""
    head = (POD % "false").replace("privileged: false", "capabilities: {add: [SYS_ADMIN]}")
    report = compare_trees({"a.yaml": POD % "true"}, {"a.yaml": head})
    assert _found(report) == [("capability-dangerous-added", "existing", False)]
    report = compare_trees({"a.yaml": POD % "false"}, {"a.yaml": head})
    assert _found(report) == [("capability-dangerous-added", "loosened", True)]


@pytest.mark.parametrize(("listed", "blocks"), [("a.yaml, limits.yaml", False), ("a.yaml", True)])
def test_a_limit_range_that_kustomize_leaves_out_limits_nothing(
    listed: str,
    blocks: bool,  # noqa: FBT001
) -> None:
    """A default counts where it reaches the cluster."""
    report = compare_trees(
        {"x/limits.yaml": LIMITS, "x/kustomization.yaml": f"resources: [{listed}]\n"},
        {
            "x/limits.yaml": LIMITS,
            "x/kustomization.yaml": f"resources: [{listed}]\n",
            "x/a.yaml": BARE % "web:1",
        },
    )
    assert ("memory-limit-missing" in [f.policy for f in report.findings]) is blocks


def test_two_of_a_kind_may_be_renamed_at_once() -> None:
    """What says nearly the same under a new name is the same, with what was wrong with it."""
    texts = [(POD % "true").replace("web:1", f"{name}:1") for name in ("shop", "blog")]
    old = "---\n".join(texts)
    new = old.replace("metadata: {name: web}", "metadata: {name: site, namespace: x}")
    new = new.replace("metadata: {name: site, namespace: x}", "metadata: {name: other}", 1)
    report = compare_trees({"a.yaml": old}, {"a.yaml": new})
    assert {f.status for f in report.findings} == {"existing"}
    assert len(report.findings) == 2


DEPLOYMENT = """\
apiVersion: apps/v1
kind: %s
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: web:1
          resources: {limits: {memory: %s}, requests: {cpu: 1}}
"""


def test_another_kind_of_workload_is_compared_with_what_it_was() -> None:
    """A Deployment that becomes a StatefulSet does not lose what it was compared with."""
    report = compare_trees(
        {"a.yaml": DEPLOYMENT % ("Deployment", "1Gi")},
        {"b.yaml": DEPLOYMENT % ("StatefulSet", "8Gi")},
    )
    assert _found(report) == [("loosened-limits", "loosened", False)]
