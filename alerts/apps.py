from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "alerts"

    def ready(self) -> None:
        from accounts import standings
        from alerts import checks, holding, parting  # noqa: F401  (registering is all `checks` is imported for)

        standings.follow(holding.follow_standing)
        parting.listen()
