from django.urls import path
from shop import views

urlpatterns = [
    path("", views.index, name="index"),
    path("buy/<int:product_id>/", views.buy, name="buy"),
    path("orders/", views.orders, name="orders"),
    path("orders/<str:number>/", views.order, name="order"),
    path("orders/<str:number>/status/", views.status, name="status"),
    path("orders/<str:number>/refund/", views.refund, name="refund"),
    path("till/", views.till, name="till"),
    path("login/", views.login, name="login"),
    path("wechat/notify/", views.notify, name="notify"),
    path("wechat/refund_notify/", views.refund_notify, name="refund_notify"),
]
