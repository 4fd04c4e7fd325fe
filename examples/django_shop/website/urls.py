"""The addresses of the shop."""

from __future__ import annotations

from django.urls import path
from shop import login, payments, views

from wxpay_v2.adapters.django import view

urlpatterns = [
    path("", views.shop, name="shop"),
    path("orders", views.place, name="place"),
    path("orders/<slug:number>", views.order, name="order"),
    path("orders/<slug:number>/cashier", views.cashier, name="cashier"),
    path("orders/<slug:number>/state", views.state, name="state"),
    path("login", login.begin, name="login"),
    path("login/back", login.back, name="login_back"),
    path("office", views.office, name="office"),
    path("office/orders/<slug:number>/refund", views.refund, name="refund"),
    path("wxpay/notify", view(payments.endpoint), name="notify"),
]
