"""The database's schema: checked, brought up to date, and mended where it came out of a backup. Needs Django."""

from collections.abc import Callable

from kundig.platform.console import Refused, say
from kundig.platform.datafolder import DataFolder
from kundig.web.database import is_embedded

OLDEST_SERVER = 15
LOCK = 0x6B756E646967  # "kundig"


def check_server() -> None:
    """Refuse a server that cannot be reached or is too old."""
    from django.db import OperationalError, connection

    try:
        version = connection.pg_version  # type: ignore[attr-defined]
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise Refused(f"the database cannot be reached: {reason} (check DATABASE_URL)") from error
    if version < OLDEST_SERVER * 10000:
        raise Refused(
            f"DATABASE_URL names PostgreSQL {version // 10000}; Kundig needs {OLDEST_SERVER} or later "
            "(or unset DATABASE_URL: Kundig brings its own)"
        )


def check_program() -> None:
    """Refuse to start with descriptions that break a rule: a personal field without a purpose, for one."""
    from django.core.checks import ERROR, run_checks

    failed = [message for message in run_checks() if message.level >= ERROR and not message.is_silenced()]
    if failed:
        raise Refused(
            "; ".join(f"{message.obj or ''} {message.msg} {message.hint or ''}".strip() for message in failed)
        )


def bring_up_to_date() -> None:
    """Apply migrations nobody applied yet. Processes that come at the same time wait for each other."""
    from django.db import connection

    from kundig.platform import outbox
    from kundig.records.ledger import ownership
    from kundig.records.ledger import triggers as ledger_triggers

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            if unapplied():
                say("Bringing the tables up to date …" if applied() else "Creating the tables …")
                _administer(ownership.take_back)
                try:
                    _migrate()
                except BaseException:
                    _administer(ownership.hand_over)  # the ledger is as guarded as before
                    raise
            ledger_triggers.install()
            ledger_triggers.make_partitions()
            if not ownership.is_handed_over():
                _administer(ownership.hand_over)
            outbox.mend_after_restore()
            outbox.prepare()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _administer(statements: Callable[[str], str]) -> None:
    """Do what only an administrator may, on the server that we bring along; on another one its own does that."""
    if is_embedded():
        from django.db import connection

        from kundig.platform.postgres.cluster import ROLE, Cluster

        here = str(connection.settings_dict["NAME"])
        Cluster(DataFolder.locate()).administer(statements(ROLE), database=here)


def known() -> set[str]:
    """The migrations of this program, as `domain.name`."""
    from django.db.migrations.loader import MigrationLoader

    return {".".join(key) for key in MigrationLoader(None).disk_migrations}


def applied() -> list[str]:
    """The migrations this database has, as `domain.name`."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations())


def holds_users() -> bool:
    """Whether somebody works with this database: more than a first start leaves behind."""
    from django.db import connection

    from kundig.accounts.models import User
    from kundig.accounts.queries import needs_setup

    return User._meta.db_table in connection.introspection.table_names() and not needs_setup()


def unapplied() -> list[str]:
    """The migrations this database still needs, as `domain.name`, in the order in which they are applied."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _is_backwards in plan]


def _migrate() -> None:
    """Apply all of them or none: an update that fails half-way leaves what there was.

    Where there is nothing yet, one after another: the job queue uses values of types right after adding them, which
    cannot be done in one transaction, and there is nothing to lose.
    """
    from django.core.management import call_command
    from django.db import connection, transaction

    from kundig.platform.migrating import each_table_by_itself

    if not applied():
        with each_table_by_itself():
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        return
    with transaction.atomic(), connection.cursor() as cursor:
        # A table with checks that still wait for the end of the transaction cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
