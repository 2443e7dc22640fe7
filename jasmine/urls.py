"""Where each page stands. One line an app."""

from django.urls import include, path

from jasmine import views

urlpatterns = [
    path("", views.door, name="door"),
    path("exit/", views.leave, name="exit"),
    path("language/", views.set_language, name="language"),
    path("healthz", views.healthz, name="healthz"),
    path("not-sent/", views.not_sent, name="not_sent"),
    path("what-we-keep/", views.what_we_keep, name="what_we_keep"),
    path("", include("accounts.urls")),
    path("", include("alerts.urls")),
]

handler400 = "jasmine.views.bad_request"
handler403 = "jasmine.views.not_found"  # forbidden and unknown are the same bytes
handler404 = "jasmine.views.not_found"
handler500 = "jasmine.views.server_error"
