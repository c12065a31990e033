"""What was issued stays as it is, whoever writes: a program, an import, somebody at the database itself.

Of an invoice that has its day only that may change which says nothing on paper: what has been paid, how often was
reminded, who handles it, whose it is after two customers have become one. Its documents may be put there once.
A payment stays where the books are closed on its day: taking back that it was booked would delete it as well.
Only the sample company goes with all that it charged: nobody was ever sent that.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION orders_is_sample(p_invoice uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM records_ledger came JOIN records_changeset doing ON doing.id = came.change_set
        WHERE came.record = p_invoice AND came.op = 'I' AND doing.via = 'sample'
    );
END $$;

CREATE FUNCTION orders_invoice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_free text[] := ARRAY['state', 'settled', 'balance', 'reminder_level', 'reminded_on', 'party_id', 'person_id',
        'owner_id', 'team_id', 'custom', 'calculated', 'changed_at', 'paper_id', 'ubl_id', 'cii_id',
        'number_key'];
BEGIN
    IF TG_OP = 'DELETE' AND orders_is_sample(OLD.id) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'invoice % was issued and cannot be deleted', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    IF to_jsonb(NEW) - v_free IS DISTINCT FROM to_jsonb(OLD) - v_free
        OR (OLD.paper_id IS NOT NULL AND NEW.paper_id IS DISTINCT FROM OLD.paper_id)
        OR (OLD.ubl_id IS NOT NULL AND NEW.ubl_id IS DISTINCT FROM OLD.ubl_id)
        OR (OLD.cii_id IS NOT NULL AND NEW.cii_id IS DISTINCT FROM OLD.cii_id)
        OR NEW.state = 'draft'
    THEN
        RAISE EXCEPTION 'invoice % was issued and cannot be changed', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION orders_invoiceline_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_free text[] := ARRAY['custom', 'calculated', 'changed_at', 'product_id'];
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - v_free IS NOT DISTINCT FROM to_jsonb(OLD) - v_free THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' AND orders_is_sample(OLD.invoice_id) THEN
        RETURN NULL;
    END IF;
    IF EXISTS (
        SELECT FROM orders_invoice WHERE issued_on IS NOT NULL
            AND id IN (CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD.invoice_id END,
                       CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE NEW.invoice_id END)
    ) THEN
        RAISE EXCEPTION 'the positions of an issued invoice stay as they are (% refused)', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

-- Money is on its way back: what came back cannot be replaced as well.
CREATE FUNCTION orders_return_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM orders_invoice WHERE returned_id = OLD.id AND issued_on IS NOT NULL) THEN
        RAISE EXCEPTION 'return % was credited and stays decided', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION orders_returnline_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM orders_invoice WHERE returned_id = OLD.return_to_id AND issued_on IS NOT NULL) THEN
        RAISE EXCEPTION 'what was decided about a credited return stays' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION orders_payment_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM orders_invoicesettings WHERE closed_until >= OLD.paid_on)
        AND NOT orders_is_sample(OLD.invoice_id)
    THEN
        RAISE EXCEPTION 'the books are closed on %, the day of the payment', OLD.paid_on
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
"""
TRIGGERS = """
CREATE TRIGGER orders_invoice_stays AFTER UPDATE OR DELETE ON orders_invoice
    FOR EACH ROW WHEN (OLD.issued_on IS NOT NULL) EXECUTE FUNCTION orders_invoice_stays();
CREATE TRIGGER orders_invoiceline_stays AFTER INSERT OR UPDATE OR DELETE ON orders_invoiceline
    FOR EACH ROW EXECUTE FUNCTION orders_invoiceline_stays();
CREATE TRIGGER orders_return_stays AFTER UPDATE OF state ON orders_return
    FOR EACH ROW WHEN (OLD.state IN ('decided', 'settled') AND NEW.state NOT IN ('decided', 'settled'))
    EXECUTE FUNCTION orders_return_stays();
CREATE TRIGGER orders_returnline_stays AFTER UPDATE OF decision, credit, quantity ON orders_returnline
    FOR EACH ROW WHEN ((OLD.decision, OLD.credit, OLD.quantity) IS DISTINCT FROM (NEW.decision, NEW.credit, NEW.quantity))
    EXECUTE FUNCTION orders_returnline_stays();
CREATE TRIGGER orders_payment_stays AFTER DELETE ON orders_payment
    FOR EACH ROW EXECUTE FUNCTION orders_payment_stays();
"""
AWAY = """
DROP FUNCTION orders_is_sample(uuid);
DROP FUNCTION orders_invoice_stays() CASCADE;
DROP FUNCTION orders_invoiceline_stays() CASCADE;
DROP FUNCTION orders_return_stays() CASCADE;
DROP FUNCTION orders_returnline_stays() CASCADE;
DROP FUNCTION orders_payment_stays() CASCADE;
"""
LEVELS = """
INSERT INTO orders_reminderlevel (id, level, name, days, days_to_pay, fee, interest, text) VALUES
    ('01900000-0000-7000-8000-000000000001', 1, 'Zahlungserinnerung', 7, 7, 0, 0, ''),
    ('01900000-0000-7000-8000-000000000002', 2, 'Mahnung', 14, 7, 5, 0, ''),
    ('01900000-0000-7000-8000-000000000003', 3, 'Letzte Mahnung', 14, 7, 5, 0, '')
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0009_worth"), ("records", "0003_ledger")]

    operations = [migrations.RunSQL(FUNCTIONS + TRIGGERS, AWAY), migrations.RunSQL(LEVELS, migrations.RunSQL.noop)]
