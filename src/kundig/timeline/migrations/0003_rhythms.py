"""The rhythms that a house begins with; administrators change them in the settings."""

from django.db import migrations

BEGIN_WITH = """
INSERT INTO timeline_contactrhythm (id, customer_class, kind, every, unit) VALUES
    ('019aa000-0000-7000-8000-000000000001', 'A', 'call', 1, 'month'),
    ('019aa000-0000-7000-8000-000000000002', 'A', 'visit', 1, 'year'),
    ('019aa000-0000-7000-8000-000000000003', 'B', 'call', 3, 'month'),
    ('019aa000-0000-7000-8000-000000000004', 'C', '', 1, 'year')
"""


class Migration(migrations.Migration):
    dependencies = [("timeline", "0002_quarters")]

    operations = [migrations.RunSQL(BEGIN_WITH, "DELETE FROM timeline_contactrhythm")]
