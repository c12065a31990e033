"""Jobs: long work in the background, with progress, retries and a reason when it fails.

A domain registers a function under a kind (in its room `jobs`), anybody starts it by that kind:

    @jobs.job("import")
    def run_import(run: jobs.Progress, *, upload: str) -> dict[str, Any]: ...

    jobs.start("import", title=_("Import of %s") % name, by=user, upload=str(upload.pk))

Jobs are idempotent: after a crash, or an error that may pass, they run again from the beginning.
"""

import logging
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from kundig.platform import live, outbox
from kundig.platform.enums import JobState
from kundig.platform.logs import first_line
from kundig.platform.models import JobRun

MOST_ATTEMPTS = 5
MOST_STARTS = 25
"""A job that is cut off again and again may be what kills the worker."""
PROGRESS_SECONDS = 0.5
KEPT = timedelta(days=90)

logger = logging.getLogger("kundig.jobs")
_before: list[Callable[[], None]] = []
_after: list[Callable[[JobRun], None]] = []
_pages: dict[str, Callable[..., str]] = {}
_functions: dict[str, Callable[..., dict[str, Any] | None]] = {}
Work = TypeVar("Work", bound=Callable[..., dict[str, Any] | None])


class Rejected(Exception):
    """Raised by a job that would fail again however often it is tried; the text is shown to who started it."""


class Actor(Protocol):
    """Whoever starts a job: a user, of whom only the id is kept."""

    @property
    def pk(self) -> Any: ...


class Progress:
    """Handed to the job; tells those who watch how far it is."""

    def __init__(self, run: JobRun, *, watch: Callable[[int, int | None], None] | None = None) -> None:
        self.run = run
        self._watch = watch
        self._told_at = 0.0

    def progress(self, done: int, total: int | None = None) -> None:
        """Say that `done` of `total` units are done; may be called often. Others see it once the transaction ends."""
        self.run.done = done
        self.run.total = self.run.total if total is None else total
        now = time.monotonic()
        if now - self._told_at < PROGRESS_SECONDS and done != self.run.total:
            return
        self._told_at = now
        JobRun.objects.filter(pk=self.run.pk).update(done=done, total=self.run.total)
        live.announce(f"jobs:{self.run.pk}")
        if self._watch:
            self._watch(done, self.run.total)


def job(
    kind: str, *, cron: str = "", title: str = "", page: Callable[..., str] | None = None
) -> Callable[[Work], Work]:
    """Decorator: the function does jobs of this kind. It takes `Progress` and the arguments given to `start`.

    With `cron` (five fields, UTC) it is also started by the clock, under `title` and without arguments. `page` makes
    out of the arguments the address where whoever started it finds the result.
    """

    def register(function: Work) -> Work:
        _functions[kind] = function
        if page is not None:
            _pages[kind] = page
        if cron:
            by_clock = app.task(name=f"kundig.clock.{kind}", queueing_lock=f"clock.{kind}")(
                lambda timestamp: start(kind, title=title, by=None, lock=kind)
            )
            app.periodic(cron=cron, periodic_id=kind)(by_clock)
        return function

    return register


def start(kind: str, *, title: str, by: Actor | None, lock: str | None = None, **arguments: Any) -> JobRun:
    """Queue a job, in the transaction at hand; arguments are plain JSON. Jobs of one `lock` run one after another.

    Raises:
        KeyError: if nobody does jobs of this kind.
    """
    with transaction.atomic():
        run = _new(kind, title=title, by=by, arguments=arguments)
        perform.configure(lock=lock).defer(run_id=str(run.pk))
    return run


def run_now(
    kind: str,
    *,
    title: str,
    by: Actor | None,
    watch: Callable[[int, int | None], None] | None = None,
    **arguments: Any,
) -> JobRun:
    """Do a job here and now, for a command; `watch(done, total)` is called as it goes on. What it raises, comes out."""
    run = _new(kind, title=title, by=by, arguments=arguments)
    _begin(run, attempt=1)
    try:
        prepare()
        result = _functions[kind](Progress(run, watch=watch), **arguments)
    except Exception as error:
        _finish(run, state=JobState.FAILED, error=_shown(error))
        raise
    _finish(run, state=JobState.DONE, result=result or {})
    return run


def before_each(function: Callable[[], None]) -> None:
    """Have something done at the beginning of every job: a process lives long, and what it knows may be old."""
    _before.append(function)


def after_each(function: Callable[[JobRun], None]) -> None:
    """Have a function called with each job that the worker has brought to its end, well or not."""
    _after.append(function)


def page_of(run: JobRun) -> str:
    """Where the result of a job is found; "" where there is no such page."""
    return _pages[run.kind](**run.arguments) if run.kind in _pages else ""


def prepare() -> None:
    for function in _before:
        function()


def _new(kind: str, *, title: str, by: Actor | None, arguments: dict[str, Any]) -> JobRun:
    if kind not in _functions:
        raise KeyError(f"nobody does jobs of the kind {kind!r}; there are {', '.join(sorted(_functions))}")
    return JobRun.objects.create(kind=kind, title=title[:200], arguments=arguments, created_by=by.pk if by else None)


class BackOff(BaseRetryStrategy):
    """Tries again after 10 s, 40 s, 2.5 and 10 minutes; gives up on what was rejected."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, Rejected) or job.attempts >= MOST_ATTEMPTS - 1:
            return None
        return RetryDecision(retry_in={"seconds": 10 * 4**job.attempts})


@app.task(name="kundig.job", retry=BackOff(), pass_context=True)
def perform(context: Any, run_id: str) -> None:
    """What the worker calls for every job."""
    run = JobRun.objects.filter(pk=UUID(run_id)).first()
    if run is None or run.is_finished:
        return  # Deleted meanwhile, or done just before the worker died.
    attempt = context.job.attempts + 1
    if attempt > MOST_STARTS:
        logger.error("%s (%s) was begun %d times and never came to its end", run.kind, run.pk, MOST_STARTS)
        _finish(run, state=JobState.FAILED, error=f"begun {MOST_STARTS} times and never finished")
        _tell(run)
        return
    _begin(run, attempt=attempt)
    try:
        prepare()
        result = _functions[run.kind](Progress(run), **run.arguments)
    except Exception as error:
        last = isinstance(error, Rejected) or attempt >= MOST_ATTEMPTS
        where = "".join(traceback.format_tb(error.__traceback__)[-3:])
        logger.error("%s (%s) failed: %s\n%s", run.kind, run.pk, first_line(error), where)
        _finish(run, state=JobState.FAILED if last else JobState.WAITING, error=_shown(error))
        _tell(run)
        raise
    _finish(run, state=JobState.DONE, result=result or {})
    _tell(run)


def _tell(run: JobRun) -> None:
    """What comes after the end of a job must not make it fail."""
    for function in _after if run.is_finished else ():
        try:
            function(run)
        except Exception as error:
            logger.error("%s failed after %s: %s", function.__qualname__, run.kind, first_line(error))


def _begin(run: JobRun, *, attempt: int) -> None:
    run.state, run.attempts, run.started_at, run.error = JobState.RUNNING, attempt, timezone.now(), ""
    run.save(update_fields=["state", "attempts", "started_at", "error"])
    live.announce(f"jobs:{run.pk}")


def _finish(run: JobRun, *, state: JobState, result: dict[str, Any] | None = None, error: str = "") -> None:
    run.state, run.error, run.result = state, error, result or {}
    run.finished_at = timezone.now() if state.is_final else None
    run.save(update_fields=["state", "error", "result", "finished_at", "done", "total"])
    live.announce(f"jobs:{run.pk}")


def _shown(error: Exception) -> str:
    return str(error) if isinstance(error, Rejected) else first_line(error)


@job("upkeep", cron="17 3 * * *", title="Upkeep")
def upkeep(run: Progress) -> dict[str, Any]:
    """Every night: forget events everybody has read and jobs finished a quarter ago."""
    jobs, _ = JobRun.objects.filter(finished_at__lt=timezone.now() - KEPT).delete()
    return {"events": outbox.prune(), "jobs": jobs}
