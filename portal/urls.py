"""Where every address of the portal leads; wiring only."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal.pages.views import picture
from portal.units.views import SignInView

urlpatterns = [
    path("sign-in/", SignInView.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(next_page="/"), name="sign_out"),
    path("admin/", include(wagtailadmin_urls)),
    path("approval/", include("portal.pages.approval.urls")),
    path("intake/", include("portal.pages.intake.urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("search/", include("search.urls")),
    re_path(r"^media/(?P<folder>images|original_images)/(?P<path>.+)$", picture),
    path("", include(wagtail_urls)),
]
