"""Who may shape the page tree: sections and columns are the network centre's, articles the units'."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.models import Page, PagePermissionTester

from portal.units.models import User

#: Held by the network centre (`portal.units.services.ensure_groups`).
SHAPE_TREE = "pages.change_columnpage"
#: Held by the county office too.
DECIDE_SUBMISSION = "pages.decide_submission"
#: What a unit's people are given for the pictures and documents of their unit.
OWN = ["choose", "change"]


def may_choose(user: User, files: Iterable[Any], *, among: Any) -> bool:
    """Whether all of `files` are a person's to put into an article; `among`: the permission policy of their kind."""
    return all(among.user_has_any_permission_for_instance(user, OWN, file) for file in files)


class SectionPermissionTester(PagePermissionTester):
    """A unit's section: its people write below it, but do not open columns or change the section itself."""

    def may_shape(self) -> bool:
        return bool(self.user.has_perm(SHAPE_TREE))

    def can_edit(self) -> bool:
        return self.may_shape() and super().can_edit()

    def can_publish(self) -> bool:
        return self.may_shape() and super().can_publish()

    def can_unpublish(self) -> bool:
        return self.may_shape() and super().can_unpublish()

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return self.may_shape() and super().can_delete(ignore_bulk)

    def can_add_subpage(self) -> bool:
        return self.may_shape() and super().can_add_subpage()

    def can_copy(self) -> bool:
        """Nobody: the articles below would be there twice, public at once and under one address."""
        return False


class ColumnPermissionTester(SectionPermissionTester):
    """A column: its class and rhythm decide when it is late, so those who are judged by it do not set them."""

    def can_add_subpage(self) -> bool:
        return PagePermissionTester.can_add_subpage(self)

    def can_publish_subpage(self) -> bool:
        """Articles: see below."""
        return False


class ArticlePermissionTester(PagePermissionTester):
    """An article: its unit's people write, take down and put away; publishing is what approval ends with.

    In an emergency, and of old articles, `portal.pages` publishes without asking here.
    """

    def can_publish(self) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return self.user.is_active and self.page.live and not self.page_locked() and self.can_edit()

    def can_unschedule(self) -> bool:
        """What was signed for a later day can be called back until then."""
        return self.user.is_active and self.can_edit()

    def can_edit(self) -> bool:
        return self.page.alias_of_id is None and (super().can_edit() or self.took_it_over())

    def took_it_over(self) -> bool:
        """Whether it is a unit's article that the county office edits, in whichever section it lies."""
        decides = self.user.is_active and self.user.has_perm(DECIDE_SUBMISSION)
        return self.page.copied_from_id is not None and bool(decides)

    def can_set_view_restrictions(self) -> bool:
        return bool(self.user.has_perm(SHAPE_TREE))

    def can_move_to(self, destination: Page) -> bool:
        """Within the own unit; moving what is public to another column publishes nothing new."""
        if super().can_move_to(destination):
            return True
        here, there = self.page.path[: -2 * self.page.steplen], destination.path[: -self.page.steplen]
        return (
            here == there
            and self.page != destination
            and self.can_edit()
            and isinstance(destination.specific, self.page.get_parent().specific_class)
        )

    def can_move(self) -> bool:
        return super().can_move() or self.can_edit()
