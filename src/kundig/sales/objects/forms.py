"""What is asked on the page of a deal, which is known there."""

from kundig.sales.objects.parts import (
    BuyingCentreDescription,
    DealCompetitorDescription,
    DealLineDescription,
    DealMemberDescription,
)


class LineForm(DealLineDescription):
    form = "product title quantity unit unit_price discount text"


class MemberForm(DealMemberDescription):
    form = "user role"


class CentreForm(BuyingCentreDescription):
    form = "person role attitude note"


class CompetitorForm(DealCompetitorDescription):
    form = "competitor note"
