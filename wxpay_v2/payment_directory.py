"""Payment directories: from which pages inside WeChat a payment may be started.

A merchant registers up to five of them on its platform. A page's payment directory is its address up to the last
"/". A directory of a host alone (``https://shop.example/``) allows every page of that host; a deeper one allows the
pages that lie directly in it and no others. Scheme, host and path must be equal to the letter, capitals included;
port, query and fragment do not count. Mini programs have no payment directory.

Sources: https://pay.weixin.qq.com/doc/v3/merchant/4013287088,
https://pay.weixin.qq.com/wiki/doc/api_external/ch/faq/chapter1_4_6.shtml
"""

from __future__ import annotations

from wxpay_v2 import address
from wxpay_v2.errors import InvalidRequest, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MOST", "Verdict", "allows", "fault", "verdict"]

MOST = 5
"""How many directories a merchant can register."""

_EXAMPLE = "such as https://shop.example/ or https://shop.example/pay/"


class Verdict:
    """Whether a page may start a payment, and why. It is true when the page may.

    directory: the registered directory that allows the page, else the page's own. remedy: what to register.
    """

    __slots__ = ("allowed", "directory", "reason", "remedy")

    def __init__(self, allowed: bool, directory: str, reason: str, remedy: str = "") -> None:
        self.allowed = allowed
        self.directory = directory
        self.reason = reason
        self.remedy = remedy

    def __bool__(self) -> bool:
        return self.allowed

    def __repr__(self) -> str:
        return f"<Verdict {'allowed' if self.allowed else 'refused'}: {self.reason}>"


def allows(configured: Iterable[str], page_url: str) -> bool:
    """Return whether one of the *configured* directories allows the page at *page_url* to start a payment.

    Raises InvalidRequest for a page without an http(s) address, a malformed directory, or more than five of them.
    """
    return verdict(configured, page_url).allowed


def verdict(configured: Iterable[str], page_url: str) -> Verdict:
    """Return whether the page at *page_url* may start a payment, and why; see `allows`."""
    directories = _checked(configured)
    page = address.split(page_url) if isinstance(page_url, str) else None
    if page is None or page.scheme not in ("http", "https") or not page.host:
        raise InvalidRequest(
            f"not the address of a page: {quoted(page_url)}", remedy="give the whole address, with https:// or http://"
        )
    root = f"{page.scheme}://{page.host}/"
    own = f"{page.scheme}://{page.host}{page.path.rpartition('/')[0]}/"
    for directory in directories:
        if directory in (root, own):
            what = "the whole host" if directory == root else "this directory"
            return Verdict(True, directory, f"{directory} allows {what}")
    remedy = f"register {own}" + (f", or {root} for the whole host" if own != root else "")
    return Verdict(False, own, _difference(directories, page.scheme, page.host, own), remedy)


def fault(directory: object) -> tuple[str, str, str] | None:
    """Return the kind of fault of a directory to register, the fault in words, and what to do; None when it fits."""
    url = address.split(directory) if isinstance(directory, str) else None
    if not isinstance(directory, str) or url is None or url.scheme not in ("http", "https"):
        return "scheme", f"must begin with https:// or http://, got {quoted(directory)}", f"give it {_EXAMPLE}"
    if url.query is not None or url.fragment is not None or url.user_info is not None:
        return "extra", "must end with its path: no query, no fragment, no user name", f"give it {_EXAMPLE}"
    if not directory.isascii() or any(letter.isspace() or not letter.isprintable() for letter in directory):
        return "characters", "must be plain ASCII without blanks", "write the host as xn--..., and encode the path"
    if address.is_ip(url.host):
        return "ip", f"must name a domain, not an IP address: {quoted(url.host)}", "register the domain of the page"
    if address.kind_of(url.host) == address.MALFORMED:
        return "host", f"has a malformed host: {quoted(url.host)}", f"give it {_EXAMPLE}"
    if not directory.endswith("/") or not url.path:
        return "slash", f"must end with /: {quoted(directory)}", "leave out the name of the page, keep the last /"
    return None


def _checked(configured: Iterable[str]) -> list[str]:
    try:
        directories = [configured] if isinstance(configured, str) else list(configured)
    except TypeError:
        kind = type(configured).__name__
        raise InvalidRequest(f"payment directories must be a list of addresses, got {kind}") from None
    if len(directories) > MOST:
        raise InvalidRequest(
            f"{len(directories)} payment directories, and a merchant has {MOST} at most",
            remedy="register the host alone (https://shop.example/), which allows all its pages",
        )
    for directory in directories:
        found = fault(directory)
        if found is not None:
            raise InvalidRequest(f"a payment directory {found[1]}", remedy=found[2])
    return [_without_port(directory) for directory in directories]


def _without_port(directory: str) -> str:
    url = address.split(directory)
    return directory if url is None else f"{url.scheme}://{url.host}{url.path}"


def _difference(directories: list[str], scheme: str, host: str, own: str) -> str:
    """Return in words what keeps the nearest directory from allowing the page."""
    if not directories:
        return "no payment directory is registered"
    hosts = {directory.split("/")[2] for directory in directories}
    if host not in hosts:
        same = next((name for name in hosts if name.lower() == host.lower()), None)
        if same is not None:
            return f"the host is written {host}, registered is {same}: capitals count"
        return f"no directory of the host {host} is registered"
    of_host = [directory for directory in directories if directory.split("/")[2] == host]
    of_scheme = [directory for directory in of_host if directory.startswith(f"{scheme}://")]
    if not of_scheme:
        return f"the page is {scheme}, registered is {of_host[0].partition(':')[0]}"
    if any(directory.lower() == own.lower() for directory in of_scheme):
        return "the path differs in capitals, which count"
    return f"the page lies in {own}, registered is {', '.join(of_scheme)}: a deeper directory must be equal"
