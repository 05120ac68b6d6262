"""Puts back what a change loosened: the lines of a field as the base has them, and no others.

`differences` says where two bodies differ, `splice` puts one place back in a text and proves it, `plan` chooses the
places for findings. Pure: `policygate.returning` judges again what comes of it, and `policygate fix` writes it.
Not for patches to read (`policygate.undo`).
"""
