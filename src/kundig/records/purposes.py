"""Why personal data may be kept. `privacy` keeps the register; descriptions name its keys; `records` asks here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PurposeInfo:
    """What stands in the register of purposes about one key; texts in the language of the person who asks."""

    key: str
    name: str
    legal_basis: str
    is_active: bool


_register: Callable[[], Mapping[str, PurposeInfo]] | None = None
_active: tuple[Mapping[str, PurposeInfo], frozenset[str]] = ({}, frozenset())


def set_register(register: Callable[[], Mapping[str, PurposeInfo]]) -> None:
    """Say who answers for purposes; called once by `privacy` while the program starts."""
    global _register
    _register = register


def purposes() -> Mapping[str, PurposeInfo]:
    """All purposes by key; none before the register is known, so that nothing personal is kept without one."""
    return _register() if _register else {}


def is_active(key: str) -> bool:
    return key in active()


def active() -> frozenset[str]:
    """The keys of the purposes for which data may be kept now."""
    global _active
    known = purposes()
    if _active[0] is not known:
        _active = (known, frozenset(key for key, info in known.items() if info.is_active))
    return _active[1]
