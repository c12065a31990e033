"""Catalogues of translated texts: `.po` files are kept, `.mo` files are made from them where the program runs."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent.parent


def compile_catalogues(package: Path = PACKAGE) -> list[Path]:
    """Compile every catalogue under `package` that is newer than its compiled form; returns the files written.

    Safe to run in several processes at once: a compiled file appears complete or not at all.
    """
    written = []
    for source in sorted(package.glob("*/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        changed_at = source.stat().st_mtime_ns
        if target.exists() and target.stat().st_mtime_ns == changed_at:
            continue
        unfinished = target.with_suffix(f".{os.getpid()}.tmp")
        with source.open("rb") as text, unfinished.open("wb") as binary:
            write_mo(binary, read_po(text, locale=source.parts[-3]))
        # The source's own time marks what was compiled: an older source, put back by a checkout, is compiled too.
        os.utime(unfinished, ns=(changed_at, changed_at))
        unfinished.replace(target)
        written.append(target)
    return written
