"""The frame around every page: navigation, the user's menu, how it all looks."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import count
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language

from kundig.accounts.enums import Action, Density, Language, Theme
from kundig.notices.actions import count_for, name_of
from kundig.platform import navigation
from kundig.platform.navigation import Section
from kundig.records import registry

TABS = 3
"""Places the tab bar of the telephone has beside "more"."""
SHORTCUTS_COOKIE = "shortcuts"


@dataclass(frozen=True)
class Line:
    """One line of a navigation; `key` is the number key that leads there."""

    label: str
    url: str
    icon: str
    is_current: bool
    key: str = ""


@dataclass(frozen=True)
class UserMenu:
    """All that the menu of a user shows; equal ones are rendered once: they cost half of the frame."""

    language: str
    user_id: UUID
    name: str
    theme: str
    density: str
    has_shortcuts: bool
    has_settings: bool
    unread: int
    lines: tuple[Line, ...]

    themes = Theme.choices
    densities = Density.choices
    languages = Language.choices


@lru_cache(maxsize=1000)
def rendered_navigation(language: str, sections: tuple[tuple[str, tuple[Line, ...]], ...]) -> SafeString:
    return render_to_string("navigation.html", {"sections": sections})


@lru_cache(maxsize=1000)
def rendered_bell(language: str, name: str, count: int) -> SafeString:
    return render_to_string("notices/_bell.html", {"name": name, "count": count})


@lru_cache(maxsize=1000)
def rendered(menu: UserMenu) -> SafeString:
    return render_to_string("user_menu.html", {"menu": menu})


class Shell:
    """What base.html and shell.html ask; nothing is computed for a part that does not show it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def user(self) -> Any:
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def theme(self) -> str:
        return self.user.theme if self.user else ""

    @property
    def density(self) -> str:
        return self.user.density if self.user else ""

    @property
    def has_shortcuts(self) -> bool:
        return self.request.COOKIES.get(SHORTCUTS_COOKIE) != "off"

    @property
    def absent(self) -> Any:
        """Whom the user stands in for today."""
        return self.user.access.absent if self.user else ()

    @cached_property
    def sections(self) -> list[tuple[Any, list[Line]]]:
        """The navigation, by what people are about to do: objects that the user may read, then pages. The day begins
        with its pages: the telephone shows the first lines."""
        offers: dict[Section, list[tuple[Any, str, str]]] = {section: [] for section in Section}
        for described in registry.descriptions():
            if described.nav and described.in_navigation and described.may(self.user, Action.READ):
                offers[described.nav_section].append((described.label_plural, described.url(), described.icon))
        pages: dict[Section, list[tuple[Any, str, str]]] = {section: [] for section in Section}
        for entry in navigation.main_for(self.user):
            pages[entry.section].append((entry.label, entry.address(), entry.icon))
        day = pages.pop(Section.DAY)
        offers[Section.DAY] = day + offers[Section.DAY]
        for section, entries in pages.items():
            offers[section] += entries
        number = count(1)
        found = [
            (section.value, [self._line(*each, number=next(number)) for each in those])
            for section, those in offers.items()
        ]
        return [(title, lines) for title, lines in found if lines]

    @property
    def main_navigation(self) -> SafeString:
        sections = tuple((str(title), tuple(lines)) for title, lines in self.sections)
        return rendered_navigation(get_language() or "", sections)

    @property
    def lines(self) -> list[Line]:
        return [line for _title, lines in self.sections for line in lines]

    @property
    def dialogues(self) -> list[navigation.Entry]:
        return navigation.dialogues_for(self.user)

    @property
    def deeds(self) -> list[navigation.Deed]:
        """What keys begin everywhere."""
        return navigation.deeds_for(self.user) if self.has_shortcuts else []

    @property
    def tabs(self) -> list[Line]:
        return self.lines[:TABS]

    @property
    def menu(self) -> SafeString:
        return rendered(
            UserMenu(
                language=get_language() or "",
                user_id=self.user.pk,
                name=self.user.name,
                theme=self.theme,
                density=self.density,
                has_shortcuts=self.has_shortcuts,
                has_settings=bool(self.settings),
                unread=self.unread,
                lines=tuple(self.lines[TABS:]),
            )
        )

    @cached_property
    def unread(self) -> int:
        """How many notices wait; those about the page that is being opened are read with that."""
        return count_for(self.user, page=self.request.path)

    @property
    def bell(self) -> SafeString:
        return rendered_bell(get_language() or "", name_of(self.user), self.unread)

    @cached_property
    def settings(self) -> list[tuple[Any, list[Line]]]:
        """Sections of the settings: title and lines."""
        return [
            (group.value, [self._line(entry.label, entry.address(), "") for entry in entries])
            for group, entries in navigation.settings_for(self.user)
        ]

    @property
    def in_settings(self) -> bool:
        return self.request.path.startswith("/settings/")

    def _line(self, label: Any, url: str, icon: str, *, number: int = 0) -> Line:
        path = self.request.path
        is_current = path == url or (url != "/" and path.startswith(url))
        key = str(number) if 0 < number < 10 else ""
        return Line(label=capfirst(str(label)), url=url, icon=icon, is_current=is_current, key=key)


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor."""
    return {"shell": Shell(request)}


def page_of(request: HttpRequest) -> str:
    """The page of ours the browser came from, else the home page."""
    try:
        origin = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return "/"
    page = origin._replace(scheme="", netloc="").geturl() if origin.netloc == request.get_host() else "/"
    # A path that begins with two slashes would lead to another house.
    return page if url_has_allowed_host_and_scheme(page, allowed_hosts=None) else "/"


def cookie(name: str, value: str) -> dict[str, Any]:
    """Arguments of `set_cookie` for something remembered for a year on this device."""
    return {
        "key": name,
        "value": value,
        "max_age": 365 * 24 * 60 * 60,
        "samesite": "Lax",
        "httponly": True,
        "secure": settings.SESSION_COOKIE_SECURE,
    }
