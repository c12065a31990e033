"""Which built files belong to an entry of the front-end: Vite's manifest, read once."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

MANIFEST = Path(".vite", "manifest.json")


@dataclass(frozen=True)
class Entry:
    """Addresses of one entry: its style sheets, the modules it imports, and its script ("" for a mere style sheet)."""

    styles: tuple[str, ...]
    imports: tuple[str, ...]
    script: str


def url(name: str) -> str:
    """The address of one built file, named by its source below `frontend/`."""
    return settings.STATIC_URL + _find(name)["file"]


@cache
def _entry(name: str, _stamp: int) -> Entry:
    chunk = _find(name)
    imported = [_find(key) for key in chunk.get("imports", [])]
    styles = [style for part in (*imported, chunk) for style in part.get("css", [])]
    is_style = chunk["file"].endswith(".css")
    return Entry(
        styles=tuple(settings.STATIC_URL + style for style in ([chunk["file"]] if is_style else styles)),
        imports=tuple(settings.STATIC_URL + part["file"] for part in imported),
        script="" if is_style else settings.STATIC_URL + chunk["file"],
    )


def entry(name: str) -> Entry:
    """What a page loads for `name`, for instance "src/main.ts" or "styles/form.css"."""
    return _entry(name, _stamp())


def _find(name: str) -> dict:
    manifest = _manifest(_stamp())
    try:
        return manifest[name]
    except KeyError:
        known = ", ".join(sorted(entry for entry in manifest if not entry.startswith((".", "_"))))
        raise ImproperlyConfigured(
            f"The front-end has no {name!r}; it has {known}. Is it an entry of vite.config.ts?"
        ) from None


def _path() -> Path:
    return Path(settings.STATICFILES_DIRS[0]) / MANIFEST


def _stamp() -> int:
    """Changes with every build, but is only looked at while developing."""
    if not settings.DEBUG:
        return 0
    try:
        return _path().stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@cache
def _manifest(_stamp: int) -> dict[str, dict]:
    try:
        return json.loads(_path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ImproperlyConfigured(
            f"{_path()} is missing: build the front-end with `npm ci && npm run build`."
        ) from None
