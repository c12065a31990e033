"""The worker: does the jobs, those that wait and those that come by the clock."""

import asyncio
import logging
from typing import Any

from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

CONCURRENCY = 2
STALLED_SECONDS = 30.0

logger = logging.getLogger("kundig.jobs")


async def run(*, is_alone: bool) -> None:
    """Do jobs until cancelled; first those a killed worker left behind.

    `is_alone` says that no other worker can be at this database, so that nobody's heartbeat has to be waited for.
    """
    # An app of its own: what is deferred elsewhere in this process goes through Django's connection and transaction.
    working = app.with_connector(PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4))
    async with working.open_async():
        if is_alone:
            await _rescue(working, silent_for=0.0)
        rescue = asyncio.create_task(_rescue_for_ever(working))
        try:
            await working.run_worker_async(
                concurrency=CONCURRENCY,
                install_signal_handlers=False,
                shutdown_graceful_timeout=3,
                # What became of it is kept in JobRun.
                delete_jobs="always",
            )
        finally:
            rescue.cancel()


async def _rescue_for_ever(working: Any) -> None:
    while True:
        await asyncio.sleep(STALLED_SECONDS)
        await _rescue(working, silent_for=STALLED_SECONDS)


async def _rescue(working: Any, *, silent_for: float) -> None:
    for job in await working.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent_for):
        logger.warning("job %s was left by a worker that is gone; it runs again", job.id)
        await working.job_manager.retry_job(job)
