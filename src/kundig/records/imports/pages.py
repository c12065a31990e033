"""What the mapping page shows: its sentences, the columns with what they become, how rows meet what is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kundig.accounts.models import User
from kundig.platform.formats import Formats
from kundig.records.fields import Field
from kundig.records.imports.guessing import Guess, Sureness
from kundig.records.imports.mapping import Proposal
from kundig.records.imports.models import ImportRun
from kundig.records.imports.plan import EVERY_ROW_IS_NEW, Plan
from kundig.records.imports.reading import encodings
from kundig.records.imports.reading.table import Table
from kundig.records.imports.recognised import Choice, Detected
from kundig.records.imports.targets import LEAVE_OUT, NOTE, Importer, Target

MOST_EXAMPLES = 3
LONGEST_EXAMPLES = 60


@dataclass(frozen=True)
class Line:
    """One column of the file in the mapping table."""

    index: int
    name: str
    examples: tuple[str, ...]
    target: str
    sureness: int
    sure: str
    is_open: bool
    hint: str = ""


def lines(table: Table, plan: Plan, proposal: Proposal, targets: Sequence[Target]) -> list[Line]:
    """The columns with what they become, and how sure that is."""
    known = {target.name: target for target in targets}
    found = []
    for index, name in enumerate(table.columns):
        target, values = plan.columns.get(name, ""), proposal.samples[name]
        sureness, sure = _sureness(target, proposal.guesses.get(name), known, values)
        if name in proposal.recognised and target == proposal.guesses[name].target:
            sureness, sure = _of_names(*proposal.recognised[name])
        found.append(
            Line(
                index=index, name=name, examples=_examples(values), target=target, sureness=sureness, sure=sure,
                is_open=bool(not target and values), hint=proposal.hints.get(name, ""),
            )
        )  # fmt: skip
    return found


def _sureness(target: str, guess: Guess | None, known: Mapping[str, Target], values: Sequence[str]) -> tuple[int, str]:
    """A grade and a word for it."""
    if not target:
        return (Sureness.OPEN, pgettext("certainty", "open")) if values else (Sureness.SURE, _("empty"))
    if target == NOTE:
        return Sureness.SURE, pgettext("certainty", "kept")
    if target == LEAVE_OUT:
        return Sureness.SURE, pgettext("certainty", "left out")
    if guess is None or target != guess.target:
        return Sureness.SURE, pgettext("certainty", "chosen")
    if known[target].divides:
        return Sureness.SURE, _("is divided")
    if guess.sureness == Sureness.SURE:
        is_key = known[target].shape == "code" and len(set(values)) == len(values)
        return Sureness.SURE, _("unique") if is_key else pgettext("certainty", "sure")
    return Sureness.PROBABLE, pgettext("certainty", "probable")


def _of_names(known: int, total: int) -> tuple[int, str]:
    text = ngettext("%(known)s of %(total)s known", "%(known)s of %(total)s known", total)
    return Sureness.SURE if known == total else Sureness.PROBABLE, text % {"known": known, "total": total}


def _examples(values: Sequence[str]) -> tuple[str, ...]:
    """Some different values, as many as one line holds."""
    shown: list[str] = []
    for value in dict.fromkeys(values):
        if len(shown) == MOST_EXAMPLES or (shown and sum(map(len, shown)) + len(value) > LONGEST_EXAMPLES):
            break
        shown.append(value)
    return tuple(shown)


def grouped(targets: Sequence[Target]) -> list[tuple[str, list[Target]]]:
    """The targets under their headings, for a list to choose from."""
    groups: dict[str, list[Target]] = {}
    for target in targets:
        groups.setdefault(str(capfirst(target.group)), []).append(target)
    return list(groups.items())


def options(plan: Plan, importer: Importer, *, by: User) -> list[Detected]:
    """How rows meet what is there, as menus."""
    targets = importer.targets(by=by)
    mapped = plan.targets()
    keys = [(name, str(label)) for name, label in importer.keys(mapped, targets=targets)]
    keys.append((EVERY_ROW_IS_NEW, _("nothing: every row is new")))
    key = plan.key or importer.default_key(mapped) or EVERY_ROW_IS_NEW
    labels = dict(keys)
    existing = {
        "fill": (_("only fill what is empty"), _("What is in Kundig stays.")),
        "overwrite": (_("take the file's values"), _("They replace what is in Kundig.")),
    }
    chosen = "overwrite" if plan.overwrite else "fill"
    found = [
        Detected(
            "match", _("Recognised by"), labels.get(key, key),
            tuple(Choice(f"match={name}", label, "", name == key) for name, label in keys),
        ),
        Detected(
            "existing", _("Known ones"), existing[chosen][0],
            tuple(Choice(f"existing={name}", label, why, name == chosen) for name, (label, why) in existing.items()),
        ),
    ]  # fmt: skip
    if {"organisation", "parent"} & set(mapped):
        missing = {"create": _("create them"), "fail": _("give the row back")}
        now = "create" if plan.create_missing else "fail"
        choices = tuple(Choice(f"missing={name}", label, "", name == now) for name, label in missing.items())
        found.append(Detected("missing", _("Organisations only named"), missing[now], choices))
    return found + [_for_new(field, plan) for field in importer.choices_for_new(by=by) if field.name not in mapped]


def _for_new(field: Field, plan: Plan) -> Detected:
    """A choice for all new records: "New ones are: customers"."""
    default = str(field.model_field.get_default()) if field.model_field is not None else ""
    chosen = plan.values.get(field.name, default)
    labels = {str(value): str(label) for value, label in getattr(field.kind, "choices", ())}
    choices = tuple(Choice(f"new={field.name}:{v}", label, "", v == chosen) for v, label in labels.items())
    return Detected(f"new-{field.name}", _("New ones are"), labels.get(chosen, chosen), choices)


def headline(found: Sequence[Line]) -> str:
    """ "Eleven of twelve columns are mapped"."""
    total, mapped = len(found), sum(not line.is_open for line in found)
    if mapped == total:
        return ngettext("The column is mapped", "All %(total)s columns are mapped", total) % {"total": _in_words(total)}
    text = ngettext(
        "%(mapped)s of %(total)s columns is mapped", "%(mapped)s of %(total)s columns are mapped", mapped
    ) % {"mapped": _in_words(mapped), "total": _in_words(total)}
    return str(capfirst(text))


def _in_words(number: int) -> str:
    """Numbers up to twelve are written out."""
    words = [
        pgettext("number", "none"), pgettext("number", "one"), pgettext("number", "two"), pgettext("number", "three"),
        pgettext("number", "four"), pgettext("number", "five"), pgettext("number", "six"), pgettext("number", "seven"),
        pgettext("number", "eight"), pgettext("number", "nine"), pgettext("number", "ten"),
        pgettext("number", "eleven"), pgettext("number", "twelve"),
    ]  # fmt: skip
    return words[number] if number < len(words) else str(number)


def summary(run: ImportRun, found: Sequence[Line], *, rows: str, is_remembered: bool) -> str:
    """What stands below the headline: the file, its rows, what is open."""
    still_open = sum(line.is_open for line in found)
    parts = [_("%(name)s, %(rows)s.") % {"name": run.name, "rows": rows}]
    if still_open:
        parts.append(
            ngettext(
                "One column Kundig does not understand; the others are a suggestion.",
                "%(count)s columns Kundig does not understand; the others are a suggestion.",
                still_open,
            )
            % {"count": capfirst(_in_words(still_open))}
        )
    elif is_remembered:
        parts.append(_("They are mapped as they were the last time."))
    else:
        parts.append(_("All is a suggestion: please look through it."))
    return " ".join(parts)


def notices(table: Table, *, joined: int, formats: Formats) -> list[str]:
    """What is odd about the file and what was done about it."""
    found = []
    for name in table.naming.twice:
        found.append(
            _("Several columns are called “%(name)s”. They are numbered, so that each can be mapped.") % {"name": name}
        )
    if joined:
        found.append(
            ngettext(
                "In %(count)s row a delimiter stands inside a text; it was recognised as part of the text.",
                "In %(count)s rows a delimiter stands inside a text; it was recognised as part of the text.",
                joined,
            )
            % {"count": formats.number(joined)}
        )
    sample = " ".join(cell for row in table.sample[:300] for cell in row.cells)
    if encodings.seems_misread(sample):
        found.append(_("Letters look wrong (“Ã¼” instead of “ü”). Choose UTF-8 for the characters."))
    damaged = sum(bool(row.problem) for row in table.sample)
    if damaged * 5 > len(table.sample):
        found.append(_("Many rows cannot be read like this. Check characters and delimiter."))
    return found
