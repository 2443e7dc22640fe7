from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import admitting, appointing, deciding, suspending

        for kind in (*admitting.KINDS, *appointing.KINDS, *suspending.KINDS):
            deciding.register(kind)
