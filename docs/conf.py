"""Sphinx settings. `make docs` builds into docs/_build/html; a warning is an error in `make check`."""

from __future__ import annotations

import sys
from pathlib import Path

from sphinx.application import Sphinx

import wxpay_v2
from wxpay_v2.v2 import catalogue

sys.path.insert(0, str(Path(__file__).parent))  # catalogue_pages, beside this file

project = "wxpay-v2"
author = "wxpay-v2 contributors"
project_copyright = author
release = version = wxpay_v2.__version__

extensions = ["sphinx.ext.autodoc", "catalogue_pages", "upgrade_pages"]
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
    app.connect("autodoc-skip-member", _skip_operations)


def _skip_operations(app: Sphinx, what: str, name: str, obj: object, skip: bool, options: object) -> bool | None:
    """An operation's method has a page made from its row, by catalogue_pages; it is not told twice."""
    return True if what != "module" and name in catalogue.NAMES else None
