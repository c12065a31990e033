"""Addresses of boards, below the name of an object."""

from django.urls import path

from kundig.records.boards.views import BoardView, MoveView

urlpatterns = [
    path("board/", BoardView.as_view(), name="board"),
    path("<uuid:record_id>/move/<slug:field>/", MoveView.as_view(), name="move"),
]
