"""Which parties of a whole base are likely the same: features, blocking, a probabilistic model, reasons.

Runs in a program of its own (`program`): the libraries behind it are heavy, and nothing of them stays in the memory of
Kundig's processes. Nothing here knows Django or the database.
"""
