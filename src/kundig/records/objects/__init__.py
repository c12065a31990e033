"""Kinds of objects that an administrator makes in the browser: rows that load into the same classes as built-in ones.

`models` keeps them and their records, `describing` makes a description of a row, `loading` puts it into the registry of
each process, `actions` makes, changes and retires them, `related` shows on a record's page who points at it.
"""
