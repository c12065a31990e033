"""Pivot tables: the records of a kind counted or added up by two fields at once."""

from kundig.records.pivots.offered import Pivot

__all__ = ["Pivot"]
