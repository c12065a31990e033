"""The filter bar: a condition as chips that read as sentences, each with an editor; the same as text."""
