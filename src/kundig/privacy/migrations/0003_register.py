"""The register of consents holds in the database, whoever writes: entries are added and never altered; which consent
holds is reckoned with each of them. And what is asked for at first, with a wording to start from.

An entry goes only with its party. The check for that waits for the end of the transaction, because what belongs to a
party is deleted before it. Free are the party, which merging leads on, and what says nothing about the consent.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION privacy_reckon_consent(p_party uuid, p_purpose uuid, p_channel text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_holds uuid;
BEGIN
    -- Of two entries at once the later one sees the earlier.
    PERFORM FROM parties_party WHERE id = p_party FOR NO KEY UPDATE;
    SELECT CASE WHEN e.act = 'given' THEN e.id END INTO v_holds FROM privacy_consent e
    WHERE e.party_id = p_party AND e.purpose_id = p_purpose AND e.channel = p_channel AND e.act <> 'corrected'
        AND NOT EXISTS (SELECT FROM privacy_consent k WHERE k.corrects_id = e.id)
    ORDER BY e.at DESC, e.id DESC LIMIT 1;
    UPDATE privacy_consent SET in_force = coalesce(id = v_holds, false)
    WHERE party_id = p_party AND purpose_id = p_purpose AND channel = p_channel
        AND in_force <> coalesce(id = v_holds, false);
END $$;

-- Statements and not rows: the ledger writes of an entry that it came before what follows from it.
CREATE FUNCTION privacy_consent_reckoned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM privacy_reckon_consent(party_id, purpose_id, channel)
        FROM (SELECT DISTINCT party_id, purpose_id, channel FROM new_rows ORDER BY 1, 2, 3) AS touched_;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM privacy_reckon_consent(party_id, purpose_id, channel)
        FROM (SELECT DISTINCT party_id, purpose_id, channel FROM old_rows ORDER BY 1, 2, 3) AS touched_;
    ELSE
        PERFORM privacy_reckon_consent(party_id, purpose_id, channel) FROM (
            SELECT n.party_id, n.purpose_id, n.channel FROM new_rows n JOIN old_rows o USING (id)
            WHERE n.party_id <> o.party_id
            UNION SELECT o.party_id, o.purpose_id, o.channel FROM new_rows n JOIN old_rows o USING (id)
            WHERE n.party_id <> o.party_id ORDER BY 1, 2, 3
        ) AS touched_;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION privacy_consent_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_free text[] := ARRAY['party_id', 'in_force', 'custom', 'calculated', 'changed_at'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        -- What a merge has noted goes with the merge.
        IF OLD.how <> 'merge' AND EXISTS (SELECT FROM parties_party WHERE id = OLD.party_id) THEN
            RAISE EXCEPTION 'consent % stays in the register', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF to_jsonb(NEW) - v_free - 'author_id' IS DISTINCT FROM to_jsonb(OLD) - v_free - 'author_id'
        OR (NEW.author_id IS NOT NULL AND NEW.author_id IS DISTINCT FROM OLD.author_id)
    THEN
        RAISE EXCEPTION 'consent % stays as it was entered', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION privacy_wording_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.purpose_id, NEW.version, NEW.text) IS DISTINCT FROM (OLD.purpose_id, OLD.version, OLD.text) THEN
        RAISE EXCEPTION 'the wording of a consent stays as it was' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
"""
TRIGGERS = """
CREATE TRIGGER privacy_consent_added AFTER INSERT ON privacy_consent REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_consent_reckoned();
CREATE TRIGGER privacy_consent_led_on AFTER UPDATE ON privacy_consent
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_consent_reckoned();
CREATE TRIGGER privacy_consent_gone AFTER DELETE ON privacy_consent REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_consent_reckoned();
CREATE TRIGGER privacy_consent_kept AFTER UPDATE ON privacy_consent
    FOR EACH ROW EXECUTE FUNCTION privacy_consent_stays();
CREATE CONSTRAINT TRIGGER privacy_consent_stays AFTER DELETE ON privacy_consent DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION privacy_consent_stays();
CREATE TRIGGER privacy_wording_stays AFTER UPDATE ON privacy_consentwording
    FOR EACH ROW EXECUTE FUNCTION privacy_wording_stays();
"""
AWAY = """
DROP FUNCTION privacy_consent_reckoned() CASCADE;
DROP FUNCTION privacy_consent_stays() CASCADE;
DROP FUNCTION privacy_wording_stays() CASCADE;
DROP FUNCTION privacy_reckon_consent(uuid, uuid, text);
"""
PURPOSES = """
INSERT INTO privacy_consentpurpose (id, key, name, is_active) VALUES
    ('01900000-0000-7000-8000-000000000101', 'newsletter', 'Newsletter', true),
    ('01900000-0000-7000-8000-000000000102', 'offers', 'Angebote', true),
    ('01900000-0000-7000-8000-000000000103', 'surveys', 'Umfragen', true);
INSERT INTO privacy_consentwording (id, purpose_id, version, valid_from, text) VALUES
    ('01900000-0000-7000-8000-000000000111', '01900000-0000-7000-8000-000000000101', 1, '2020-01-01',
     'Ich möchte den Newsletter erhalten. Das kann ich jederzeit widerrufen; die Abmeldung steht in jeder Ausgabe.'),
    ('01900000-0000-7000-8000-000000000112', '01900000-0000-7000-8000-000000000102', 1, '2020-01-01',
     'Ich bin damit einverstanden, auf diesem Weg Angebote zu erhalten. Das kann ich jederzeit widerrufen.'),
    ('01900000-0000-7000-8000-000000000113', '01900000-0000-7000-8000-000000000103', 1, '2020-01-01',
     'Ich bin damit einverstanden, auf diesem Weg nach meiner Zufriedenheit gefragt zu werden. Das kann ich jederzeit widerrufen.');
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0002_consents")]

    operations = [
        migrations.RunSQL(FUNCTIONS + TRIGGERS, AWAY),
        migrations.RunSQL(PURPOSES, migrations.RunSQL.noop),
    ]
