"""Texts of the screens and their German: `python -m tools.translations extract|check`.

English is the source and stands in code and templates; each domain keeps `locale/de/LC_MESSAGES/django.po`. `extract`
brings the catalogues up to date and keeps what is translated; `check` says what is missing, left over or does not fit.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "kundig"
LANGUAGES = ["de"]
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **{f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")},
    "gettext_noop": None,
}
# No dates, names or line numbers: a catalogue changes only when a text does.
HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def domains(package: Path) -> list[Path]:
    """The folders of the domains in `package`."""
    return sorted(path.parent for path in package.glob("*/__init__.py"))


def texts(domain: Path) -> Catalog:
    """What `domain` says: every text in its code and templates, with the files it stands in."""
    catalog = Catalog()
    for path in sorted(domain.rglob("*.py")):
        if "migrations" not in path.parts:
            _collect(catalog, path.read_text(encoding="utf-8"), place=path.relative_to(domain.parent))
    for path in sorted(domain.glob("templates/**/*.*")):
        source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        source = re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)  # indented as HTML, not as Python
        _collect(catalog, source, place=path.relative_to(domain.parent))
    return catalog


def _collect(catalog: Catalog, source: str, *, place: Path) -> None:
    lines = io.BytesIO(source.encode())
    for _line, text, comments, context in extract("python", lines, KEYWORDS, ["Translators:"], strip_comment_tags=True):
        catalog.add(text, locations=[(place.as_posix(), 0)], auto_comments=comments, context=context)


def bring_up_to_date(domain: Path, *, language: str) -> Path | None:
    """Write the catalogue of `domain`: new texts empty, known ones kept, vanished ones gone; None without any text."""
    said = texts(domain)
    path = _catalogue_path(domain, language=language)
    if not len(said):
        path.unlink(missing_ok=True)
        return None
    known = _read(path, language=language)
    result = Catalog(locale=language)
    for message in _messages(said):
        old = known.get(_key(message), context=message.context)
        translation = old.string if old and bool(old.pluralizable) == bool(message.pluralizable) else ""
        result.add(
            message.id, translation, locations=message.locations, auto_comments=message.auto_comments,
            user_comments=old.user_comments if old else [], context=message.context,
        )  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    body = io.BytesIO()
    write_po(body, result, width=120, omit_header=True, sort_output=True, include_lineno=False)
    header = HEADER.format(language=language, plural_forms=result.plural_forms)
    path.write_text(header + body.getvalue().decode().strip() + "\n", encoding="utf-8")
    return path


def problems(domain: Path, *, language: str) -> Iterator[str]:
    """What is wrong with the catalogue of `domain`, one line each."""
    said, known = texts(domain), _read(_catalogue_path(domain, language=language), language=language)
    for message in _messages(said):
        translated = known.get(_key(message), context=message.context)
        if problem := _problem(message, translated):
            yield f"{domain.name}, {language}: {problem}: {_key(message)!r}"
    for message in _messages(known):
        if not said.get(_key(message), context=message.context):
            yield f"{domain.name}, {language}: no longer said anywhere: {_key(message)!r}"
    for key in known.obsolete:
        yield f"{domain.name}, {language}: left over as a comment: {key!r}"


def _problem(message: Message, translated: Message | None) -> str | None:
    if translated is None:
        return "not in the catalogue"
    forms = _forms(translated.string)
    if not all(forms):
        return "not translated"
    if translated.fuzzy:
        return "marked as fuzzy"
    if bool(translated.pluralizable) != bool(message.pluralizable):
        return "singular and plural do not fit"
    expected = _placeholders(_forms(message.id)[-1])
    if _placeholders(forms[-1]) != expected:
        return f"other placeholders than {', '.join(sorted(expected)) or 'none'}"
    if any(place.endswith(".html") for place, _line in message.locations) and any(")d" in each for each in expected):
        return "templates fill in texts, so write %(…)s in the code that says the same"
    return None


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text.replace("%%", "")))


def _forms(text: str | Sequence[str] | None) -> list[str]:
    """The forms of a text that may have a plural: one or several, an untranslated one empty."""
    return [text or ""] if isinstance(text, str | None) else list(text)


def contradictions(package: Path, *, language: str) -> Iterator[str]:
    """Texts that two domains translate differently: Django merges all catalogues, so only one would be seen."""
    first: dict[tuple[str, str | None], tuple[str, object]] = {}
    for domain in domains(package):
        for message in _messages(_read(_catalogue_path(domain, language=language), language=language)):
            seen_in, seen = first.setdefault((_key(message), message.context), (domain.name, message.string))
            if message.string and seen and seen != message.string:
                yield f"{_key(message)!r} is {seen!r} in {seen_in} and {message.string!r} in {domain.name}"


def _catalogue_path(domain: Path, *, language: str) -> Path:
    return domain / "locale" / language / "LC_MESSAGES" / "django.po"


def _read(path: Path, *, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _key(message: Message) -> str:
    return _forms(message.id)[0]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.translations", description=__doc__.partition("\n")[0])
    parser.add_argument("do", choices=["extract", "check"])
    parser.add_argument("domains", nargs="*", metavar="domain", help="only these domains (default: all)")
    arguments = parser.parse_args()
    chosen = [domain for domain in domains(PACKAGE) if not arguments.domains or domain.name in arguments.domains]
    if arguments.do == "extract":
        for language in LANGUAGES:
            for domain in chosen:
                bring_up_to_date(domain, language=language)
    found = [line for language in LANGUAGES for domain in chosen for line in problems(domain, language=language)]
    found += [line for language in LANGUAGES for line in contradictions(PACKAGE, language=language)]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found and arguments.do == "check" else 0


if __name__ == "__main__":
    sys.exit(main())
