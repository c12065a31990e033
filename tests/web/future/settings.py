from kundig.web.settings import *  # noqa: F403

INSTALLED_APPS += ["tests.web.future"]  # noqa: F405
