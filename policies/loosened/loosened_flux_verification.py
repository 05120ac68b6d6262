"""Flux no longer checks who signed what it applies.

Only what one of the named keys or identities had signed was let in. Without that, or with any identity
that can get a signature, whoever can write to the source decides what runs.

Fix:
Restore `verify`; name the identities in `matchOIDCIdentity` where no key is used.

References:
https://fluxcd.io/flux/components/source/gitrepositories/#verification
https://fluxcd.io/flux/components/source/ocirepositories/#verification

Standards:
CWE-345
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared
from policygate.view import View


def _source(**verify: Any) -> dict[str, Any]:
    said = {"verify": verify} if verify else {}
    return {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "OCIRepository", "metadata": {"name": "apps"},
            "spec": {"interval": "1h", **said}}  # fmt: skip


KEY = {"secretRef": {"name": "cosign"}}
WHO = {"matchOIDCIdentity": [{"issuer": "^https://a$", "subject": "^b$"}]}
EXAMPLES = (
    Example("as it was", "pass", base=_source(provider="cosign", **KEY), head=_source(provider="notation", **KEY)),
    Example("never checked", "pass", base=_source(), head={**_source(), "metadata": {"name": "apps", "labels": {}}}),
    Example("identities instead of a key", "pass", base=_source(**KEY), head=_source(provider="cosign", **WHO)),
    Example("a new source", "pass", _source()),
    Example("the chart comes from a source of its own", "pass",
            base={"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "metadata": {"name": "web"},
                  "spec": {"chart": {"spec": {"chart": "web", "verify": KEY}}}},
            head={"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "metadata": {"name": "web"},
                  "spec": {"chartRef": {"kind": "OCIRepository", "name": "web"}}}),
    Example("removed", "fail", base=_source(provider="cosign", **KEY), head=_source(), path="spec.verify",
            message="apps is no longer checked for a signature"),
    Example("any identity", "fail", base=_source(provider="cosign", **WHO), head=_source(provider="cosign"),
            message="by any identity", path="spec.verify"),
    Example("only the commit, no longer the tag", "fail", base=_source(mode="TagAndHEAD", **KEY), head=_source(mode="HEAD", **KEY),
            path="spec.verify.mode", message="HEAD is less than TagAndHEAD"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=[
        "source.toolkit.fluxcd.io/GitRepository",
        "source.toolkit.fluxcd.io/OCIRepository",
        "source.toolkit.fluxcd.io/HelmChart",
        "helm.toolkit.fluxcd.io/HelmRelease",
    ],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_flux_verification(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a check of signatures that the base had and the head has not, or less of it."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    base, head = _verify(pair.base), _verify(pair.head)
    name = pair.head.id.name
    elsewhere = pair.head.id.kind == "HelmRelease" and not pair.head.view.spec.chart
    if not base.raw or elsewhere:  # a chartRef: its source checks, or does not
        return
    if not head.raw:
        yield Problem(head, f"{name} is no longer checked for a signature")
    elif _names_somebody(base) and not _names_somebody(head):
        yield Problem(head, f"{name} may be signed by any identity now")
    elif base.mode.string().lower() == "tagandhead" and head.mode.string().lower() != "tagandhead":
        yield Problem(
            head.mode,
            f"{name} is checked for less: {head.mode.string()} is less than {base.mode.string()}",
        )


def _verify(resource: Any) -> View:
    spec = resource.view.spec
    found: View = spec.chart.spec.verify if resource.id.kind == "HelmRelease" else spec.verify
    return found


def _names_somebody(verify: View) -> bool:
    return bool(verify.secretRef) or bool(verify.matchOIDCIdentity.raw)
