"""Addresses of orders."""

from django.urls import URLPattern, path

from kundig.orders.views import deeds, invoices, papers, payments, settings, worth

app_name = "orders"

_INVOICES = [
    path("invoice/read/", invoices.ReadView.as_view(), name="read_invoice"),
    path("invoice/of/<slug:kind>/<uuid:record_id>/", invoices.MakeView.as_view(), name="make_invoice"),
    path("invoice/<uuid:invoice_id>/issue/", invoices.IssueView.as_view(), name="issue_invoice"),
    path("invoice/<uuid:invoice_id>/credit/", invoices.CreditView.as_view(), name="credit_invoice"),
    path("invoice/<uuid:invoice_id>/<slug:form>/", invoices.PaperView.as_view(), name="paper"),
    path("bank/", payments.BankView.as_view(), name="bank"),
    path("bank/<uuid:entry_id>/assign/", payments.AssignView.as_view(), name="assign_entry"),
    path("dunning/", payments.RemindView.as_view(), name="remind"),
    path("dunning/<uuid:reminder_id>/pdf/", payments.ReminderPaperView.as_view(), name="reminder_paper"),
    path("bookings/", payments.BookingsView.as_view(), name="bookings"),
    path("bookings/<uuid:batch_id>/", payments.BatchView.as_view(), name="booking_batch"),
    path("settings/invoices/", settings.invoices, name="settings"),
]

_ORDERS = [
    path("orders/<uuid:record_id>/steps/<slug:deed>/", deeds.OrderDeedView.as_view(), name="order_deed"),
    path("deliveries/<uuid:record_id>/steps/<slug:deed>/", deeds.DeliveryDeedView.as_view(), name="delivery_deed"),
    path("returns/<uuid:record_id>/steps/<slug:deed>/", deeds.ReturnDeedView.as_view(), name="return_deed"),
    path("contracts/<uuid:record_id>/steps/<slug:deed>/", deeds.ContractDeedView.as_view(), name="contract_deed"),
    path("assets/<uuid:record_id>/steps/<slug:deed>/", deeds.AssetDeedView.as_view(), name="asset_deed"),
    path("protocols/<uuid:record_id>/steps/<slug:deed>/", deeds.ProtocolDeedView.as_view(), name="protocol_deed"),
    path("orders/<uuid:record_id>/paper/", papers.OrderPaperView.as_view(), name="order_paper"),
    path("deliveries/<uuid:record_id>/paper/", papers.DeliveryPaperView.as_view(), name="delivery_paper"),
    path("protocols/<uuid:record_id>/paper/", papers.ProtocolPaperView.as_view(), name="protocol_paper"),
]

urlpatterns: list[URLPattern] = [
    path("worth/", worth.report, name="worth"),
    *_ORDERS,
    *_INVOICES,
]
