"""Kubernetes facts, each written down once: where pod specs are, what fields mean, how to read them.

Not for opinions: what is good or bad is said by policies.
"""
