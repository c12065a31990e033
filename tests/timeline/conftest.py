from tests.people import dairy, english, house, jana, katrin, svenja  # noqa: F401 - fixtures
