"""Boards: the records of a kind as cards in columns, one for each value of a field; moving a card changes it."""

from kundig.records.boards.columns import Column
from kundig.records.boards.offered import Board, CardNote

__all__ = ["Board", "CardNote", "Column"]
