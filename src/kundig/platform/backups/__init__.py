"""Backups: one file with the database, the files and the secret, from which an installation comes back whole.

It is a tar archive: `manifest.json` first, then `database.dump` (PostgreSQL's custom format), `secret.key` and
`files/`, and `complete` last, without which the archive was cut off.
"""

from kundig.platform.backups.archive import Manifest
from kundig.platform.backups.copies import copied
from kundig.platform.backups.restoring import Proof, restore, verify
from kundig.platform.backups.writing import write

__all__ = ["Manifest", "Proof", "copied", "restore", "verify", "write"]
