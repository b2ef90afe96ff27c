"""Whose pictures and documents those are, wherever Wagtail itself would show or hand out those of every unit."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.views.chooser import BrowseView, ChosenMultipleView
from wagtail.admin.views.pages.workflow import ConfirmWorkflowCancellation
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.documents.permissions import permission_policy as documents
from wagtail.images import get_image_model
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.images.permissions import permission_policy as images
from wagtail.images.views.chooser import viewset as picture_chooser
from wagtail.models import GroupCollectionPermission, Page, ReferenceIndex
from wagtail.permissions import page_permission_policy

from portal.pages import queries
from portal.pages.approval import queries as approval
from portal.pages.models import ArticlePage
from portal.pages.permissions import OWN, SHAPE_TREE, may_choose
from portal.units.groups import editors_of
from portal.units.models import User
from portal.units.session import signed_in


def may_read(document: Any, *, request: HttpRequest) -> bool:
    """Whether a document may be handed out: addresses can be guessed, and what hangs on a draft is not public.

    Everybody reads what a live page that he may open uses. All else, also what nothing uses yet, is for those whose
    file or whose approval it is. The index of references knows of pages as they are public, not of newer drafts.
    """
    uses = ReferenceIndex.get_references_to(document).filter(base_content_type=ContentType.objects.get_for_model(Page))
    pages = Page.objects.filter(pk__in=[int(pk) for pk in uses.values_list("object_id", flat=True)])
    if queries.readable(pages, request=request).exists():
        return True
    return isinstance(request.user, User) and _is_own_business(document, request.user, pages)


def _is_own_business(document: Any, user: User, pages: QuerySet) -> bool:
    if may_choose(user, [document], among=documents):
        return True
    day = timezone.localdate()
    # A deputy signs in a unit without being one of its editors.
    groups = [editors_of(section.unit) for section in approval.sections_of(user, day).select_related("unit")]
    if GroupCollectionPermission.objects.filter(group__name__in=groups, collection=document.collection_id).exists():
        return True
    articles = ArticlePage.objects.filter(pk__in=pages.values("pk"))
    return any(approval.may_see(user, article=article, day=day) for article in articles)


def picture_format(request: HttpRequest, image_id: int) -> HttpResponse:
    """Wagtail's step of the picture chooser, which alone of them does not ask whose the picture is."""
    if not may_choose(signed_in(request), [get_object_or_404(get_image_model(), pk=image_id)], among=images):
        raise PermissionDenied
    response: HttpResponse = picture_chooser.select_format_view(request, image_id=image_id)
    return response


class PagesToBrowse(BrowseView):
    """The page chooser, which would begin at any page it is told to, and name it."""

    def get(self, request: HttpRequest, parent_page_id: int | None = None) -> HttpResponse:
        known = _explorable(request).filter(pk=parent_page_id).exists()
        response: HttpResponse = super().get(request, parent_page_id if known else None)
        return response


def chosen_pages(request: HttpRequest) -> HttpResponse:
    """What the page chooser tells of several pages, whichever they are."""
    asked = {pk for pk in request.GET.getlist("id") if pk.isdecimal()}
    if len(asked) != _explorable(request).filter(pk__in=asked).count():
        raise PermissionDenied
    response: HttpResponse = ChosenMultipleView.as_view()(request)
    return response


def _explorable(request: HttpRequest) -> QuerySet:
    found: QuerySet = page_permission_policy.explorable_instances(signed_in(request))
    return found


def end_approval(request: HttpRequest, page_id: int) -> HttpResponse:
    """Wagtail's question before an approval is given up; of a page that has none it names the draft to anyone."""
    if not get_object_or_404(Page, pk=page_id).permissions_for_user(signed_in(request)).can_edit():
        raise PermissionDenied
    response: HttpResponse = ConfirmWorkflowCancellation.as_view()(request, page_id=page_id)
    return response


def steps_are_taken_elsewhere(request: HttpRequest, **_asked: Any) -> HttpResponse:
    """Wagtail's screens for a step of a workflow, which do the same; ours are below /approval/."""
    raise PermissionDenied


class PageTypesReport(PageTypesUsageReportView):
    """It names the page of each kind that was edited last, in whichever unit."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not signed_in(request).has_perm(SHAPE_TREE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class OwnPictures(ImagesAdminAPIViewSet):
    def get_queryset(self) -> QuerySet:
        own = images.instances_user_has_any_permission_for(self.request.user, OWN)
        return super().get_queryset().filter(pk__in=own.values("pk"))


class OwnDocuments(DocumentsAdminAPIViewSet):
    def get_queryset(self) -> QuerySet:
        own = documents.instances_user_has_any_permission_for(self.request.user, OWN)
        return super().get_queryset().filter(pk__in=own.values("pk"))


class PagesToLookAt(PagesAdminAPIViewSet):
    """What the workbench's menu asks for. Acts on pages have their screens, which ask for approval and reasons."""

    actions: dict[str, Any] = {}
