from tests.people import english, svenja  # noqa: F401 - fixtures
