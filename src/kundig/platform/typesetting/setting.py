"""typst, shut in: it sees a folder of its own and nothing else, and asks nobody."""

import json
import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from django.utils import timezone

if TYPE_CHECKING:
    import typst

Standard = Literal["a-2b", "a-3b"]
HERE = Path(__file__).parent
SHARED = ("letter.typ",)
MOST_BYTES_OF_DATA = 4_000_000


class NotTypeset(Exception):
    """A document could not be set: a fault of its source or of the data that was handed over, never of the reader."""


def typeset(
    source: str,
    data: Mapping[str, Any],
    files: Mapping[str, bytes] | None = None,
    *,
    pdf_standard: Standard = "a-2b",
    created_at: datetime | None = None,
) -> bytes:
    """The PDF/A that the typst `source` makes of `data`.

    `source` is ours and never holds what a user wrote: that comes as `data`, plain JSON, which the source reads by
    `#let data = json(bytes(sys.inputs.data))`. What is a string there stays a string. `files` are pictures by their
    name, read as `image("files/NAME")`. A source may `#import "letter.typ"`. It reaches no other file and no network.
    The same source, data, files and `created_at` (default: now) give the same bytes.

    Raises:
        NotTypeset: if typst refuses it, or the data is too large to be a document.
    """
    import typst  # most processes never need it, and it is large

    handed = json.dumps(data, ensure_ascii=False, default=str)
    if len(handed) > MOST_BYTES_OF_DATA:
        raise NotTypeset(f"the data has {len(handed)} characters; at most {MOST_BYTES_OF_DATA} are a document")
    if "@preview" in source or "@local" in source:
        raise NotTypeset("the source imports a package; sources only import what lies beside them")
    moment = int((created_at or timezone.now()).timestamp())
    with tempfile.TemporaryDirectory(prefix="kundig-paper-") as name:
        folder = Path(name)
        for shared in SHARED:
            (folder / shared).write_bytes(_shared(shared))
        (folder / "files").mkdir()
        for file_name, content in (files or {}).items():
            (folder / "files" / _plain(file_name)).write_bytes(content)
        (folder / "main.typ").write_text(source, encoding="utf-8")
        nothing = folder / "packages"
        compiler = typst.Compiler(
            root=folder,
            font_paths=_fonts(),
            sys_inputs={"data": handed},
            package_path=nothing,
            package_cache_path=nothing,
        )
        try:
            made = compiler.compile(
                folder / "main.typ", format="pdf", pdf_standards=[pdf_standard], timestamp=moment, pdf_tags=True
            )
        except typst.TypstError as error:
            raise NotTypeset(f"{error.message} {error.diagnostic}".strip()) from error
    if not isinstance(made, bytes):
        raise NotTypeset("typst answered no file")
    return made


def _plain(name: str) -> str:
    if not name or PurePosixPath(name).name != name or name.startswith("."):
        raise NotTypeset(f"{name!r} is no name for a file beside a document; letters, digits, a dot and an ending are")
    return name


@cache
def _fonts() -> "typst.Fonts":
    import typst

    # Inter lies beside this file (SIL Open Font License), the serifs are part of typst. What the system has is left
    # out: a document looks alike on every machine.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[HERE / "fonts"])


@cache
def _shared(name: str) -> bytes:
    return (HERE / name).read_bytes()
