"""What is counted by the database, so that nobody gets around it: what was delivered, came back and went out again of
each position, and what the positions of an order come to.

The constraints of the position then refuse more than was ordered or delivered, whoever writes, and however many at once:
the update of the position waits for its row.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION orders_count(p_line uuid, p_returned uuid, p_quantity numeric) RETURNS void LANGUAGE sql AS $$
    UPDATE orders_returnline SET given_again = given_again + p_quantity WHERE id = p_returned;
    UPDATE orders_orderline SET
        delivered = delivered + CASE WHEN p_returned IS NULL THEN p_quantity ELSE 0 END,
        given_again = given_again + CASE WHEN p_returned IS NULL THEN 0 ELSE p_quantity END
    WHERE id = p_line;
$$;

-- A changed quantity is one step: taken back first, it could seem that less was delivered than has come back.
CREATE FUNCTION orders_count_delivered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (new.order_line_id, new.returned_id) IS NOT DISTINCT FROM (old.order_line_id, old.returned_id)
    THEN
        PERFORM orders_count(new.order_line_id, new.returned_id, new.quantity - old.quantity);
        RETURN NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM orders_count(new.order_line_id, new.returned_id, new.quantity);
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM orders_count(old.order_line_id, old.returned_id, -old.quantity);
    END IF;
    RETURN NULL;
END $$;

-- What is sent back unchanged, or was withdrawn, has not come back.
CREATE FUNCTION orders_came_back(p_row orders_returnline) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN p_row.decision = 'refuse' OR EXISTS (
        SELECT FROM orders_return WHERE id = p_row.return_to_id AND state = 'withdrawn'
    ) THEN 0 ELSE p_row.quantity END
$$;

CREATE FUNCTION orders_count_returned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND new.order_line_id = old.order_line_id THEN
        UPDATE orders_orderline SET returned = returned + orders_came_back(new) - orders_came_back(old)
        WHERE id = new.order_line_id;
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        UPDATE orders_orderline SET returned = returned - orders_came_back(old) WHERE id = old.order_line_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE orders_orderline SET returned = returned + orders_came_back(new) WHERE id = new.order_line_id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION orders_count_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_sign int := CASE WHEN new.state = 'withdrawn' THEN -1 ELSE 1 END;
BEGIN
    UPDATE orders_orderline l_ SET returned = l_.returned + v_sign * r_.quantity
    FROM orders_returnline r_
    WHERE r_.return_to_id = new.id AND r_.decision <> 'refuse' AND l_.id = r_.order_line_id;
    RETURN NULL;
END $$;

CREATE FUNCTION orders_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_orders uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT order_id) INTO v_orders FROM new_lines;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT order_id) INTO v_orders FROM old_lines;
    ELSE
        -- What was delivered changes no amount.
        SELECT array_agg(DISTINCT order_id) INTO v_orders FROM (
            SELECT n_.order_id FROM new_lines n_ JOIN old_lines o_ USING (id)
            WHERE (n_.order_id, n_.net, n_.quantity, n_.unit_cost)
                IS DISTINCT FROM (o_.order_id, o_.net, o_.quantity, o_.unit_cost)
            UNION SELECT o_.order_id FROM new_lines n_ JOIN old_lines o_ USING (id) WHERE n_.order_id <> o_.order_id
        ) AS changed_;
    END IF;
    IF v_orders IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE orders_order o_ SET net = s_.net, cost = s_.cost, costed = s_.costed
    FROM (
        SELECT k_.id, coalesce(sum(l_.net), 0) AS net, sum(round(l_.quantity * l_.unit_cost, 2)) AS cost,
            sum(l_.net) FILTER (WHERE l_.unit_cost IS NOT NULL) AS costed
        FROM unnest(v_orders) AS k_(id) LEFT JOIN orders_orderline l_ ON l_.order_id = k_.id GROUP BY k_.id
    ) AS s_
    WHERE o_.id = s_.id AND (o_.net, o_.cost, o_.costed) IS DISTINCT FROM (s_.net, s_.cost, s_.costed);
    RETURN NULL;
END $$;
"""
TRIGGERS = """
CREATE TRIGGER orders_deliveryline_count AFTER INSERT OR UPDATE OF quantity, order_line_id, returned_id OR DELETE
    ON orders_deliveryline FOR EACH ROW EXECUTE FUNCTION orders_count_delivered();
CREATE TRIGGER orders_returnline_count AFTER INSERT OR UPDATE OF quantity, order_line_id, decision, return_to_id
    OR DELETE ON orders_returnline FOR EACH ROW EXECUTE FUNCTION orders_count_returned();
CREATE TRIGGER orders_return_withdrawn AFTER UPDATE OF state ON orders_return
    FOR EACH ROW WHEN ((old.state = 'withdrawn') IS DISTINCT FROM (new.state = 'withdrawn'))
    EXECUTE FUNCTION orders_count_withdrawn();
CREATE TRIGGER orders_orderline_sum_new AFTER INSERT ON orders_orderline
    REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT EXECUTE FUNCTION orders_sum();
CREATE TRIGGER orders_orderline_sum_gone AFTER DELETE ON orders_orderline
    REFERENCING OLD TABLE AS old_lines FOR EACH STATEMENT EXECUTE FUNCTION orders_sum();
CREATE TRIGGER orders_orderline_sum_changed AFTER UPDATE ON orders_orderline
    REFERENCING OLD TABLE AS old_lines NEW TABLE AS new_lines FOR EACH STATEMENT EXECUTE FUNCTION orders_sum();
"""
AWAY = """
DROP FUNCTION orders_count_delivered() CASCADE;
DROP FUNCTION orders_count(uuid, uuid, numeric);
DROP FUNCTION orders_count_returned() CASCADE;
DROP FUNCTION orders_came_back(orders_returnline);
DROP FUNCTION orders_count_withdrawn() CASCADE;
DROP FUNCTION orders_sum() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS + TRIGGERS, AWAY)]
