from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = _("Audits")

    def ready(self) -> None:
        from audits import checks  # noqa: F401, PLC0415 -- registers the checks once models are loaded
        from audits.desk.permissions import grant_to_groups  # noqa: PLC0415 -- needs the models
        from audits.desk.requests import enter_exemption  # noqa: PLC0415 -- as the others
        from audits.registry import signals  # noqa: PLC0415 -- signals need the models
        from portal.pages.requests.signals import request_granted  # noqa: PLC0415 -- as the others
        from portal.units.signals import groups_ensured  # noqa: PLC0415 -- as the others

        signals.connect()
        request_granted.connect(enter_exemption, dispatch_uid="audits.desk.requests")
        groups_ensured.connect(grant_to_groups, dispatch_uid="audits.desk.permissions")
