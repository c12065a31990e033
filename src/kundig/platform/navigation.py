"""What the navigation offers beyond the described objects: domains enter their pages in `apps.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _


class Group(Enum):
    """The sections of the settings, in the order in which they stand there."""

    OWN = _("My account")
    PEOPLE = _("People")
    STRUCTURE = _("Structure")
    PRIVACY = _("Data protection")
    OPERATION = _("Operation")


class Section(Enum):
    """What people are about to do: the parts of the navigation, in the order in which they stand there."""

    DAY = ""
    SELL = _("Sell")
    CARE = _("Look after")
    WIN = _("Win over")
    UNDERSTAND = _("Understand")
    MORE = _("More of it")


@cache
def _address(url_name: str) -> str:
    """Addresses do not change while the program runs, and every page asks for all of them."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Entry:
    """One line of a navigation; `url` is the name of an address, `may` says who sees it."""

    label: Any
    url: str
    may: Callable[[Any], bool]
    icon: str = ""
    group: Group | None = None
    section: Section = Section.DAY
    hotkey: str = ""

    def address(self) -> str:
        """Where it leads; "" while no such page exists."""
        return _address(self.url)


@dataclass(frozen=True)
class Deed:
    """Something that a key begins on every page; a page that does the same itself has the key first."""

    label: Any
    path: str
    key: str
    may: Callable[[Any], bool]


_main: list[Entry] = []
_dialogues: list[Entry] = []
_settings: list[Entry] = []
_deeds: list[Deed] = []


def _everybody(user: Any) -> bool:
    return True


def main(
    *, label: Any, url: str, icon: str, may: Callable[[Any], bool] = _everybody, section: Section = Section.DAY
) -> None:
    """Add a line to the navigation at the left, below the described objects of its section."""
    _main.append(Entry(label=label, url=url, may=may, icon=icon, section=section))


def dialogue(*, label: Any, url: str, icon: str, hotkey: str, may: Callable[[Any], bool] = _everybody) -> None:
    """Offer a dialogue on every page, above the navigation; `hotkey` is a letter that opens it."""
    _dialogues.append(Entry(label=label, url=url, may=may, icon=icon, hotkey=hotkey))


def dialogues_for(user: Any) -> list[Entry]:
    return [entry for entry in _dialogues if entry.may(user) and entry.address()]


def settings(*, label: Any, url: str, group: Group, may: Callable[[Any], bool] = _everybody) -> None:
    """Add a page to the settings."""
    _settings.append(Entry(label=label, url=url, may=may, group=group))


def deed(*, label: Any, path: str, key: str, may: Callable[[Any], bool] = _everybody) -> None:
    """Let a key lead to `path` from everywhere.

    Raises:
        ValueError: if the key begins something else already.
    """
    if any(known.key == key for known in _deeds):
        raise ValueError(f"The key {key!r} begins something already")
    _deeds.append(Deed(label=label, path=path, key=key, may=may))


def deeds_for(user: Any) -> list[Deed]:
    return [each for each in _deeds if each.may(user)]


def main_for(user: Any) -> list[Entry]:
    return [entry for entry in _main if entry.may(user) and entry.address()]


def settings_for(user: Any) -> list[tuple[Group, list[Entry]]]:
    """The pages of the settings that `user` may open, by section; sections without any are left out."""
    mine = [entry for entry in _settings if entry.may(user) and entry.address()]
    groups = [(group, [entry for entry in mine if entry.group is group]) for group in Group]
    return [(group, entries) for group, entries in groups if entries]
