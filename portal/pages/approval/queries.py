"""Whose turn it is."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Max, Prefetch, QuerySet
from wagtail.models import Page, TaskState, WorkflowState

from portal.pages.approval.enums import ApprovalStep
from portal.pages.permissions import SHAPE_TREE
from portal.units.enums import UNIT_ROLES, Role
from portal.units.models import Membership, Person, Unit, User
from portal.units.queries import units_of

if TYPE_CHECKING:
    from portal.pages.models import ArticlePage


@dataclasses.dataclass(frozen=True, slots=True)
class Waiting:
    """An article on its way: the step it waits at since `since`, and the people who may do it."""

    article: Any
    column: Any
    step: str
    step_label: str
    since: dt.datetime
    people: list[Person]
    state: Any
    mine: bool


def unit_of(article: Page) -> Unit:
    """The unit whose section an article stands in."""
    section = apps.get_model("pages", "UnitPage").objects.get(path=article.path[: -2 * Page.steplen])
    unit: Unit = section.unit
    return unit


def people_for(unit: Unit, *, step: str, drafter: User | None, day: dt.date) -> QuerySet[Person]:
    """Who may do a step for a unit on a civil day.

    Proofreading: its editors and leaders, the drafter only where nobody else writes there. Secrecy review:
    anyone of them but the drafter. Signing: its leaders, and deputies named for the day.
    """
    members = Membership.objects.on(day).filter(unit=unit)
    leaders = Person.objects.filter(memberships__in=members.filter(role=Role.LEADER))
    if step == ApprovalStep.SIGN_OFF:
        deputies = apps.get_model("pages", "Deputy").objects.on(day).filter(unit=unit, leader__in=leaders)
        people = leaders | Person.objects.filter(pk__in=deputies.values("deputy"))
        return Person.objects.filter(pk__in=people.values("pk"), user__isnull=False).order_by("pk")
    everyone = Person.objects.filter(memberships__in=members.filter(role__in=UNIT_ROLES), user__isnull=False)
    others = everyone.exclude(user=drafter) if drafter else everyone
    chosen = everyone if step == ApprovalStep.PROOFREAD and not others.exists() else others
    return Person.objects.filter(pk__in=chosen.values("pk")).order_by("pk")


def drafter_of(article: ArticlePage) -> User | None:
    state = article.current_workflow_state
    drafter: User | None = state.requested_by if state else article.owner
    return drafter


def may_act(user: User, *, article: ArticlePage, step: str, day: dt.date) -> bool:
    people = people_for(unit_of(article), step=step, drafter=drafter_of(article), day=day)
    return people.filter(user=user).exists()


def signs_as_deputy(user: User, *, unit: Unit, day: dt.date) -> bool:
    """Whether someone may sign only because a leader named him."""
    leads = Membership.objects.on(day).filter(unit=unit, role=Role.LEADER, person__user=user)
    return not leads.exists()


def sections_of(user: User, day: dt.date) -> QuerySet:
    """Sections of the units a person writes for or leads, and of those where he is a deputy today."""
    deputy_units = apps.get_model("pages", "Deputy").objects.on(day).filter(deputy__user=user).values("unit")
    sections = apps.get_model("pages", "UnitPage").objects
    return sections.filter(unit__in=units_of(user, day)) | sections.filter(unit__in=deputy_units)


def may_see(user: User, *, article: ArticlePage, day: dt.date) -> bool:
    """Whether an article's approval is any of a person's business.

    It is the own unit's, the network centre's, and the county office's for what it took over from a unit.
    """
    if user.has_perm(SHAPE_TREE) or article.permissions_for_user(user).took_it_over():
        return True
    return any(article.path.startswith(section.path) for section in sections_of(user, day))


def under_way(user: User, day: dt.date) -> list[Waiting]:
    """Articles of a person's units that wait for someone, the longest first."""
    states = (
        WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS, current_task_state__isnull=False)
        .select_related("current_task_state", "requested_by")
        .order_by("current_task_state__started_at")
    )
    by_page = {int(state.object_id): state for state in states}
    section_at = {section.path: section for section in sections_of(user, day).select_related("unit")}
    articles = [
        article
        for article in apps.get_model("pages", "ArticlePage").objects.filter(pk__in=by_page).defer("body")
        if article.path[: -2 * Page.steplen] in section_at
    ]
    column_paths = {article.path[: -Page.steplen] for article in articles}
    columns = {page.path: page for page in apps.get_model("pages", "ColumnPage").objects.filter(path__in=column_paths)}
    tasks = apps.get_model("pages", "UnitTask").objects.in_bulk()
    may_do: dict[tuple[Any, ...], list[Person]] = {}
    waiting = []
    for article in articles:
        section, state = section_at[article.path[: -2 * Page.steplen]], by_page[article.pk]
        task = tasks[state.current_task_state.task_id]
        asked = (section.unit, task.step, state.requested_by)
        if asked not in may_do:
            may_do[asked] = list(people_for(section.unit, step=task.step, drafter=state.requested_by, day=day))
        people = may_do[asked]
        waiting.append(
            Waiting(
                article=article,
                column=columns[article.path[: -Page.steplen]],
                step=task.step,
                step_label=str(task.get_step_display()),
                since=state.current_task_state.started_at,
                people=people,
                state=state,
                mine=any(person.user_id == user.pk for person in people),
            )
        )
    return sorted(waiting, key=lambda row: row.since)


def sent_back(user: User, day: dt.date) -> list[tuple[Any, Any]]:
    """(article, the step's state with its comment) of drafts in a person's units whose last try was sent back."""
    articles = apps.get_model("pages", "ArticlePage").objects.none()
    for section in sections_of(user, day):
        articles = articles | apps.get_model("pages", "ArticlePage").objects.descendant_of(section)
    drafts = {str(draft.pk): draft for draft in articles.filter(has_unpublished_changes=True).defer("body")}
    newest = WorkflowState.objects.filter(object_id__in=drafts).order_by().values("object_id").annotate(Max("pk"))
    states = WorkflowState.objects.filter(
        pk__in=newest.values("pk__max"), status=WorkflowState.STATUS_CANCELLED
    ).prefetch_related(Prefetch("task_states", _rejections()))
    last = {state.object_id: next(iter(state.task_states.all()), None) for state in states}
    return [(draft, last[pk]) for pk, draft in drafts.items() if last.get(pk)]


def _rejections() -> QuerySet:
    return TaskState.objects.filter(status=TaskState.STATUS_REJECTED).select_related("finished_by").order_by("-pk")


def last_state(article: Page) -> WorkflowState | None:
    """The newest approval of an article, whatever became of it."""
    return WorkflowState.objects.for_instance(article).order_by("-pk").first()
