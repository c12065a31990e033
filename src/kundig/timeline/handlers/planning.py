"""What happens to tasks that somebody wants to hear of."""

from kundig.accounts.models import User
from kundig.notices.actions import tell
from kundig.platform import outbox
from kundig.timeline.actions.reminding import TASK_DONE
from kundig.timeline.events import TaskDone
from kundig.timeline.models import Task


@outbox.handler(TaskDone)
def tell_who_gave_it(event: TaskDone) -> None:
    """Who gave a task to somebody else hears that it is done; told once, however often the event comes."""
    task = Task.objects.filter(pk=event.task_id).exclude(done_at=None).first()
    giver = User.objects.active().filter(pk=task.given_by_id).first() if task and task.given_by_id else None
    if task is None or giver is None or task.done_at is None:
        return
    tell(
        giver, kind=TASK_DONE.key, matter=f"task:{task.pk}", by=event.by_id, object="tasks", records=[task.pk],
        key=task.done_at.isoformat(),
    )  # fmt: skip
