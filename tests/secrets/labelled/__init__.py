"""A labelled set of manifests: leaks, and what a careful engineer calls none.

It is written from the point of view of a reviewer, blind to the detector that it measures, and
made when it is asked for: no scanner finds a secret in this folder.
"""

from __future__ import annotations

from itertools import pairwise

from tests.secrets.labelled import (
    arguments,
    configmaps,
    custom_resources,
    encrypted,
    gitops,
    lookalikes_encrypted,
    lookalikes_external,
    lookalikes_names,
    lookalikes_objects,
    lookalikes_references,
    lookalikes_schemas,
    lookalikes_text,
    lookalikes_values,
    objects,
    objects_data,
    objects_shapes,
    tokens,
    values_files,
    workloads,
)
from tests.secrets.labelled.sheet import Case, sheet, table

__all__ = ["Case", "cases"]

LEAKS = (
    arguments,
    configmaps,
    custom_resources,
    encrypted,
    gitops,
    objects,
    objects_data,
    objects_shapes,
    values_files,
    workloads,
)
LOOKALIKES = (
    lookalikes_encrypted,
    lookalikes_external,
    lookalikes_names,
    lookalikes_objects,
    lookalikes_references,
    lookalikes_schemas,
    lookalikes_text,
    lookalikes_values,
)


def cases() -> tuple[Case, ...]:
    """Every case, by name; the same whenever it is asked for."""
    found = tokens.cases()
    for module in (*LEAKS, *LOOKALIKES):
        leak = module in LEAKS
        found += sheet(getattr(module, "SHEET", ""), leak=leak)
        found += table(getattr(module, "TABLE", ""), leak=leak)
    found.sort(key=lambda case: case.name)
    twice = {a.name for a, b in pairwise(found) if a.name == b.name}
    if twice:
        raise ValueError(f"names given twice: {sorted(twice)}")
    return tuple(found)
