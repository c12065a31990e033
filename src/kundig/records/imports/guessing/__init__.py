"""Which column is what: guessed from its name and from its values, with how certain that is."""

from kundig.records.imports.guessing.guess import Guess, Sureness, guess_columns

__all__ = ["Guess", "Sureness", "guess_columns"]
