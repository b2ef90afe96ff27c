from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Staff search")

    def ready(self) -> None:
        from search import signals  # noqa: F401, PLC0415 -- connects the receivers; models are loaded by now
