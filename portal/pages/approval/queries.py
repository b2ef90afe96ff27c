"""Whose turn it is."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import IntegerField, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Page, TaskState, WorkflowState

from portal.pages.approval.enums import ApprovalStep
from portal.pages.permissions import SHAPE_TREE
from portal.prepared import prepared
from portal.units.enums import UNIT_ROLES, Role
from portal.units.models import Membership, Person, Unit, User
from portal.units.queries import units_held
from portal.units.session import signed_in

if TYPE_CHECKING:
    from portal.pages.approval.models import Deputy
    from portal.pages.models import ArticlePage


@dataclasses.dataclass(frozen=True, slots=True)
class UnderWay:
    """An article on its way: where it stands in the tree, and the step it waits at since `since`."""

    article_id: int
    path: str
    step: str
    since: dt.datetime
    drafter_id: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class Turn:
    """An article on its way, and the people who may do the step it waits at."""

    article: UnderWay
    people: list[Person]

    def is_of(self, user: User) -> bool:
        return any(person.user_id == user.pk for person in self.people)


@dataclasses.dataclass(frozen=True, slots=True)
class Waiting:
    """An article on its way, and the people who may do the step it waits at since `since`."""

    article: Any
    column: Any
    step: str
    since: dt.datetime
    people: list[Person]
    mine: bool

    @property
    def step_label(self) -> str:
        return str(ApprovalStep(self.step).label)


@dataclasses.dataclass(frozen=True, slots=True)
class Team:
    """Who belongs to a unit on a civil day, and who signs for its leaders."""

    members: list[Membership]
    deputies: list[Deputy]

    def people_for(self, step: str, *, drafter_id: int | None) -> list[Person]:
        """Who may do a step: people with an account.

        Proofreading: editors and leaders, the drafter only where nobody else writes there. Secrecy review:
        anyone of them but the drafter. Signing: leaders, and deputies named for the day.
        """
        if step == ApprovalStep.SIGN_OFF:
            leaders = {member.person_id: member.person for member in self.members if member.role == Role.LEADER}
            people = [*leaders.values(), *(each.deputy for each in self.deputies if each.leader_id in leaders)]
        else:
            everyone = [member.person for member in self.members if member.person.user_id]
            others = [person for person in everyone if person.user_id != drafter_id]
            people = everyone if step == ApprovalStep.PROOFREAD and not others else others
        found = {person.pk: person for person in people if person.user_id}
        return [found[pk] for pk in sorted(found)]


def unit_of(article: Page) -> Unit:
    """The unit whose section an article stands in."""
    section = apps.get_model("pages", "UnitPage").objects.get(path=article.path[: -2 * Page.steplen])
    unit: Unit = section.unit
    return unit


def teams_of(units: Iterable[int], day: dt.date) -> dict[int, Team]:
    """Unit id -> who may do what there on a civil day; two queries, however many units."""
    teams = {unit: Team([], []) for unit in units}
    for member in _members(units=list(teams), day=day):
        teams[member.unit_id].members.append(member)
    for deputy in _deputies(units=list(teams), day=day):
        teams[deputy.unit_id].deputies.append(deputy)
    return teams


@prepared
def _members(units: Any, day: Any) -> QuerySet[Membership]:
    return Membership.objects.on(day).filter(unit__in=units, role__in=UNIT_ROLES).select_related("person")


@prepared
def _deputies(units: Any, day: Any) -> QuerySet[Deputy]:
    return apps.get_model("pages", "Deputy").objects.on(day).filter(unit__in=units).select_related("deputy")


def people_for(unit: Unit, *, step: str, drafter: User | None, day: dt.date) -> list[Person]:
    """Who may do a step for a unit on a civil day."""
    return teams_of([unit.pk], day)[unit.pk].people_for(step, drafter_id=drafter.pk if drafter else None)


def drafter_of(article: ArticlePage) -> User | None:
    state = article.current_workflow_state
    drafter: User | None = state.requested_by if state else article.owner
    return drafter


def may_act(user: User, *, article: ArticlePage, step: str, day: dt.date) -> bool:
    people = people_for(unit_of(article), step=step, drafter=drafter_of(article), day=day)
    return any(person.user_id == user.pk for person in people)


def signs_as_deputy(user: User, *, unit: Unit, day: dt.date) -> bool:
    """Whether someone may sign only because a leader named him."""
    leads = Membership.objects.on(day).filter(unit=unit, role=Role.LEADER, person__user=user)
    return not leads.exists()


def sections_of(user: User, day: dt.date) -> QuerySet:
    """Sections of the units a person writes for or leads, and of those where he is a deputy today."""
    return _sections(user.pk, day)


@prepared
def _places(user: Any, day: Any) -> QuerySet:
    return _sections(user, day).values_list("path", "unit")


def _sections(user: Any, day: Any) -> QuerySet:
    units = units_held(user, day)
    deputised = apps.get_model("pages", "Deputy").objects.on(day).filter(deputy__user=user)
    return apps.get_model("pages", "UnitPage").objects.filter(Q(unit__in=units) | Q(unit__in=deputised.values("unit")))


def may_see(user: User, *, article: ArticlePage, day: dt.date) -> bool:
    """Whether an article's approval is any of a person's business.

    It is the own unit's, the network centre's, and the county office's for what it took over from a unit.
    """
    if user.has_perm(SHAPE_TREE) or article.permissions_for_user(user).took_it_over():
        return True
    return any(article.path.startswith(section.path) for section in sections_of(user, day))


def articles_under_way(sections: Collection[str]) -> list[UnderWay]:
    """What is on its way in sections of the tree, given their paths; the longest first."""
    return [
        UnderWay(int(pk), path, step, since, drafter)
        for pk, path, step, since, drafter in _in_progress()
        if path and path[: -2 * Page.steplen] in sections
    ]


@prepared
def _in_progress() -> QuerySet:
    article = Page.objects.filter(pk=Cast(OuterRef("object_id"), IntegerField()))
    states = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS, current_task_state__task__unittask__isnull=False
    ).annotate(path=Subquery(article.values("path")[:1]))
    asked = ("object_id", "path", "current_task_state__task__unittask__step", "current_task_state__started_at")
    return states.order_by("current_task_state__started_at").values_list(*asked, "requested_by")


def _turns(user: User, day: dt.date) -> list[Turn]:
    """What is on its way in a person's units, and who may do the next step."""
    unit_at = dict(_places(user=user.pk, day=day))
    on_their_way = [(each, unit_at[each.path[: -2 * Page.steplen]]) for each in articles_under_way(unit_at)]
    teams = teams_of({unit for _each, unit in on_their_way}, day) if on_their_way else {}
    return [Turn(each, teams[unit].people_for(each.step, drafter_id=each.drafter_id)) for each, unit in on_their_way]


def turns_of(request: HttpRequest) -> list[Turn]:
    """What is on its way in the units of whoever asks; asked once a request."""
    if not hasattr(request, "_turns"):
        turns = _turns(signed_in(request), timezone.localdate())
        request._turns = turns  # type: ignore[attr-defined]
    return request._turns  # type: ignore[attr-defined]


def under_way(user: User, day: dt.date) -> list[Waiting]:
    """Articles of a person's units that wait for someone, the longest first."""
    turns = _turns(user, day)
    column_paths = {turn.article.path[: -Page.steplen] for turn in turns}
    columns = {page.path: page for page in apps.get_model("pages", "ColumnPage").objects.filter(path__in=column_paths)}
    drafts = apps.get_model("pages", "ArticlePage").objects.defer("body")
    articles = drafts.in_bulk([turn.article.article_id for turn in turns])
    return [
        Waiting(
            article=articles[turn.article.article_id],
            column=columns[turn.article.path[: -Page.steplen]],
            step=turn.article.step,
            since=turn.article.since,
            people=turn.people,
            mine=turn.is_of(user),
        )
        for turn in turns
    ]


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
