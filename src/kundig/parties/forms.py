"""The small forms in which a part of a party is typed, inside a panel of its page."""

from __future__ import annotations

from dataclasses import dataclass

from kundig.records.editors import editor
from kundig.records.fields import Field
from kundig.records.forms import Control, RecordForm


@dataclass
class PartForm(RecordForm):
    """A form that may stand on a page beside others: the ids of its controls begin with `prefix`."""

    prefix: str = "p"

    def _control(self, spec: Field) -> Control:
        name, error = f"{self.prefix}-{spec.name}", " ".join(self.errors.get(spec.name, []))
        html = editor(
            spec,
            self.formats,
            values=self._values(spec),
            raw=spec.kind.posted(spec, self.data) if self.data is not None else None,
            description=self.description,
            user=self.user,
            control_id=name,
            error=error,
            error_id=f"e-{name}",
        )
        return Control(spec, name, html, error, wide=False)
