"""Jobs run, tell how far they are, and are tried again or not."""

import asyncio

import pytest
from django.db import connection, transaction
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.contrib.django.utils import connector_params

from kundig.platform import jobs
from kundig.platform.enums import JobState
from kundig.platform.models import JobRun


class Anna:
    pk = "0192f0aa-0000-7000-8000-000000000001"


@pytest.fixture
def done(monkeypatch):
    """What the jobs of this test did."""
    monkeypatch.setattr(jobs, "_functions", {})
    # For ten minutes after its time a worker begins what comes by the clock: not here, whatever the clock says.
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})
    seen = []

    @jobs.job("count")
    def count(run, *, to):
        for number in range(1, to + 1):
            run.progress(number, to)
        seen.append(to)
        return {"counted": to}

    @jobs.job("fail")
    def fail(run, *, reason, is_final):
        seen.append(reason)
        raise jobs.Rejected(reason) if is_final else OSError(reason)

    return seen


def work():
    """Do every job that waits, as the worker does."""

    async def run():
        working = app.with_connector(PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=2))
        async with working.open_async():
            await working.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="always")

    asyncio.run(run())


def test_start_queues_a_job_and_the_worker_does_it(transactional_db, done):
    run = jobs.start("count", title="Count", by=Anna(), to=3)
    assert (run.state, str(run.created_by)) == (JobState.QUEUED, Anna.pk)
    work()
    run.refresh_from_db()
    assert (run.state, run.done, run.total, run.result, run.attempts) == (JobState.DONE, 3, 3, {"counted": 3}, 1)
    assert run.started_at <= run.finished_at
    assert done == [3]


def test_a_job_started_in_a_transaction_that_is_rolled_back_never_runs(transactional_db, done):
    with transaction.atomic():
        jobs.start("count", title="Count", by=None, to=3)
        transaction.set_rollback(True)
    work()
    assert done == []
    assert not JobRun.objects.exists()


def test_a_job_that_fails_waits_for_the_next_attempt(transactional_db, done):
    run = jobs.start("fail", title="Fail", by=None, reason="the disk is full", is_final=False)
    work()
    run.refresh_from_db()
    assert (run.state, run.error, run.finished_at) == (JobState.WAITING, "OSError: the disk is full", None)
    assert ProcrastinateJob.objects.get().status == "todo"


def test_a_job_that_keeps_failing_is_shown_with_its_reason(transactional_db, done):
    run = jobs.start("fail", title="Fail", by=None, reason="the disk is full", is_final=False)
    for _ in range(jobs.MOST_ATTEMPTS):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
        work()
    run.refresh_from_db()
    assert (run.state, run.attempts, run.error) == (JobState.FAILED, 5, "OSError: the disk is full")
    assert not ProcrastinateJob.objects.exists()


def test_a_job_that_is_cut_off_again_and_again_is_given_up(transactional_db, done):
    run = jobs.start("count", title="Count", by=None, to=3)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s", [jobs.MOST_STARTS])
    work()
    run.refresh_from_db()
    assert (run.state, run.error, done) == (JobState.FAILED, "begun 25 times and never finished", [])
    assert not ProcrastinateJob.objects.exists()


def test_a_rejected_job_is_not_tried_again(transactional_db, done):
    run = jobs.start("fail", title="Fail", by=None, reason="The file is no table.", is_final=True)
    work()
    run.refresh_from_db()
    assert (run.state, run.error) == (JobState.FAILED, "The file is no table.")
    assert done == ["The file is no table."]
    assert not ProcrastinateJob.objects.exists()


def test_a_job_nobody_does_is_refused(db, done):
    with pytest.raises(KeyError, match="count, fail"):
        jobs.start("dance", title="Dance", by=None)


def test_run_now_tells_how_far_it_is(db, done):
    seen = []
    run = jobs.run_now("count", title="Count", by=None, watch=lambda done, total: seen.append((done, total)), to=4)
    assert run.state == JobState.DONE
    assert seen[-1] == (4, 4)


def test_run_now_raises_and_keeps_the_reason(db, done):
    with pytest.raises(jobs.Rejected):
        jobs.run_now("fail", title="Fail", by=None, reason="The file is no table.", is_final=True)
    assert JobRun.objects.get().error == "The file is no table."
