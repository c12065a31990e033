from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kundig.accounts"
    label = "accounts"

    def ready(self) -> None:
        from kundig.accounts import jobs  # noqa: F401 -- registers its kind of job
        from kundig.accounts.actions import follow_clock
        from kundig.platform import jobs as background
        from kundig.platform import outbox

        background.before_each(follow_clock)
        outbox.before_delivery(follow_clock)
