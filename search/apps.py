from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Staff search")

    def ready(self) -> None:
        # Models are loaded by now. The signals connect themselves.
        from search import additions, signals  # noqa: F401, PLC0415

        additions.register()
