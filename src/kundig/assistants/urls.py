from django.urls import path

from kundig.assistants.views import pages
from kundig.assistants.views.server import serve
from kundig.records.rest.endpoint import endpoint

server = endpoint(post=serve, reads_by_post=True)

urlpatterns = [
    path("mcp", server, name="mcp"),
    path("mcp/", server),
    path("proposals/", pages.proposals, name="proposals"),
    path("proposals/together/", pages.together, name="proposals_together"),
    path("proposals/<uuid:proposal_id>/", pages.proposal, name="proposal"),
    path("proposals/<uuid:proposal_id>/approval/", pages.approval, name="proposal_approval"),
    path("proposals/<uuid:proposal_id>/declining/", pages.declining, name="proposal_declining"),
]
