"""What a customer has signed, nobody changes: neither a form nor an import, nor whoever sits at the database."""

from django.db import migrations

KEEP = """
CREATE FUNCTION orders_keep_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The protocol % is signed and stays as it is.', old.number USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER orders_protocol_signed BEFORE UPDATE ON orders_protocol FOR EACH ROW
    WHEN (old.signed_at IS NOT NULL AND (old.number, old.kind, old.done_on, old.text, old.defects, old.result,
        old.signed_name, old.signed_at, old.signature_id, old.fingerprint) IS DISTINCT FROM (new.number, new.kind,
        new.done_on, new.text, new.defects, new.result, new.signed_name, new.signed_at, new.signature_id,
        new.fingerprint))
    EXECUTE FUNCTION orders_keep_signed();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_counts")]

    operations = [migrations.RunSQL(KEEP, "DROP FUNCTION orders_keep_signed() CASCADE")]
