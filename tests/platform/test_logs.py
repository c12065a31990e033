"""Logs say where and what, not whom."""

import logging
import sys

from kundig.platform.logs import DiscreetFormatter, course_of

PERSON = "anna.berg@example.com"  # a name of its own, because frames show the lines of the program


def test_an_exception_is_logged_with_its_frames_and_first_line_alone():
    try:
        try:
            raise ValueError(f"duplicate key value\nDETAIL: Key (mail)=({PERSON}) already exists.")
        except ValueError as error:
            raise RuntimeError(f"the record was not saved\n{PERSON}") from error
    except RuntimeError:
        record = logging.LogRecord("kundig", logging.ERROR, __file__, 1, "Saving failed", (), sys.exc_info())
    text = DiscreetFormatter("%(message)s").format(record)
    assert text.startswith("Saving failed\n")
    assert "ValueError: duplicate key value" in text
    assert "RuntimeError: the record was not saved" in text
    assert "test_logs.py" in text
    assert PERSON not in text


def test_exceptions_that_are_each_others_context_are_told_once():
    first, second = ValueError("first"), KeyError("second")
    first.__context__, second.__context__ = second, first
    assert course_of(first).count("The above came from this") == 1
