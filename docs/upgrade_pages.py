"""The fate of every field over API v3, written from the rules into ``_generated/upgrade/fields.rst``: an extension."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from sphinx.application import Sphinx

from wxpay_v2.upgrade import catalogue, error_codes, notifications
from wxpay_v2.upgrade.rules import CONVERT, DROP, MOVE, REFUSE, SUPPLY, NoEquivalent, Rule, Step, Upgrade
from wxpay_v2.v2 import catalogue as v2_catalogue

__all__ = ["page", "setup"]

_HEAD = """Every field's fate over API v3
==============================

Made from the rules that carry out the calls. *inferred* marks what no official page says in so many words: try it in a
test before you rely on it. How to go about it: :doc:`/howto/upgrade`.
"""
_WORDS = {MOVE: "as it is", CONVERT: "converted", SUPPLY: "supplied", DROP: "lost", REFUSE: "refused"}


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True}


def write(app: Sphinx) -> None:
    """Write the page when it is new or different."""
    path = Path(app.srcdir) / "_generated" / "upgrade" / "fields.rst"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = page()
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def page() -> str:
    """Return the text of the page."""
    parts = [_HEAD]
    for name in catalogue.CARRIED:
        upgrade = catalogue.find(name)
        if isinstance(upgrade, Upgrade):
            parts += _carried(name, upgrade)
    parts += _heading("Notifications")
    for kind, step in (("Payment", notifications.PAYMENT), ("Refund", notifications.REFUND)):
        parts += [f"\n{kind}\n", *_table(("v2", "API v3", "what becomes of it", "why"), _rules(step.answer))]
    parts += _heading("Error codes")
    parts += _table(("API v3", "v2", "where"), map(_error, error_codes.CODES))
    parts += _heading("What API v3 does not carry")
    absent = [(name, row) for name in v2_catalogue.NAMES if isinstance(row := catalogue.find(name), NoEquivalent)]
    told = [(name, row) for name, row in absent if name in catalogue.ABSENT]
    parts += _table(("v2", "why", "do instead"), ((f"``{name}``", row.reason, row.remedy) for name, row in told))
    others = ", ".join(f"``{name}``" for name, row in absent if name not in catalogue.ABSENT)
    parts.append(f"\nNot carried, of products beside these: {others}. Keep them on v2.\n")
    return "\n".join(parts)


def _carried(name: str, upgrade: Upgrade) -> Iterator[str]:
    yield from _heading(name)
    told = (f"``{target.name}``{_limits(target.regions, target.modes)}" for target in upgrade.targets)
    yield f"Carried by {', '.join(dict.fromkeys(told))}.\n"
    if upgrade.otherwise is not None:
        yield f"Elsewhere: {upgrade.otherwise.reason}; {upgrade.otherwise.remedy}.\n"
    for step, when in [(one, "before") for one in upgrade.before] + [(one, "after") for one in upgrade.after]:
        yield f"With a call of its own {when} it, ``{step.target.name}``: {_because(step)}\n"
    yield "\nRequest\n"
    yield from _table(("v2", "API v3", "what becomes of it", "why"), _rules(upgrade.request))
    yield "\nAnswer\n"
    yield from _table(("v2", "API v3", "what becomes of it", "why"), _rules(upgrade.answer))


def _because(step: Step) -> str:
    return f"{step.reason}." if step.reason else "API v3 has two calls for it."


def _heading(title: str) -> list[str]:
    return [f"\n{title}", "-" * len(title), ""]


def _rules(rules: Iterable[Rule]) -> Iterator[tuple[str, ...]]:
    for rule in rules:
        word = _WORDS[rule.kind]
        if rule.kind == DROP and rule.harmless:
            word = "left out"
        if rule.kind == CONVERT and rule.how is not None:
            word = f"converted ({rule.how.name})"
        if rule.setting:
            word = f"from ``V3Account({rule.setting}=...)``"
        doubt = " *inferred*" if rule.basis == "inferred" else ""
        limits = _limits(rule.regions, rule.modes) + (f", where {' or '.join(rule.when)}" if rule.when else "")
        names = ", ".join(f"``{name}``" for name in rule.names) if rule.kind != SUPPLY else ""
        place = f"``{rule.v3}``" if rule.v3 and rule.kind not in (DROP, REFUSE) else ""
        if rule.kind == SUPPLY:
            names, place = f"``{rule.v2}``", ""
        yield (names + limits, place, word + doubt, rule.reason)


def _limits(regions: tuple[str, ...], modes: tuple[str, ...]) -> str:
    said = [*regions, *(mode.replace("_", " ") for mode in modes)]
    return f" ({', '.join(said)})" if said else ""


def _error(rule: error_codes.ErrorRule) -> tuple[str, ...]:
    told = f"``{rule.err_code}``" if rule.err_code else f"return_msg ``{rule.return_msg}``"
    where = ", ".join(rule.families) or "everywhere else"
    return (f"``{rule.code}``", told + (" with return_code FAIL" if rule.fault else ""), where)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = ["", ".. list-table::", "   :header-rows: 1", ""]
    for row in (head, *rows):
        for place, cell in enumerate(row):
            lines.append(f"   {'* -' if not place else '  -'} {cell or '..'}".rstrip())
    return [*lines, ""]
