"""Where every address of the portal leads; wiring only."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from audits.desk import calendar
from portal.pages import belonging
from portal.pages.reading.views import bad_request, server_error
from portal.pages.views import picture
from portal.pages.workbench import workbench
from portal.units.views import AccountView, ChangePasswordView, SignInView

handler400 = bad_request
handler500 = server_error

urlpatterns = [
    path("", include("portal.pages.reading.urls")),
    path("calendar/", calendar.month, name="calendar"),
    path("sitemap.xml", sitemap),
    path("sign-in/", SignInView.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(next_page="/"), name="sign_out"),
    path("account/password/", ChangePasswordView.as_view(), name="change_password"),
    # One form to sign in, with one lock-out and one page that says whom to call.
    path("admin/login/", RedirectView.as_view(pattern_name="sign_in", query_string=True)),
    path("admin/password_change/", RedirectView.as_view(pattern_name="change_password")),
    path("admin/account/", require_admin_access(AccountView.as_view())),
    # What Wagtail would show of every unit: see portal.pages.belonging.
    path("admin/images/chooser/<int:image_id>/select_format/", require_admin_access(belonging.picture_format)),
    path("admin/reports/page-types-usage/", require_admin_access(belonging.PageTypesReport.as_view())),
    path(
        "admin/reports/page-types-usage/results/",
        require_admin_access(belonging.PageTypesReport.as_view(results_only=True)),
    ),
    path("admin/choose-page/<int:parent_page_id>/", require_admin_access(belonging.PagesToBrowse.as_view())),
    path("admin/choose-page/chosen-multiple/", require_admin_access(belonging.chosen_pages)),
    path("admin/pages/workflow/confirm_cancellation/<int:page_id>/", require_admin_access(belonging.end_approval)),
    path("admin/pages/workflow/<path:step>", require_admin_access(belonging.steps_are_taken_elsewhere)),
    path("admin/", workbench),
    path("admin/", include(wagtailadmin_urls)),
    path("approval/", include("portal.pages.approval.urls")),
    path("staff/", include("portal.pages.staffing.urls")),
    path("requests/", include("portal.pages.requests.urls")),
    path("intake/", include("portal.pages.intake.urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("search/", include("search.urls")),
    re_path(r"^media/(?P<folder>images|original_images)/(?P<path>.+)$", picture),
    path("", include(wagtail_urls)),
]
