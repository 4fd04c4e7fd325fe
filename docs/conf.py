"""Sphinx settings. `make docs` builds into docs/_build/html; a warning is an error in `make check`."""

from __future__ import annotations

from sphinx.application import Sphinx

import wxpay_v2
from wxpay_v2.v2 import catalogue

project = "wxpay-v2"
author = "wxpay-v2 contributors"
project_copyright = author
release = version = wxpay_v2.__version__

extensions = ["sphinx.ext.autodoc"]
exclude_patterns = ["_build", "performance_table.rst"]
default_role = "code"  # single back-ticks in docstrings name things of Python and of the wire
nitpicky = False

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
autodoc_default_options = {"members": True}

html_theme = "furo"
html_title = f"wxpay-v2 {release}"


def setup(app: Sphinx) -> None:
    app.connect("autodoc-process-docstring", _manual_page)


def _manual_page(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """An operation's docstring is a manual page made from its row, for `help()`; show it with its layout."""
    if name.startswith("wxpay_v2.Client.") and name.rpartition(".")[2] in catalogue.NAMES:
        lines[1:] = ["", "::", "", *("   " + line for line in lines[1:])]
