"""Extensions, the function that names an entry's terms, and the indexes that Django's models cannot state."""

from django.contrib.postgres.operations import CreateExtension, TrigramExtension
from django.db import migrations

# Plain words, the words of the title again behind "=", owner and team: so one index answers "these words, in the
# title, of mine" without touching a row.
TERMS = """
CREATE FUNCTION records_search_terms(words text, owner_id uuid, team_id uuid) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_to_array(
        btrim(replace(split_part(words, ' |', 1), ' ', ' =') || replace(words, ' |', '')), ' '
    ) || ARRAY[owner_id::text, team_id::text]
$$
"""

INDEXES = """
CREATE INDEX search_terms ON records_searchentry USING gin (records_search_terms(words, owner_id, team_id));
CREATE INDEX search_word ON records_searchword (word) INCLUDE (frequency);
CREATE INDEX search_word_name ON records_searchword (word) INCLUDE (frequency) WHERE is_name;
CREATE INDEX search_word_frequent ON records_searchword (word) INCLUDE (frequency) WHERE frequency >= 100;
CREATE INDEX search_word_start ON records_searchword (left(word, 2), length(word)) INCLUDE (word, frequency)
    WHERE is_name;
CREATE INDEX search_word_trigrams ON records_searchword USING gin (word gin_trgm_ops) WITH (fastupdate = off)
    WHERE is_name;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [
        TrigramExtension(),
        CreateExtension("fuzzystrmatch"),
        migrations.RunSQL(TERMS, "DROP FUNCTION records_search_terms(text, uuid, uuid)"),
        migrations.RunSQL(
            INDEXES,
            "DROP INDEX search_terms, search_word, search_word_name, search_word_frequent, search_word_start, search_word_trigrams",
        ),
    ]
