"""What people can note on a customer's page beside contacts: domains add their tabs in `apps.ready()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from kundig.parties.models import Party


@dataclass(frozen=True)
class ComposerTab:
    """One tab of the composer. `render(request, party)` answers its form as HTML, fetched when the tab is first opened;
    the form sends itself to an address of its own and answers the form anew, with a toast. Lower `order` stands first:
    calls 10, visits 20, notes 30, mails 40, meetings 70, letters 80."""

    key: str
    label: Any
    icon: str
    order: int
    render: Callable[[HttpRequest, Party], str]
    may: Callable[[Any], bool] = lambda user: True


_tabs: dict[str, ComposerTab] = {}


def register_composer_tab(tab: ComposerTab) -> None:
    """Make a tab known under its key.

    Raises:
        ValueError: if the key is taken.
    """
    if tab.key in _tabs:
        raise ValueError(f"Two tabs of the composer are called {tab.key!r}")
    _tabs[tab.key] = tab


def composer_tab(key: str) -> ComposerTab | None:
    return _tabs.get(key)


def composer_tabs() -> list[ComposerTab]:
    return sorted(_tabs.values(), key=lambda tab: tab.order)
