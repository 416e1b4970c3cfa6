from django.urls import path

from signals.pages.record import files, views

urlpatterns = [
    path("track-record/", views.record_page, name="track-record"),
    path("track-record/chart/", views.record_chart, name="track-record-chart"),
    *(
        path(f"track-record/export.{kind}", files.record_file, {"kind": kind}, f"record-{kind}")
        for kind in files.FILES
    ),
    path("track-record/parts/<slug:name>/", views.record_part, name="track-record-part"),
]
