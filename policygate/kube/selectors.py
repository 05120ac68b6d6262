"""Label selectors, as the API server evaluates them.

Not for the plain label maps of Services, which are `matchLabels` alone.
https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policygate.kube.schema_checks import is_later

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policygate.view import View


def labels_of(labels: View) -> Mapping[str, str]:
    """The labels that stand at a place, those that are no texts left out."""
    return {key: value.string() for key, value in labels.items() if isinstance(value.raw, str)}


def matches(selector: View, labels: Mapping[str, str]) -> bool | None:
    """Whether a selector selects what has these labels.

    Args:
        selector: A `LabelSelector`. Empty it selects everything.
        labels: The labels.

    Returns:
        None where the selector is not set, or one that the API server refuses.
    """
    if not isinstance(selector.raw, dict):
        return None
    wanted = [(key, value.raw) for key, value in selector.matchLabels.items()]
    if any(not isinstance(value, str) for _, value in wanted):
        return None
    found = all(labels.get(key) == value for key, value in wanted)
    for each in selector.matchExpressions:
        met = _is_met(each, labels)
        if met is None:
            return None
        found = found and met
    return found


def later(selector: View) -> bool:
    """Whether a part of a selector is filled in before the cluster sees it."""
    texts = [text for key, value in selector.matchLabels.items() for text in (key, value.raw)]
    for each in selector.matchExpressions:
        texts += [each["key"].raw, *(value.raw for value in each["values"])]
    return any(is_later(text) for text in texts)


def _is_met(requirement: View, labels: Mapping[str, str]) -> bool | None:
    key = requirement["key"].string()
    values = {value.string() for value in requirement["values"]}
    match requirement["operator"].raw:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
    return None
