"""Two records become one: everything that points at the one that goes is led to the one that stays, and back again.

What the ledger watches it brings back by itself. Of everything else a merge writes down what it moved (`Merged.moved`),
and taking the merge back moves that back as far as nobody has touched it since.
"""

from kundig.records.merging.counting import counts
from kundig.records.merging.models import Merged
from kundig.records.merging.moving import Moved, merge_references, remember
from kundig.records.merging.pointing import Loose, Stays, register
from kundig.records.merging.trail import follow, survivors_of

__all__ = [
    "Loose",
    "Merged",
    "Moved",
    "Stays",
    "counts",
    "follow",
    "merge_references",
    "register",
    "remember",
    "survivors_of",
]
