"""Tags of the interface; every template has them (`builtins` in the settings)."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Any
from uuid import UUID

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from kundig.platform import shown, ui, vite

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    return ui.icon(name, size)


@register.simple_tag
def avatar(name: str, key: UUID | str, kind: str = "person", size: str = "sm") -> SafeString:
    return ui.avatar(name, key, kind=kind, size=size)


@register.simple_tag
def face(name: str, key: UUID | str) -> SafeString:
    return ui.face(name, key)


@register.simple_tag(name="vite")
def load(*names: str) -> SafeString:
    """Style sheets and scripts of the named entries, for the head of a page."""
    entries = [vite.entry(name) for name in names]
    lines = [f'<link rel="stylesheet" href="{style}">' for entry in entries for style in entry.styles]
    lines += [f'<link rel="modulepreload" href="{module}">' for entry in entries for module in entry.imports]
    lines += [f'<script type="module" src="{entry.script}"></script>' for entry in entries if entry.script]
    return mark_safe("\n".join(lines))  # noqa: S308 - addresses of our own build


@register.simple_tag
def sprite(name: str) -> str:
    """The address of a built picture, for instance the icon of the browser's tab."""
    return vite.url(name)


@register.simple_tag(takes_context=True)
def once(context: template.Context, name: str, names: str) -> SafeString:
    """A part of the page, rendered once for equal values of `names`, which are dotted and separated by blanks.

    It sees no other values; what the page does not have is an empty text, as everywhere in templates.
    """
    return shown.rendered(name, {each: _value(variable, context) for each, variable in _variables(names)})


@cache
def _variables(names: str) -> list[tuple[str, template.Variable]]:
    return [(each, template.Variable(each)) for each in names.split()]


def _value(variable: template.Variable, context: template.Context) -> Any:
    try:
        return variable.resolve(context)
    except template.VariableDoesNotExist:
        return ""


@register.simple_tag
def field_help(text: str, anchor: str = "") -> SafeString:
    """The sentence below a field; nothing where there is none. The field points to it by `aria-describedby`."""
    if not text:
        return SafeString("")
    name = f' id="{escape(anchor)}"' if anchor else ""
    return mark_safe(f'<p class="field__help"{name}>{escape(str(text))}</p>')  # noqa: S308


@register.simple_tag
def constant(name: str) -> SafeString:
    """A template that depends on nothing but the language: rendered once for each."""
    return render_to_string(name) if settings.DEBUG else _constant(name, get_language())


@cache
def _constant(name: str, _language: str | None) -> SafeString:
    return render_to_string(name)
