"""Groups of companies: the parent of an organisation may be known, come later in the file, or be nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from kundig.parties.actions.importing.drafts import Draft, Folded, new_draft
from kundig.parties.actions.importing.known import Companies
from kundig.parties.actions.importing.writing import LONGEST_NAME, Writer
from kundig.parties.enums import PartyKind
from kundig.parties.models import Organisation, Party
from kundig.parties.rules.companies import could_be_called
from kundig.platform.copying import copy_rows, update_rows
from kundig.records.imports.models import PendingReference
from kundig.records.imports.plan import Plan

PORTION = 2000
FURTHEST = 20
"""Levels of a group of companies; more is a mistake."""
_TARGET = "parent"


class Parents:
    """Sets the parents of organisations; what a later row may still bring is kept and set in the end."""

    def __init__(self, run: UUID, *, companies: Companies, writer: Writer) -> None:
        self._run = run
        self._companies = companies
        self._writer = writer

    def fold(
        self,
        draft: Draft,
        text: str,
        parent: UUID | None,
        folded: Folded,
        pending: list[tuple[UUID, str]],
        plan: Plan,
    ) -> None:
        """Bring the parent a row names into its draft."""
        present = draft.values.get("parent_id")
        if parent == draft.id or (parent is not None and parent == present):
            return
        if present is not None and not plan.overwrite:
            folded.differing += parent is not None
            return
        folded.filled += 1
        if parent is None or not draft.is_new:
            pending.append((draft.id, text))  # a known one may stand above its new parent: that is looked at in the end
        else:
            draft.values["parent_id"] = parent

    def keep(self, pending: Sequence[tuple[UUID, str]]) -> None:
        """Write what is to be set in the end, in the transaction of its portion."""
        if pending:
            rows = [(self._run, record, _TARGET, text) for record, text in pending]
            copy_rows(PendingReference, ("run_id", "record_id", "target", "text"), rows)

    def resolve(self, *, create_missing: bool) -> tuple[Counter[str], list[Draft]]:
        """Set the parents of some organisations: how many of what, and organisations made. Empty: all is done."""
        rows = list(PendingReference.objects.filter(run_id=self._run, target=_TARGET).order_by("pk")[:PORTION])
        if not rows:
            return Counter(), []
        found = self._companies.find(row.text for row in rows)
        counts: Counter[str] = Counter({"resolved": len(rows)})
        made: dict[str, Draft] = {}
        wanted: dict[UUID, UUID] = {}
        unclear: dict[UUID, str] = {}
        for row in rows:
            parents = found[row.text]
            if len(parents) == 1:
                wanted[row.record_id] = next(iter(parents))
            elif not parents and create_missing and could_be_called(row.text):
                wanted[row.record_id] = made.setdefault(row.text, _named(row.text)).id
            else:
                unclear[row.record_id] = row.text
        self._writer.write(made.values(), {})
        for text, draft in made.items():
            self._companies.learn(text, draft.id)
        counts["companies"] = len(made)
        _set_parents(_without_circles(wanted))
        _note(unclear)
        PendingReference.objects.filter(pk__in=[row.pk for row in rows]).delete()
        return counts, list(made.values())


def _named(name: str) -> Draft:
    draft = new_draft(PartyKind.ORGANISATION)
    draft.values["name"] = name[:LONGEST_NAME]
    return draft


def _set_parents(parents: dict[UUID, UUID]) -> None:
    update_rows(Party, ("parent_id",), [{"id": child, "parent_id": parent} for child, parent in parents.items()])


def _note(unclear: dict[UUID, str]) -> None:
    """Where the parent is not known, its name stays in the notes."""
    rows = []
    for key, notes in Organisation.objects.filter(pk__in=unclear).values_list("pk", "notes"):
        line = _("Parent company: %(name)s") % {"name": unclear[key]}
        if line not in notes.splitlines():
            rows.append({"id": key, "notes": f"{notes}\n{line}" if notes else line})
    update_rows(Party, ("notes",), rows)


def _without_circles(parents: dict[UUID, UUID]) -> dict[UUID, UUID]:
    """Those of the wanted parents under which no company would stand above itself."""
    above = dict(_above(parents.values()))
    kept: dict[UUID, UUID] = {}
    for child, parent in parents.items():
        step: UUID | None = parent
        for _level in range(FURTHEST):
            if step is None or step == child:
                break
            step = kept.get(step) or above.get(step)
        if step is None:
            kept[child] = parent
    return kept


def _above(ids: Iterable[UUID]) -> Iterable[tuple[UUID, UUID]]:
    """Child and parent, from these organisations upwards."""
    wanted, seen = set(ids), set[UUID]()
    for _level in range(FURTHEST):
        wanted -= seen
        if not wanted:
            return
        seen |= wanted
        rows = list(Party.objects.filter(pk__in=wanted, parent__isnull=False).values_list("pk", "parent_id"))
        for child, parent in rows:
            if parent is not None:
                yield child, parent
        wanted = {parent for _child, parent in rows if parent is not None}
