"""Resources of the API that are no described objects: domains register theirs in `apps.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls.resolvers import URLPattern

from kundig.accounts.models import User
from kundig.records.rest.schemas import Schema


@dataclass(frozen=True)
class Extension:
    """One resource: its addresses, below `/api/v1/`, and what the OpenAPI document says about them."""

    name: str
    title: Any
    urls: Sequence[URLPattern]
    paths: Callable[[], Schema]
    schemas: Callable[[], Schema]
    may: Callable[[User], bool] = lambda user: True
    """Who finds it in the document."""


_extensions: dict[str, Extension] = {}


def register(extension: Extension) -> None:
    """Make a resource known. Raises ValueError if its name is taken."""
    if extension.name in _extensions:
        raise ValueError(f"two resources of the API are called {extension.name!r}")
    _extensions[extension.name] = extension


def extensions(user: User | None = None) -> list[Extension]:
    """Those that `user` finds in the document; of visitors, and for the addresses, all."""
    return [each for each in _extensions.values() if user is None or each.may(user)]
