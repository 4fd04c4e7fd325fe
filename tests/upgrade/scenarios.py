"""What a shop lives through, as calls and as acts of the payer: each is run in both worlds."""

from __future__ import annotations

from collections.abc import Callable

from tests.upgrade.worlds import World

__all__ = ["SCENARIOS"]

Scenario = Callable[[World], None]
SCENARIOS: dict[str, Scenario] = {}


def scenario(act: Scenario) -> Scenario:
    SCENARIOS[act.__name__] = act
    return act


def life(trade_type: str) -> Scenario:
    """From the order to the refund: what every trade type has in common."""

    def act(world: World) -> None:
        world.order(trade_type)
        world.call("order_query", out_trade_no="T-100001")
        world.gateway.pay("T-100001")
        world.events()
        told = world.call("order_query", out_trade_no="T-100001")
        world.call("order_query", transaction_id=told["transaction_id"])
        world.refund()
        world.events()
        world.call("refund_query", out_refund_no="R-100001")
        world.call("refund_query", out_trade_no="T-100001")

    act.__name__ = f"life_of_{trade_type.lower()}"
    return act


for _trade_type in ("JSAPI", "NATIVE", "APP", "MWEB"):
    scenario(life(_trade_type))


@scenario
def the_same_order_twice(world: World) -> None:
    world.order()
    world.order()


@scenario
def an_order_with_goods_and_times(world: World) -> None:
    goods = [{"goods_id": "g", "goods_name": "Tea", "quantity": 1, "price": 1000}]
    start = world.clock.now()
    world.order(
        detail={"cost_price": 1000, "goods_detail": goods}, time_start=start, time_expire=start.replace(hour=14),
        goods_tag="WXG", limit_pay="no_credit",
    )  # fmt: skip
    world.gateway.pay("T-100001")
    world.call("order_query", out_trade_no="T-100001")


@scenario
def a_number_used_for_another_order(world: World) -> None:
    world.order()
    world.client._numbers.clear()  # another process of the shop does not know of the first
    world.order(attach="table=8")


@scenario
def an_order_that_is_paid_already(world: World) -> None:
    world.order()
    world.gateway.pay("T-100001")
    world.client._numbers.clear()
    world.order()


@scenario
def an_order_closed(world: World) -> None:
    world.order()
    world.wait(301)
    world.call("close_order", out_trade_no="T-100001")
    world.call("order_query", out_trade_no="T-100001")
    world.client._numbers.clear()
    world.call("close_order", out_trade_no="T-100001")
    world.client._numbers.clear()
    world.order()


@scenario
def a_paid_order_is_not_closed(world: World) -> None:
    world.order()
    world.gateway.pay("T-100001")
    world.call("close_order", out_trade_no="T-100001")


@scenario
def an_order_nobody_pays_in_time(world: World) -> None:
    world.order(time_expire=world.clock.now().replace(hour=13))  # by itself a mainland order of v3 waits for days
    world.wait(7300)
    world.call("order_query", out_trade_no="T-100001")


@scenario
def numbers_nobody_knows(world: World) -> None:
    world.call("order_query", out_trade_no="T-999999")
    world.call("order_query", transaction_id="4200000999999")
    world.call("close_order", out_trade_no="T-999999")
    world.call("refund_query", out_refund_no="R-999999")
    world.refund(order="T-999999")


@scenario
def quick_pay_at_once(world: World) -> None:
    world.charge()
    world.call("order_query", out_trade_no="T-100001")
    world.refund()


@scenario
def quick_pay_with_a_password(world: World) -> None:
    world.charge(needs_password=True)
    world.call("order_query", out_trade_no="T-100001")
    world.gateway.pay("T-100001")
    world.call("order_query", out_trade_no="T-100001")


@scenario
def quick_pay_whose_payer_refuses(world: World) -> None:
    world.charge(needs_password=True)
    world.gateway.cancel("T-100001")
    world.call("order_query", out_trade_no="T-100001")


@scenario
def quick_pay_followed_to_its_end(world: World) -> None:
    world.quick_pay(needs_password=True, then=lambda one: one.gateway.pay("T-100001"))


@scenario
def quick_pay_given_up_and_reversed(world: World) -> None:
    world.quick_pay(needs_password=True)
    world.call("order_query", out_trade_no="T-100001")


@scenario
def quick_pay_reversed_after_it_was_paid(world: World) -> None:
    world.charge()
    world.wait(16)
    world.call("reverse", out_trade_no="T-100001")
    world.call("order_query", out_trade_no="T-100001")


@scenario
def quick_pay_reversed_while_the_payer_types(world: World) -> None:
    world.charge(needs_password=True)
    world.wait(16)
    world.call("reverse", out_trade_no="T-100001")
    world.call("order_query", out_trade_no="T-100001")


def refused(code: str) -> Scenario:
    def act(world: World) -> None:
        world.charge(refuses=code)

    act.__name__ = f"quick_pay_refused_with_{code}"
    return act


for _code in ("NOTENOUGH", "AUTHCODEEXPIRE", "SYSTEMERROR", "BANKERROR", "TRADE_ERROR"):
    scenario(refused(_code))


@scenario
def quick_pay_without_money(world: World) -> None:
    world.charge(balance=1)


@scenario
def a_payment_code_nobody_has(world: World) -> None:
    world.charge(auth_code="134567890123456789")


@scenario
def a_quick_pay_number_used_again(world: World) -> None:
    world.charge()
    world.client._numbers.clear()
    world.charge(total_fee=2000)


@scenario
def several_refunds(world: World) -> None:
    world.order()
    world.gateway.pay("T-100001")
    for number in range(3):
        world.refund(f"R-10000{number}", 100 + number)
        world.wait(61)
    world.events()
    world.call("refund_query", out_trade_no="T-100001")
    world.call("refund_query", out_trade_no="T-100001", offset=1)
    world.call("refund_query", out_refund_no="R-100002")
    world.refund("R-100009", 999)


@scenario
def a_refund_on_its_way(world: World) -> None:
    world.order()
    world.gateway.pay("T-100001")
    world.refund(notify_url=None)
    world.call("refund_query", out_refund_no="R-100001")


def ended(fault: str) -> Scenario:
    def act(world: World) -> None:
        world.order()
        world.gateway.pay("T-100001")
        world.gateway.faults.add(fault)
        world.refund()
        world.events()
        world.call("refund_query", out_refund_no="R-100001")

    act.__name__ = fault
    return act


for _fault in ("refund_abnormal", "refund_closed"):
    scenario(ended(_fault))


@scenario
def the_same_refund_twice(world: World) -> None:
    world.order()
    world.gateway.pay("T-100001")
    world.refund()
    world.refund()
    world.call("refund_query", out_trade_no="T-100001")


@scenario
def a_refund_of_nothing(world: World) -> None:
    world.order()
    world.refund()


@scenario
def a_refund_over_the_amount(world: World) -> None:
    world.order()
    world.gateway.pay("T-100001")
    world.refund(fee=1001)


@scenario
def a_payment_in_another_currency(world: World) -> None:
    world.order()
    world.gateway.pay("T-100001", wallet="mainland")
    world.call("order_query", out_trade_no="T-100001")
    world.refund()
    world.call("refund_query", out_refund_no="R-100001")


@scenario
def a_payment_with_two_coupons(world: World) -> None:
    world.order()
    world.gateway.pay("T-100001", coupons=[("10000001", 150), ("10000002", 50)])
    world.events()
    world.call("order_query", out_trade_no="T-100001")
    world.refund("R-100001", 300)
    world.refund("R-100002", 600)
    world.events()
    world.call("refund_query", out_refund_no="R-100001")
    world.call("refund_query", out_trade_no="T-100001")
    world.refund("R-100003", 100)
    world.call("refund_query", out_trade_no="T-100001")


@scenario
def many_refunds_page_by_page(world: World) -> None:
    world.order()
    world.gateway.pay("T-100001")
    for number in range(12):
        world.refund(f"R-1000{number:02}", 10 + number, notify_url=None)
        world.wait(61)
    world.call("refund_query", out_trade_no="T-100001")
    world.call("refund_query", out_trade_no="T-100001", offset=0)
    world.call("refund_query", out_trade_no="T-100001", offset=10)


@scenario
def notifications_forged_doubled_and_late(world: World) -> None:
    world.gateway.faults.add("duplicate_notification")
    world.order()
    world.gateway.pay("T-100001")
    world.events()
    world.order(number="T-100002")
    world.gateway.faults.add("late_notification", seconds=60)
    world.gateway.pay("T-100002")
    world.events()
    world.wait(61)
    world.events()


def struck(fault: str, name: str) -> Scenario:
    """A call that a fault strikes, and what a careful shop does then."""

    def act(world: World) -> None:
        world.order()
        world.gateway.pay("T-100001")
        for each in v3_names(name):
            world.gateway.faults.add(fault, operation=each)
        if name == "refund":
            world.refund()
        elif name == "micropay":
            world.charge("T-100002")
            world.gateway.faults.clear()
            world.call("order_query", out_trade_no="T-100002")
        else:
            world.call(name, out_trade_no="T-100001")
        world.gateway.faults.clear()
        world.call("refund_query", out_refund_no="R-100001")

    act.__name__ = f"{name}_struck_by_{fault}"
    return act


def v3_names(name: str) -> tuple[str, ...]:
    """The names under which either version knows *name*; a fault strikes each where it is."""
    return {
        "refund": ("refund", "refund_create"),
        "order_query": ("order_query", "order_query_by_out_trade_no", "partner_order_query_by_out_trade_no"),
        "micropay": ("micropay", "codepay", "partner_codepay"),
    }[name]


for _name in ("refund", "order_query", "micropay"):
    for _fault in (
        "lost_reply",
        "reset",
        "system_error",
        "system_error_after",
        "wrong_sign",
        "truncated",
        "html",
        "hang",
    ):
        scenario(struck(_fault, _name))
