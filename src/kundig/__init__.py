"""Kundig, a customer relationship management system for German-speaking Europe."""

__version__ = "0.1.0"
