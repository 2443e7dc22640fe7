from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "alerts"

    def ready(self) -> None:
        from accounts import deciding, desk, standings
        from alerts import checks, holding, moderating, parting  # noqa: F401  (`checks` registers itself)

        standings.follow(holding.follow_standing)
        parting.listen()
        for kind in moderating.KINDS:
            deciding.register(kind)
        desk.register("alerts/_desk.html", "alerts.views.moderation.on_the_desk")
