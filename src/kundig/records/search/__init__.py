"""Search over all described objects: `find` answers while somebody types, `refresh` keeps the entries in step."""

from kundig.records.search.composing import AtHand, Extra
from kundig.records.search.dictionary import count_words
from kundig.records.search.entries import add_names, expect_many, rebuild, refresh, remove, settle, sources_of
from kundig.records.search.finding import Hit, every_match, find, matching_ids, recent
from kundig.records.search.recents import touch

__all__ = [
    "AtHand",
    "Extra",
    "Hit",
    "add_names",
    "count_words",
    "every_match",
    "expect_many",
    "find",
    "matching_ids",
    "rebuild",
    "recent",
    "refresh",
    "remove",
    "settle",
    "sources_of",
    "touch",
]
