"""The one workflow task of the portal, what is kept of each step, and who signs for whom."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState

from portal.pages.approval import queries
from portal.pages.approval.enums import ApprovalStep, SigningMethod
from portal.units.models import Person, Unit, User, in_force


class UnitTaskState(TaskState):
    """One step of one article's approval. `comment` is the conclusion, or why it was sent back."""

    method = models.CharField(max_length=20, choices=SigningMethod.choices, default=SigningMethod.IN_SYSTEM)
    signed_by = models.CharField(_("who signed on paper"), max_length=40, blank=True)
    photo = models.FileField(_("photo of the signed sheet"), upload_to="approval/%Y/%m", blank=True)

    exclude_fields_in_copy = ["method", "signed_by", "photo"]


class UnitTask(Task):
    """Asks people of the page's own unit: which of them, says `step`."""

    step = models.CharField(max_length=20, choices=ApprovalStep.choices)

    task_state_class = UnitTaskState

    class Meta:
        verbose_name = _("step of a unit's approval")
        verbose_name_plural = _("steps of a unit's approval")

    def may_act(self, obj: Any, user: User) -> bool:
        return queries.may_act(user, article=obj, step=self.step, day=timezone.localdate())

    def user_can_access_editor(self, obj: Any, user: User) -> bool:
        return self.may_act(obj, user)

    def locked_for_user(self, obj: Any, user: User) -> bool:
        """What was reviewed is what is signed and published: after proofreading nobody changes it."""
        return self.step != ApprovalStep.PROOFREAD

    def get_actions(self, obj: Any, user: User) -> list[tuple[str, Any, bool]]:
        """None in Wagtail's screens: only /approval/ asks for reasons and attachments, and says who signs for whom."""
        return []

    @transaction.atomic
    def on_action(self, task_state: TaskState, user: User, action_name: str, **kwargs: Any) -> None:
        """Sent back, it is a draft again: the next try passes every step, whatever was changed."""
        super().on_action(task_state, user, action_name, **kwargs)
        if action_name == "reject":
            task_state.workflow_state.cancel(user=user)

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> QuerySet[TaskState]:
        states = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS).select_related("revision")
        mine = [state.pk for state in states if self.may_act(state.revision.as_object(), user)]
        return TaskState.objects.filter(pk__in=mine)

    @classmethod
    def get_description(cls) -> Any:
        return _("People of the page's own unit")


class DeputyQuerySet(models.QuerySet["Deputy"]):
    def on(self, day: Any) -> DeputyQuerySet:
        """Deputies in force on a civil day, both ends included, who belong to the unit on that day."""
        belongs = in_force(day, "deputy__memberships__") & Q(deputy__memberships__unit=F("unit"))
        return self.filter(belongs, valid_from__lte=day, valid_until__gte=day).distinct()


class Deputy(models.Model):
    """Who signs for a leader (AB角), from one day until another."""

    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="deputies")
    leader = models.ForeignKey(Person, verbose_name=_("leader in charge"), on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(Person, verbose_name=_("deputy"), on_delete=models.PROTECT, related_name="deputises")
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"))
    named_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="deputy_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(leader=F("deputy")), name="deputy_is_someone_else"),
        ]
