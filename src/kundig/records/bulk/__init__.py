"""Doing something with many records at once: chosen by hand or all that match, at once or as a job with a result."""

from kundig.records.bulk.acting import Fate, Input, Outcome, RecordAction, one_by_one

__all__ = ["Fate", "Input", "Outcome", "RecordAction", "one_by_one"]
