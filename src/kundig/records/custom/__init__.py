"""Fields that an administrator adds in the browser: rows that load into the same classes as fields of models.

`storage` keeps their values, `loading` puts them into the descriptions, `actions` makes and changes them.
"""
