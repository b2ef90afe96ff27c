"""Who may shape the page tree: sections and columns are the network centre's, articles the units'."""

from __future__ import annotations

from wagtail.models import PagePermissionTester

#: Held by the network centre (`portal.units.services.ensure_groups`).
SHAPE_TREE = "pages.change_columnpage"


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


class ColumnPermissionTester(SectionPermissionTester):
    """A column: its class and rhythm decide when it is late, so those who are judged by it do not set them."""

    def can_add_subpage(self) -> bool:
        return PagePermissionTester.can_add_subpage(self)
