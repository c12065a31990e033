"""The settings of the program, made fast and strict for tests; `tests/conftest.py` names the database."""

import atexit
import os
import shutil
import tempfile

# One folder for all workers of a session: the first process makes it, the others inherit its name.
if "KUNDIG_TEST_DATA" not in os.environ:
    os.environ["KUNDIG_TEST_DATA"] = tempfile.mkdtemp(prefix="kundig-test-data-")
    atexit.register(shutil.rmtree, os.environ["KUNDIG_TEST_DATA"], ignore_errors=True)
os.environ["KUNDIG_DATA"] = os.environ["KUNDIG_TEST_DATA"]

from kundig.platform.languages import compile_catalogues
from kundig.web.settings import *

compile_catalogues()  # before Django is set up, which reads them

SECRET_KEY = "tests"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Argon2 takes its time by design; the tests of sign-in choose it back.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]  # noqa: F405
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = True  # straight out of the build's folder
# Every client of a test would read that folder anew; the house of the journeys serves as the program does.
WHITENOISE_AUTOREFRESH = "KUNDIG_TEST_HOUSE" not in os.environ
INSTALLED_APPS = [*INSTALLED_APPS, "tests.records.toy"]  # noqa: F405 - an object that no domain knows
