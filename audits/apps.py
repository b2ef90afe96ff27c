from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = _("Audits")

    def ready(self) -> None:
        from audits import checks  # noqa: F401, PLC0415 -- registers the checks once models are loaded
        from audits.registry import signals  # noqa: PLC0415 -- signals need the models

        signals.connect()
