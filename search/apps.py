from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Staff search")

    def ready(self) -> None:
        # Models are loaded by now. The signals connect themselves.
        from portal.units.signals import groups_ensured  # noqa: PLC0415
        from search import additions, checks, signals  # noqa: F401, PLC0415
        from search.permissions import grant_to_groups  # noqa: PLC0415
        from search.tasks import ensure_schedules  # noqa: PLC0415

        additions.register()
        groups_ensured.connect(grant_to_groups, dispatch_uid="search.permissions")
        groups_ensured.connect(ensure_schedules, dispatch_uid="search.tasks")
