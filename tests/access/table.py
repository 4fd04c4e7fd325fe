"""Every rule of access with an example that breaks it, one that keeps it, and the words a user reads.

The documentation prints this table: ``python -m tests.access.table`` writes it there.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.access.cases import OPENID, SUB_APPID

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "access.rst"
BEGIN, END = ".. the table of rules: begin", ".. the table of rules: end"

WHOLE = "give the whole address, such as https://shop.example/wxpay/notifications"
REACHABLE = "give an address that the Internet reaches; while developing, use a tunnel or the simulator"
LOGIN = "take it from the login of the page or mini program"


class Example(NamedTuple):
    """rule: its id. call: the operation. wrong, right: what changes in a call that is right. mode, currency: of who
    calls. message, remedy: word for word. secret: the wrong value is not for print."""

    rule: str
    call: str
    wrong: dict[str, str]
    right: dict[str, str]
    message: str
    remedy: str
    mode: str = "direct"
    right_mode: str = ""
    currency: str = ""
    region: str = "global"
    right_region: str = ""
    shown: str = ""


def url(kind: str, wrong: str, right: str, message: str, remedy: str) -> Example:
    return Example(
        f"notify_url.{kind}", "unified_order", {"notify_url": wrong}, {"notify_url": right}, message, remedy
    )  # fmt: skip


def code(kind: str, wrong: str, message: str, remedy: str, shown: str) -> Example:
    right = {"auth_code": "13" + "4567890123456789"}
    return Example(f"auth_code.{kind}", "micropay", {"auth_code": wrong}, right, message, remedy, shown=shown)


def scene(kind: str, wrong: str, message: str, remedy: str) -> Example:
    right = '{"h5_info": {"type": "Wap", "wap_url": "https://shop.example", "wap_name": "Shop"}}'
    h5 = {"trade_type": "MWEB"}
    return Example(
        f"scene_info.{kind}", "unified_order", {**h5, "scene_info": wrong}, {**h5, "scene_info": right}, message, remedy
    )  # fmt: skip


OFFICIAL = "https://pay.weixin.qq.com/wxpay/pay.action"
SHOP = "https://shop.example/wxpay/notifications"
H5_EXAMPLE = '{"h5_info": {"type": "Wap", "wap_url": "https://shop.example", "wap_name": "Shop"}}'

RULES = (
    # Where the gateway is to notify: the four documented mistakes first.
    url("no_path", "http://www.weixin.qq.com", OFFICIAL,
        "notify_url has no path after its host 'www.weixin.qq.com'", "add the path that takes notifications"),
    url("relative", "./PayNotify.aspx", "https://shop.example/PayNotify.aspx",
        "notify_url is relative: './PayNotify.aspx'", WHOLE),
    url("loopback", "http://127.0.0.1/pay/notify.php", "http://shop.example/pay/notify.php",
        "notify_url names this machine itself, which the gateway cannot reach: '127.0.0.1'", REACHABLE),
    url("not_a_url", "xxxxxxx,1234567,test", SHOP, "notify_url is not an address: 'xxxxxxx,1234567,test'", WHOLE),
    url("private", "http://192.168.1.5/pay", SHOP,
        "notify_url names a host of a private network, which the gateway cannot reach: '192.168.1.5'", REACHABLE),
    url("link_local", "http://169.254.169.254/pay", SHOP,
        "notify_url names a host of one network link, which the gateway cannot reach: '169.254.169.254'", REACHABLE),
    url("multicast", "http://224.0.0.1/pay", SHOP,
        "notify_url names a group of hosts, which the gateway cannot reach: '224.0.0.1'", REACHABLE),
    url("unspecified", "http://0.0.0.0/pay", SHOP,
        "notify_url names no host, which the gateway cannot reach: '0.0.0.0'", REACHABLE),
    url("reserved", "http://192.0.2.1/pay", SHOP,
        "notify_url names an address that no host has, which the gateway cannot reach: '192.0.2.1'", REACHABLE),
    url("query", "https://shop.example/pay?order=1", "https://shop.example/pay/1",
        "notify_url carries a query, which the gateway does not allow", "move it into the path, or into attach"),
    url("fragment", "https://shop.example/#/pay", "https://shop.example/pay",
        "notify_url carries a fragment, which is never sent", "leave out the # and what follows"),
    url("user_info", "https://me:word@shop.example/pay", SHOP,
        "notify_url holds a user name before its host", "leave it out: the gateway does not log in"),
    url("scheme", "ftp://shop.example/pay", SHOP,
        "notify_url must begin with https:// or http://, not with 'ftp'", WHOLE),
    url("port", "https://shop.example:99999/pay", "https://shop.example:8443/pay",
        "notify_url has the port '99999'; ports are 1 to 65535", "give the port, or none"),
    url("host", "https://shop..example/pay", SHOP,
        "notify_url has a malformed host: 'shop..example'", "give a domain, or an address in its usual spelling"),
    url("blank", "https://shop.example/my shop", "https://shop.example/my-shop",
        "notify_url holds a blank or a line end at position 23", "remove it"),
    url("characters", "https://shop.example/支付", "https://shop.example/%E6%94%AF%E4%BB%98",
        "notify_url holds '支', which no address holds as it is", "percent-encode it, as in %20"),
    url("length", "https://shop.example/" + "p" * 240, SHOP,
        "notify_url is longer than 256 characters (261)", "give a shorter one"),
    # Who pays.
    code("length", "13456789012345678", "auth_code must have 18 digits, this one has 17", "scan it again", "17 digits"),
    code("prefix", "174567890123456789", "auth_code is not WeChat Pay's: those begin with 10 to 15",
         "scan a WeChat Pay payment code", "18 digits from 17"),
    code("foreign", "284567890123456789",
         "auth_code is not WeChat Pay's: codes that begin with 25 to 30 are Alipay's", "charge it with Alipay",
         "18 digits from 28"),
    code("blanks", "134567890123456789\n", "auth_code holds blanks or a line end", "scanners add them: strip the text",
         "18 digits and a line end"),
    code("characters", "13456789012345678X", "auth_code holds other characters than the digits 0 to 9",
         "scan the bar code or QR code again", "17 digits and a letter"),
    Example("openid.missing", "unified_order", {"trade_type": "JSAPI"}, {"trade_type": "JSAPI", "openid": OPENID},
            "openid is missing (required when trade_type is JSAPI)",
            "give the payer's id under appid, from the login of the page or mini program"),
    Example("openid.missing", "unified_order", {"trade_type": "JSAPI"},
            {"trade_type": "JSAPI", "sub_openid": OPENID, "sub_appid": SUB_APPID},
            "openid or sub_openid is missing (required when trade_type is JSAPI)",
            "give openid (under appid), or sub_openid with sub_appid; a mini program has only sub_openid",
            mode="institution"),
    Example("openid.placeholder", "unified_order", {"trade_type": "JSAPI", "openid": "undefined"},
            {"trade_type": "JSAPI", "openid": OPENID}, "openid is a placeholder (undefined)", LOGIN),
    Example("openid.appid", "unified_order", {"trade_type": "JSAPI", "openid": SUB_APPID},
            {"trade_type": "JSAPI", "openid": OPENID}, "openid is an app id, not a payer's id", LOGIN),
    Example("openid.characters", "unified_order", {"trade_type": "JSAPI", "openid": "<openid>"},
            {"trade_type": "JSAPI", "openid": OPENID},
            "openid holds other characters than letters, digits, - and _", LOGIN),
    Example("sub_openid.sub_appid", "unified_order", {"trade_type": "JSAPI", "sub_openid": OPENID},
            {"trade_type": "JSAPI", "sub_openid": OPENID, "sub_appid": SUB_APPID},
            "sub_openid needs sub_appid, the app it was issued for",
            "give sub_appid with the call, or Merchant(sub_appid=...)", mode="institution"),
    Example("trade_type.sub_appid", "unified_order", {"trade_type": "APP"},
            {"trade_type": "APP", "sub_appid": SUB_APPID}, "trade_type APP needs sub_appid in institution mode",
            "give the app's own id as sub_appid, with the call or as Merchant(sub_appid=...)", mode="institution"),
    Example("ip.malformed", "unified_order", {"spbill_create_ip": "203.0.113.7:443"},
            {"spbill_create_ip": "203.0.113.7"}, "spbill_create_ip is not an IP address: '203.0.113.7:443'",
            "give it as in 203.0.113.7 or 2001:db8::7, without a port"),
    Example("ip.list", "unified_order", {"spbill_create_ip": "203.0.113.7, 10.0.0.1"},
            {"spbill_create_ip": "2001:db8::7"}, "spbill_create_ip holds several addresses",
            "give one: the first of X-Forwarded-For is the payer's, if your own proxy wrote it"),
    Example("ip.inside", "unified_order",
            {"spbill_create_ip": "10.0.0.1", "trade_type": "MWEB", "scene_info": H5_EXAMPLE},
            {"spbill_create_ip": "203.0.113.7", "trade_type": "MWEB", "scene_info": H5_EXAMPLE},
            "spbill_create_ip is no address a payer's browser comes from: '10.0.0.1'",
            "give the payer's own public address; behind a proxy, take it from the header your proxy sets"),
    # From which page or app.
    scene("h5_info", '{"store_info": {"id": "1"}}', "scene_info has no h5_info, which trade_type MWEB needs",
          H5_EXAMPLE),
    scene("type", '{"h5_info": {"type": "wap"}}',
          "scene_info must have the h5_info.type IOS, Android or Wap, got 'wap'",
          "they are case sensitive; a page in any browser is Wap"),
    scene("wap_url", '{"h5_info": {"type": "Wap", "wap_url": "shop.example"}}',
          "scene_info has an h5_info.wap_url that is no address: 'shop.example'",
          "give the site's address, such as https://shop.example; its domain must be registered for H5 payment"),
    scene("package_name", '{"h5_info": {"type": "Android", "package_name": "My Shop"}}',
          "scene_info has an h5_info.package_name that names no app: 'My Shop'",
          "give the app's id as its store has it, such as com.shop.app"),
    scene("bundle_id", '{"h5_info": {"type": "IOS", "bundle_id": "shop"}}',
          "scene_info has an h5_info.bundle_id that names no app: 'shop'",
          "give the app's id as its store has it, such as com.shop.app"),
    # When.
    Example("time_expire.past", "unified_order", {"time_expire": "20260301040500"}, {"time_expire": "20260301120500"},
            "time_expire is past: 2026-03-01 04:05:00 in Beijing, where it is 2026-03-01 12:00:00",
            "times are Beijing's (UTC+8); an aware datetime is converted"),
    Example("time_expire.too_soon", "unified_order", {"time_expire": "20260301120030"},
            {"time_expire": "20260301120500"}, "time_expire is 30 seconds ahead; 1 minute is the least",
            "give 5 minutes or more: except for payment codes, less has been refused"),
    Example("time_start.after_end", "unified_order",
            {"time_start": "20260301130000", "time_expire": "20260301123000"},
            {"time_start": "20260301120000", "time_expire": "20260301123000"},
            "time_start (2026-03-01 13:00:00) is not before time_expire (2026-03-01 12:30:00)",
            "both are Beijing's (UTC+8); leave time_start out, or give the time the order was made"),
    # How much.
    Example("currency.absent", "unified_order", {"fee_type": ""}, {"fee_type": "HKD"},
            "fee_type is absent, which means CNY, but this merchant prices in HKD", "give fee_type=HKD",
            currency="HKD"),
    Example("currency.mismatch", "unified_order", {"fee_type": "USD"}, {"fee_type": "HKD"},
            "fee_type is 'USD', but this merchant prices in HKD",
            "give fee_type=HKD, or make the Merchant of that currency", currency="HKD"),
    Example("currency.mismatch", "refund", {"refund_fee_type": "CNY"}, {"refund_fee_type": "HKD"},
            "refund_fee_type is 'CNY', but this merchant prices in HKD",
            "give refund_fee_type=HKD, or make the Merchant of that currency", currency="HKD"),
    Example("currency.alias", "unified_order", {"fee_type": "RMB"}, {"fee_type": "CNY"},
            "fee_type is RMB, which is no code of ISO 4217", "write CNY"),
    Example("amount.decimals", "unified_order", {"total_fee": "1.99"}, {"total_fee": "199"},
            "total_fee counts the smallest unit of HKD and has no decimals, got '1.99'", "1.99 HKD is 199"),
    Example("amount.decimals", "unified_order", {"total_fee": "199.00", "fee_type": "JPY"},
            {"total_fee": "199", "fee_type": "JPY"},
            "total_fee counts the smallest unit of JPY and has no decimals, got '199.00'", "199.00 JPY is 199"),
    Example("amount.refund", "refund", {"refund_fee": "200"}, {"refund_fee": "100"},
            "refund_fee (200) is more than total_fee (100), the order's amount",
            "refund what was paid, or less; total_fee is not the amount to refund"),
    # What the caller's mode and region have.
    Example("mode.field", "order_query", {"sub_mch_id": "1900000110"}, {"sub_mch_id": "1900000110"},
            "sub_mch_id is not sent in direct mode, only in institution or service provider mode",
            'leave it out, or make the Merchant with mode="institution" or mode="service_provider", if it is one',
            right_mode="institution"),
    Example("mode.mch_id", "order_query", {"mch_id": "1900000110"}, {"mch_id": "1900000109"},
            "mch_id is '1900000110', but the key that signs belongs to 1900000109",
            "an institution or service provider signs with its own key and names the sub-merchant in sub_mch_id",
            mode="institution"),
    Example("mode.region", "settlement_query", {"usetag": "2", "offset": "0", "limit": "10"},
            {"usetag": "2", "offset": "0", "limit": "10"},
            "this operation is not available in region mainland, only in region global", "use download_fund_flow",
            region="mainland", right_region="global"),
    Example("mode.operation", "auth_code_to_openid", {"auth_code": "13" + "4567890123456789"},
            {"auth_code": "13" + "4567890123456789"},
            "this operation is not available in institution mode, only in direct or service provider mode",
            'make the Merchant with mode="service_provider", if it is one', mode="institution",
            right_mode="service_provider", region="mainland", shown="an institution's call"),
    Example("payment_directory.slash", "add_sub_dev_config", {"jsapi_path": "https://shop.example/pay"},
            {"jsapi_path": "https://shop.example/pay/"}, "jsapi_path must end with /: 'https://shop.example/pay'",
            "leave out the name of the page, keep the last /", mode="service_provider", region="mainland"),
    Example("payment_directory.scheme", "add_sub_dev_config", {"jsapi_path": "shop.example/pay/"},
            {"jsapi_path": "https://shop.example/"},
            "jsapi_path must begin with https:// or http://, got 'shop.example/pay/'",
            "give it such as https://shop.example/ or https://shop.example/pay/", mode="service_provider",
            region="mainland"),
    Example("payment_directory.ip", "add_sub_dev_config", {"jsapi_path": "https://192.168.1.1/"},
            {"jsapi_path": "https://shop.example/"},
            "jsapi_path must name a domain, not an IP address: '192.168.1.1'", "register the domain of the page",
            mode="service_provider", region="mainland"),
    Example("payment_directory.extra", "add_sub_dev_config", {"jsapi_path": "https://shop.example/#/"},
            {"jsapi_path": "https://shop.example/"},
            "jsapi_path must end with its path: no query, no fragment, no user name",
            "give it such as https://shop.example/ or https://shop.example/pay/", mode="service_provider",
            region="mainland"),
    Example("payment_directory.characters", "add_sub_dev_config", {"jsapi_path": "https://商店.example/"},
            {"jsapi_path": "https://xn--xlsp28i.example/"}, "jsapi_path must be plain ASCII without blanks",
            "write the host as xn--..., and encode the path", mode="service_provider", region="mainland"),
    Example("payment_directory.host", "add_sub_dev_config", {"jsapi_path": "https://shop..example/"},
            {"jsapi_path": "https://shop.example/"}, "jsapi_path has a malformed host: 'shop..example'",
            "give it such as https://shop.example/ or https://shop.example/pay/", mode="service_provider",
            region="mainland"),
)  # fmt: skip


def printed() -> str:
    """The table as reStructuredText."""
    lines = [".. list-table::", "   :header-rows: 1", "   :widths: 16 26 26 32", ""]
    lines += ["   * - rule", "     - refused", "     - accepted", "     - what the error says"]
    for example in RULES:
        lines += [
            f"   * - ``{example.rule}``",
            f"     - {_shown(example, example.wrong, example.mode, example.region)}",
            f"     - {_shown(example, example.right, example.right_mode, example.right_region)}",
            f"     - {_plain(example.message)} *({_plain(example.remedy)})*",
        ]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _plain(text: str) -> str:
    for mark in "*|`":
        text = text.replace(mark, "\\" + mark)
    return text.replace("_ ", "\\_ ")


def _shown(example: Example, changes: dict[str, str], mode: str, region: str) -> str:
    if example.shown:
        told = example.shown if changes is example.wrong else "18 digits from 10 to 15"
        return told if not example.right_mode else f"``{example.call}`` in {mode.replace('_', ' ')} mode"
    if example.right_region:
        return f"``{example.call}`` in region {region}"
    told = ", ".join(
        f"``{name}={value[:44] + '...' if len(value) > 90 else value}``" if value else f"no ``{name}``"
        for name, value in changes.items()
        if changes == example.right or value != example.right.get(name)
    )
    return told + (f" in {mode} mode" if example.right_mode and mode else "")


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN + "\n")
    PAGE.write_text(f"{before}{BEGIN}\n\n{printed()}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
