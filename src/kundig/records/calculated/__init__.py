"""Fields that follow from others: an administrator writes a formula, the values are stored and kept in step.

What a record says itself is calculated in the transaction that changes it (`computing`); what other records say is
brought in step right after (`following`); what only the clock changes, at night (`jobs`). docs/decisions has the
reasons (calculated-values-are-stored.md).
"""
