"""Small pieces of the interface as plain functions: table cells are written without templates.

Each returns finished HTML; what comes from people is escaped here.
"""

import re
from functools import cache
from html import escape
from uuid import UUID

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from kundig.platform import vite

TINTS = 6
_WORD = re.compile(r"[^\W_][\w'’.-]*")


def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite, hidden from screen readers: a word always stands beside it. Sizes: sm, lg."""
    return _icon(name, size, vite.url("icons.svg"))


@cache
def _icon(name: str, size: str, sprite: str) -> SafeString:
    kind = f" icon--{size}" if size else ""
    return mark_safe(  # noqa: S308 - names are constants of the program
        f'<svg class="icon{kind}" aria-hidden="true"><use href="{sprite}#i-{escape(name)}"/></svg>'
    )


def initials(name: str, *, kind: str = "person") -> str:
    """Two letters for an avatar: of a person the first and the last name, of an organisation its first two words."""
    words = [w for w in _WORD.findall(name) if not w.endswith(".")] or _WORD.findall(name)
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:2].upper()
    return (words[0][0] + words[1 if kind == "org" else -1][0]).upper()


def tint(key: UUID | str) -> int:
    """One of the six tints; the same record always has the same."""
    number = key.int if isinstance(key, UUID) else sum(str(key).encode())
    return number % TINTS + 1


def avatar(name: str, key: UUID | str, *, kind: str = "person", size: str = "sm") -> SafeString:
    """Initials on a tint; `kind` is person (round) or org (square), `size` sm, lg or "". The name stands beside it."""
    return mark_safe(  # noqa: S308
        f'<span class="avatar{" avatar--org" if kind == "org" else ""}{f" avatar--{size}" if size else ""}"'
        f' data-tint="{tint(key)}" aria-hidden="true">{escape(initials(name, kind=kind))}</span>'
    )


def face(name: str, key: UUID | str) -> SafeString:
    """An avatar that stands alone and therefore carries the name itself."""
    label = escape(name)
    return mark_safe(  # noqa: S308
        f'<span class="avatar avatar--sm" data-tint="{tint(key)}" role="img" aria-label="{label}" title="{label}">'
        f"{escape(initials(name))}</span>"
    )


def toast(
    message: str, *, undo: str = "", label: str = "", tone: str = "", link: tuple[str, str] | None = None
) -> SafeString:
    """A message for the foot of the page, riding along in an answer; `undo` is the address that takes it back, `link`
    an address that tells more, and its words."""
    button = f'<a href="{escape(link[0])}">{escape(link[1])}</a>' if link else ""
    if undo:
        words = escape(label or gettext("Undo"))
        button += f'<button type="button" hx-post="{escape(undo)}" hx-swap="none">{words}</button>'
    shade = f' data-tone="{escape(tone)}"' if tone else ""
    return mark_safe(  # noqa: S308
        '<hx-partial hx-target="#toasts" hx-swap="innerHTML">'
        f'<div class="toast" data-controller="toast"{shade}><span>{escape(message)}</span>{button}</div></hx-partial>'
    )
