import logging

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.pay import WeChatPayException

from shop.models import PRODUCTS, Order, Refund
from shop.wxpay import Login, answer, pay

logger = logging.getLogger("shop")


def common(request):
    return {"simulator": settings.WECHAT["SIMULATOR"], "openid": request.session.get("openid", "")}


def index(request):
    products = [(number, title, f"{fee / 100:.2f}") for number, (title, fee) in PRODUCTS.items()]
    return render(request, "index.html", {"products": products})


def login(request):
    oauth = Login(settings.SITE_URL + reverse("login"))
    if "code" not in request.GET:
        return redirect(oauth.authorize_url)
    oauth.fetch_access_token(request.GET["code"])
    request.session["openid"] = oauth.open_id
    return redirect("index")


@require_POST
def buy(request, product_id):
    title, fee = PRODUCTS[product_id]
    trade_type = request.POST.get("trade_type", "NATIVE")
    if trade_type == "JSAPI" and "openid" not in request.session:
        return redirect("login")
    order = Order.objects.create(
        title=title,
        total_fee=fee,
        note=request.POST.get("note", "")[:120],
        trade_type=trade_type,
        openid=request.session["openid"] if trade_type == "JSAPI" else "",
    )
    try:
        pay.order_pay(order, request.META["REMOTE_ADDR"])
    except WeChatPayException as e:
        logger.error("order %s: %s", order, e)
        order.status = Order.FAILED
        order.save()
        messages.error(request, e.errmsg or e.return_msg or "WeChat Pay is not available.")
    return redirect("order", order.number)


def order(request, number):
    order = get_object_or_404(Order, number=number)
    context = {"order": order}
    if order.status == Order.WAITING and order.code_url:
        qr = segno.make(order.code_url, error="m", micro=False)
        context["qr"] = mark_safe(qr.svg_inline(scale=5, border=2))  # noqa: S308
    elif order.status == Order.WAITING and order.prepay_id:
        context["params"] = pay.jsapi.get_jsapi_params(order.prepay_id)
    return render(request, "order.html", context)


def ask(order):
    """Ask WeChat about an order that still waits."""
    try:
        data = pay.till.look(order) if order.trade_type == "MICROPAY" else pay.order.query(out_trade_no=order.number)
    except WeChatPayException as e:
        logger.warning("query %s: %s %s", order, e.errcode, e.errmsg)
        return
    if data["trade_state"] == "SUCCESS":
        order.paid(data)
    elif data["trade_state"] in ("PAYERROR", "CLOSED", "REVOKED"):
        order.status = Order.FAILED
        order.save()


def status(request, number):
    """For the page, which asks every second."""
    order = get_object_or_404(Order, number=number)
    if order.status == Order.WAITING and order.trade_type == "MICROPAY":
        ask(order)
    return JsonResponse({"status": order.status})


def orders(request):
    found = Order.objects.all()[:30]
    if request.method == "POST":
        for order in found:
            if order.status == Order.WAITING:
                ask(order)
        return redirect("orders")
    return render(request, "orders.html", {"orders": found})


def till(request):
    if request.method != "POST":
        return render(request, "till.html")
    title, fee = "At the till", round(float(request.POST["yuan"]) * 100)
    order = Order.objects.create(title=title, total_fee=fee, trade_type="MICROPAY")
    try:
        pay.till.charge(order, request.POST["auth_code"], request.META["REMOTE_ADDR"])
    except WeChatPayException as e:
        logger.warning("till %s: %s %s", order, e.errcode, e)
        if e.errcode not in pay.till.WAIT:
            order.status = Order.FAILED
            order.save()
            messages.error(request, e.errmsg or e.return_msg or "Not paid.")
            return redirect("order", order.number)
    ask(order)
    return redirect("order", order.number)


@require_POST
def refund(request, number):
    order = get_object_or_404(Order, number=number, status=Order.PAID)
    refund, _ = Refund.objects.get_or_create(
        number="R" + order.number, defaults={"order": order, "refund_fee": order.total_fee}
    )
    try:
        data = pay.order_refund(refund)
    except WeChatPayException as e:
        logger.error("refund %s: %s", refund, e)
        messages.error(request, e.errmsg or e.return_msg or "Not refunded.")
        return redirect("orders")
    refund.refund_id = data["refund_id"]
    refund.save()
    order.status = Order.REFUNDING
    order.save()
    return redirect("orders")


@csrf_exempt
def notify(request):
    """WeChat tells that an order is paid."""
    logger.info("notified: %s", request.body.decode("utf-8", "replace"))
    try:
        data = pay.parse_payment_result(request.body)
    except (InvalidSignatureException, WeChatPayException) as e:
        logger.warning("bad notification: %s", e)
        return HttpResponse(answer("FAIL", "sign"), content_type="text/xml")
    if data["result_code"] == "SUCCESS":
        order = Order.objects.get(number=data["out_trade_no"])
        if order.status == Order.WAITING:
            order.paid(data)
    return HttpResponse(answer("SUCCESS"), content_type="text/xml")


@csrf_exempt
def refund_notify(request):
    """WeChat tells how a refund ended."""
    try:
        data = pay.parse_refund_notify_result(request.body)
        refund = Refund.objects.get(number=data["out_refund_no"])
    except Exception:
        logger.exception("bad refund notification")
        return HttpResponse(answer("FAIL", "refund"), content_type="text/xml")
    refund.status = data["refund_status"]
    refund.save()
    if refund.status == "SUCCESS":
        refund.order.status = Order.REFUNDED
        refund.order.save()
    return HttpResponse(answer("SUCCESS"), content_type="text/xml")
