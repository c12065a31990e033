"""Who is called in by "@Jana Wirth" in a text."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID


def mentioned(text: str, names: Mapping[UUID, str]) -> list[UUID]:
    """The colleagues whose name follows an @: the whole name, or the first one where only one bears it.

    Args:
        names: id of each colleague → their name.
    """
    firsts: dict[str, list[UUID]] = {}
    for key, name in names.items():
        first = name.split()[0].casefold() if name.split() else ""
        firsts.setdefault(first, []).append(key)
    found: dict[UUID, None] = {}
    for after in text.casefold().split("@")[1:]:
        whole = [key for key, name in names.items() if name and _begins(after, name.casefold())]
        if whole:
            found[max(whole, key=lambda key: len(names[key]))] = None
            continue
        called = [keys for first, keys in firsts.items() if first and _begins(after, first)]
        if called and len(called[0]) == 1:
            found[called[0][0]] = None
    return list(found)


def _begins(text: str, name: str) -> bool:
    """Whether a text begins with a name that ends there."""
    return text.startswith(name) and not text[len(name) : len(name) + 1].isalnum()
