"""What a trial run would have written, so that later rows of the file find it; large files go to the disk."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable

from kundig.parties.actions.importing.drafts import Draft

MOST_IN_MEMORY = 30_000
MOST_ASKED = 500


class Memory:
    """Drafts by what rows are matched by."""

    def __init__(self) -> None:
        self._near: dict[str, list[Draft]] = {}
        self._count = 0
        self._far: sqlite3.Connection | None = None

    def keep(self, draft: Draft, keys: Iterable[str]) -> None:
        """Keep a draft under its keys; an earlier state of it is replaced."""
        if self._count < MOST_IN_MEMORY:
            self._count += 1
            for key in keys:
                known = [other for other in self._near.get(key, ()) if other.id != draft.id]
                self._near[key] = [*known, draft]
            return
        disk = self._disk()
        state = pickle.dumps(draft)
        rows = [(key, draft.id.bytes, state) for key in keys]
        disk.executemany("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?)", rows)

    def recall(self, keys: Iterable[str]) -> dict[str, list[Draft]]:
        """The drafts kept under each of the keys; the same draft is the same object under each of them."""
        wanted = list(dict.fromkeys(keys))
        found = {key: list(self._near[key]) for key in wanted if key in self._near}
        if self._far is None:
            return found
        drafts: dict[bytes, Draft] = {}
        for start in range(0, len(wanted), MOST_ASKED):
            part = wanted[start : start + MOST_ASKED]
            marks = ", ".join("?" * len(part))
            sql = f"SELECT key, id, state FROM drafts WHERE key IN ({marks})"  # noqa: S608 - question marks
            for key, draft_id, state in self._far.execute(sql, part):
                if draft_id not in drafts:
                    drafts[draft_id] = pickle.loads(state)  # noqa: S301 - written by this very process
                known = [other for other in found.get(key, ()) if other.id != drafts[draft_id].id]
                found[key] = [*known, drafts[draft_id]]
        return found

    def _disk(self) -> sqlite3.Connection:
        if self._far is None:
            self._far = sqlite3.connect("")  # a file without a name, gone with the connection
            self._far.execute("PRAGMA journal_mode = OFF")
            self._far.execute(
                "CREATE TABLE drafts (key TEXT, id BLOB, state BLOB, PRIMARY KEY (key, id)) WITHOUT ROWID"
            )
        return self._far
