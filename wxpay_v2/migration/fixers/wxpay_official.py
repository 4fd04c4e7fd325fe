"""pywxpay, the official-style WXPay: its imports come from `wxpay_v2.compat.wxpay`."""

from __future__ import annotations

from wxpay_v2.migration.rewriting.code import FACE, CodeBase, Example, Fixer
from wxpay_v2.migration.rewriting.face import UNKNOWN, Face
from wxpay_v2.migration.rewriting.relocation import move

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from wxpay_v2.migration.finding import Finding

__all__ = ["FACES", "FIXER"]

_NAMES = ("WXPay", "WXPayUtil", "WXPayConstants", "SignInvalidException")
# The package itself, and how copies of it are often called; a copy in the code base is left alone.
FACES = tuple(
    Face(
        library="pywxpay",
        package=package,
        home="wxpay_v2.compat.wxpay",
        moves=frozenset(f"{package}.{name}" for name in _NAMES),
        mixed=frozenset((package,)),
        rest=UNKNOWN,
    )
    for package in ("pywxpay", "wxpay")
)


def _fix(code: CodeBase) -> Iterator[Finding]:
    for face in FACES:
        yield from move(code, face)


FIXER = Fixer(
    name="wxpay_official",
    level=FACE,
    title="pywxpay, the official-style WXPay: imports",
    fix=_fix,
    examples=(
        Example(
            "Every name of the package has its twin",
            "from pywxpay import WXPay, WXPayUtil\n",
            "from wxpay_v2.compat.wxpay import WXPay, WXPayUtil\n",
        ),
    ),
    stops=(
        Example(
            "A name that the face has not", "from pywxpay import WXPay, as_text\n", "", "upgrade-code.pywxpay.missing"
        ),
    ),
)
