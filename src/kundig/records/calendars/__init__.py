"""Calendars: the records of a kind on the days of a date field; moving one to another day changes it."""

from kundig.records.calendars.offered import Calendar

__all__ = ["Calendar"]
