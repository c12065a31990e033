from django.apps import AppConfig


class ToyConfig(AppConfig):
    """Only its table exists at first; the fixture `courses` describes it (tests/records/conftest.py)."""

    name = "tests.records.toy"
    label = "toy"
