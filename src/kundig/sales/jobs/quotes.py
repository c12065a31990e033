"""Quotes by mail."""

from __future__ import annotations

from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from kundig.platform import jobs
from kundig.platform.typesetting import NotTypeset
from kundig.sales.actions.quote_paper import paper_of
from kundig.sales.actions.sending import MAIL
from kundig.sales.enums import QuoteState
from kundig.sales.models import Quote
from kundig.sales.queries.documents import document_of


@jobs.job(MAIL)
def mail_quote(
    run: jobs.Progress, *, quote_id: str, to: str, subject: str, text: str, base: str, with_paper: bool
) -> dict[str, Any]:
    """Sends the link, and the PDF if wanted; nothing of a quote that was withdrawn or replaced meanwhile."""
    quote = Quote.objects.select_related("party", "person", "owner", "deal").filter(pk=quote_id).first()
    if quote is None or quote.state not in (QuoteState.SENT, QuoteState.ACCEPTED):
        return {"mails": 0}
    link = f"{base}/q/{quote.link_key}/"
    with translation.override(quote.language):
        document = document_of(quote)
        context = {"quote": quote, "document": document, "text": text.strip(), "link": link}
        body = render_to_string("sales/quotes/mail/text.txt", context)
        title = subject or f"{document['name']}: {document['title']}"
        message = EmailMessage(" ".join(title.split())[:200], body, None, [to], reply_to=_reply_to(quote))
        if with_paper:
            try:
                paper = paper_of(quote, link=link)
            except NotTypeset as error:
                raise jobs.Rejected(str(error)[:300]) from error
            message.attach(f"{quote.number}.pdf", paper, "application/pdf")
        message.send()
    return {"mails": 1}


def _reply_to(quote: Quote) -> list[str]:
    return [quote.owner.email] if quote.owner is not None and quote.owner.email else []
