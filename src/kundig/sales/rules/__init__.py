"""Arithmetic and predicates of sales."""
