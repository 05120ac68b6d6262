"""Policies: what a policy author imports.

`from policygate.policy import Example, Pair, Problem, policy` is all that a policy in Python needs.
"""

from policygate.model import Edit
from policygate.policy.python import policy
from policygate.policy.types import Example, Match, Pair, Policy, Problem

__all__ = ["Edit", "Example", "Match", "Pair", "Policy", "Problem", "policy"]
