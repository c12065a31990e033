"""What one can do from the palette: every described object brings its own commands, domains register further ones.

register_command("reports", label=_("Reports"), url="insights:reports", icon="bars", keywords=_("figures numbers"))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from django.urls import NoReverseMatch, is_valid_path, reverse
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.queries import forget_access
from kundig.platform import navigation
from kundig.platform.folding import fold
from kundig.records import registry
from kundig.records.rights import worked_out
from kundig.records.search.marking import Span, spans
from kundig.records.search.typed import read

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description

MOST_OFFERED = 6
MOST_VIEWS = 300
Url = str | Callable[[Any], str]


@dataclass(frozen=True)
class Command:
    """One line of the palette that does something: leads to `url`, or sends the values `post` there."""

    key: str
    label: str
    url: str
    icon: str
    right: str = ""
    keywords: str = ""
    post: Mapping[str, str] | None = None
    label_spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class _Registered:
    key: str
    label: Any
    url: Url
    icon: str
    right: str
    keywords: Any
    post: Mapping[str, str] | None
    may: Callable[[Any], bool]

    def command(self, user: User) -> Command | None:
        url = _address(self.url, user)
        if not url or not self.may(user):
            return None
        return Command(self.key, str(self.label), url, self.icon, self.right, str(self.keywords), self.post)


_registered: dict[str, _Registered] = {}


def _everybody(user: Any) -> bool:
    return True


def register_command(
    key: str,
    *,
    label: Any,
    url: Url,
    icon: str,
    right: str = "",
    keywords: Any = "",
    post: Mapping[str, str] | None = None,
    may: Callable[[Any], bool] = _everybody,
) -> None:
    """Offer something in the palette; called in `apps.ready()`.

    `url` is the name of an address, or a function of the user that answers an address, "" for nothing to offer.
    `right` stands at the right of the line (a key), `keywords` are further words that find it, `may` says for whom.

    Raises:
        ValueError: if the key is taken.
    """
    if key in _registered:
        raise ValueError(f"Two commands are called {key!r}")
    _registered[key] = _Registered(key, label, url, icon, right, keywords, post, may)
    forget_access()


def unregister_command(key: str) -> None:
    """Take a command back: for tests that register one."""
    _registered.pop(key)
    forget_access()


def _address(url: Url, user: User) -> str:
    if not isinstance(url, str):
        return url(user)
    try:
        return reverse(url)
    except NoReverseMatch:
        return ""


class _Known(NamedTuple):
    """A command, and the words that it is found by."""

    command: Command
    words: str


def _known(commands: Iterable[Command]) -> list[_Known]:
    return [_Known(each, f" {fold(each.label)} {fold(each.keywords)}") for each in commands]


def _commands_for(user: User) -> Iterator[_Known]:
    """Everything `user` can do from the palette, the most usual first."""
    usual, rare = worked_out(user, ("commands", get_language()), lambda: (_known(_usual(user)), _known(_rare(user))))
    return chain(usual, _known(_views(user)), rare)


def _usual(user: User) -> Iterator[Command]:
    yield from (*_creating(user), *_going(user), *_importing(user))
    yield from (command for each in _registered.values() if (command := each.command(user)))


def _rare(user: User) -> Iterator[Command]:
    yield from (*_setting(user), *_shaping(user))


def first_commands(user: User) -> list[Command]:
    """What is offered before anything is typed."""
    return [*_creating(user), *_importing(user), *_going(user)][:MOST_OFFERED]


def matching_commands(user: User, text: str) -> list[Command]:
    """The commands of whose words each typed one is a beginning."""
    typed = read(text).words
    if not typed:
        return []
    found = (known.command for known in _commands_for(user) if all(f" {word}" in known.words for word in typed))
    return [_marked(command, typed) for command in islice(found, MOST_OFFERED)]


def _marked(command: Command, words: tuple[str, ...]) -> Command:
    return replace(command, label_spans=spans(command.label, words))


def commands_about(user: User, text: str, found: list[str]) -> Iterator[Command]:
    """What can be done with the text itself: see all that match in the objects `found`, else make one called so."""
    shown = " ".join(text.split())[:80]
    for name in found[:2]:
        if description := registry.get(name):
            label = _("All %(objects)s with “%(text)s”") % {"objects": description.label_plural, "text": shown}
            yield Command(f"list-{name}", capfirst(label), f"{description.url()}?{urlencode({'q': shown})}", "table")
    if not found:
        for description in _creatable(user):
            if begun := description.begun_as(shown):
                label = _("Create %(object)s “%(text)s”") % {"object": description.label, "text": shown}
                address = f"{description.url()}new/?{urlencode(begun)}"
                yield Command(f"new-{description.name}", capfirst(label), address, "plus")


def _shaping(user: User) -> Iterator[Command]:
    """Objects get further fields from here, without a way through the settings."""
    for description in registry.descriptions() if user.access.is_administrator else ():
        label = _("Add a field to %(objects)s") % {"objects": description.label_plural}
        if address := _field_of(description.name):
            yield Command(f"field-{description.name}", label, address, "plus", keywords=_("new field column"))


def _field_of(name: str) -> str:
    try:
        return reverse("new_field", args=[name])
    except NoReverseMatch:
        return ""


def _creatable(user: User) -> list[Description]:
    return [d for d in registry.descriptions() if d.nav and not d.parent and d.may(user, Action.CREATE)]


def _creating(user: User) -> Iterator[Command]:
    for description in _creatable(user):
        label = capfirst(_("Create %(object)s") % {"object": description.label})
        yield Command(f"new-{description.name}", label, f"{description.url()}new/", "plus", keywords=_("new add"))


def _going(user: User) -> Iterator[Command]:
    for entry in navigation.main_for(user):
        yield Command(f"go-{entry.url}", capfirst(str(entry.label)), entry.address(), entry.icon, keywords=_("go to"))
    for description in registry.descriptions():
        if description.nav and not description.parent and description.may(user, Action.READ):
            label = capfirst(str(description.label_plural))
            yield Command(
                f"go-{description.name}", label, description.url(), description.icon, keywords=_("go to list")
            )


def _views(user: User) -> Iterator[Command]:
    """The saved views that `user` may open."""
    from kundig.records.saved.remembered import views_of  # lists know how to search, and not the other way round
    from kundig.records.saved.tabs import address_of

    for view in views_of(user)[:MOST_VIEWS]:
        description = registry.get(view.object)
        if description is not None and description.may(user, Action.READ):
            label = capfirst(f"{description.label_plural}: {view.name}")
            yield Command(f"view-{view.pk}", label, address_of(description, view), "table", keywords=_("view list"))


def _importing(user: User) -> Iterator[Command]:
    for description in _creatable(user):
        address = f"{description.url()}import/"
        if _exists(address):
            label = capfirst(_("Import %(objects)s") % {"objects": description.label_plural})
            yield Command(f"import-{description.name}", label, address, "upload", keywords="Excel CSV")


_exists = cache(is_valid_path)


def _setting(user: User) -> Iterator[Command]:
    for group, entries in navigation.settings_for(user):
        for entry in entries:
            label = _("Settings: %(page)s") % {"page": entry.label}
            yield Command(f"settings-{entry.url}", label, entry.address(), "sliders", keywords=str(group.value))
