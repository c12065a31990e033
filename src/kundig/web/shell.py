"""The frame around every page: navigation, the user's menu, how it all looks."""

from functools import cached_property, lru_cache
from itertools import count
from typing import Any, NamedTuple
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
from kundig.records.rights import worked_out

TABS = 3
"""Places the tab bar of the telephone has beside "more"."""
SHORTCUTS_COOKIE = "shortcuts"


class Line(NamedTuple):
    """One line of a navigation; `key` is the number key that leads there."""

    label: str
    url: str
    icon: str
    key: str = ""


class Pressed(NamedTuple):
    """What opens a dialogue, or with a letter begins something, everywhere."""

    label: str
    url: str
    icon: str
    key: str


class Offered(NamedTuple):
    """All that somebody is offered on every page, by their rights and in their language."""

    sections: tuple[tuple[str, tuple[Line, ...]], ...]
    dialogues: tuple[Pressed, ...]
    deeds: tuple[Pressed, ...]
    has_settings: bool

    @property
    def lines(self) -> list[Line]:
        return [line for _title, lines in self.sections for line in lines]


class Frame(NamedTuple):
    """All that the frame of a page shows; equal ones are rendered once, for they cost as much as a list."""

    language: str
    user_id: UUID
    name: str
    theme: str
    density: str
    has_shortcuts: bool
    in_settings: bool
    bell: str
    unread: int
    current: tuple[str, ...]
    """The addresses in the navigation that this page belongs to."""
    offered: Offered


class Parts(NamedTuple):
    """The frame as HTML."""

    sidebar: SafeString
    tabbar: SafeString
    foot: SafeString


@lru_cache(maxsize=500)
def rendered(frame: Frame) -> Parts:
    lines = frame.offered.lines
    context = {
        "frame": frame,
        "offered": frame.offered,
        "tabs": lines[:TABS],
        "further": lines[TABS:],
        "themes": Theme.choices,
        "densities": Density.choices,
        "languages": Language.choices,
    }
    return Parts(*(render_to_string(f"frame/{part}.html", context) for part in Parts._fields))


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
    def offered(self) -> Offered:
        """Worked out once for each access: it depends on nothing else."""
        return worked_out(self.user, ("offered", get_language()), lambda: _offered(self.user))

    @cached_property
    def parts(self) -> Parts:
        path = self.request.path
        return rendered(
            Frame(
                language=get_language() or "",
                user_id=self.user.pk,
                name=self.user.name,
                theme=self.theme,
                density=self.density,
                has_shortcuts=self.has_shortcuts,
                in_settings=path.startswith("/settings/"),
                bell=name_of(self.user),
                # Notices about the page that is being opened are read with that.
                unread=count_for(self.user, page=path),
                current=tuple([line.url for line in self.offered.lines if _is_current(line.url, path)]),
                offered=self.offered,
            )
        )

    @cached_property
    def settings(self) -> list[tuple[Any, list[tuple[Line, bool]]]]:
        """Sections of the settings: title, and lines with whether this page is theirs."""
        path = self.request.path
        return [
            (group.value, [(_line(*each), _is_current(each[1], path)) for each in entries])
            for group, entries in (
                (group, [(entry.label, entry.address(), "") for entry in entries])
                for group, entries in navigation.settings_for(self.user)
            )
        ]


def _offered(user: Any) -> Offered:
    dialogues = [Pressed(str(e.label), e.address(), e.icon, e.hotkey) for e in navigation.dialogues_for(user)]
    deeds = [Pressed(str(deed.label), deed.path, "", deed.key) for deed in navigation.deeds_for(user)]
    return Offered(_sections(user), tuple(dialogues), tuple(deeds), bool(navigation.settings_for(user)))


def _sections(user: Any) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """The navigation, by what people are about to do: objects that the user may read, then pages. The day begins with
    its pages: the telephone shows the first lines."""
    offers: dict[Section, list[tuple[Any, str, str]]] = {section: [] for section in Section}
    for described in registry.descriptions():
        if described.nav and described.in_navigation and described.may(user, Action.READ):
            offers[described.nav_section].append((described.label_plural, described.url(), described.icon))
    pages: dict[Section, list[tuple[Any, str, str]]] = {section: [] for section in Section}
    for entry in navigation.main_for(user):
        pages[entry.section].append((entry.label, entry.address(), entry.icon))
    day = pages.pop(Section.DAY)
    offers[Section.DAY] = day + offers[Section.DAY]
    for section, entries in pages.items():
        offers[section] += entries
    number = count(1)
    found = [
        (str(section.value), tuple([_line(*each, number=next(number)) for each in those]))
        for section, those in offers.items()
    ]
    return tuple([(title, lines) for title, lines in found if lines])


def _line(label: Any, url: str, icon: str, *, number: int = 0) -> Line:
    return Line(label=capfirst(str(label)), url=url, icon=icon, key=str(number) if 0 < number < 10 else "")


def _is_current(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


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
