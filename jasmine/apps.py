from django.apps import AppConfig


class JasmineConfig(AppConfig):
    name = "jasmine"

    def ready(self) -> None:
        from jasmine import checks, lookups  # noqa: F401  (registering is all they are imported for)
