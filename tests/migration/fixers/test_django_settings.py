from __future__ import annotations

import pytest

from tests.migration.fixers.cases import becomes, each, stays
from wxpay_v2.migration.fixers.django_settings import FIXER
from wxpay_v2.migration.rewriting.code import Example

SETTINGS = "shop/settings.py"
KEY = "192006250b4c09247ec02edce69f6a2d"
MOVED = ["upgrade-code.settings.key"]


# What it leaves alone.


@each(FIXER.stops)
def test_it_stops(example: Example) -> None:
    stays(FIXER, example.before, example.finding, path=SETTINGS)


@pytest.mark.parametrize(
    "source",
    [
        "",
        'import os\n\nWECHAT_API_KEY = os.environ["WECHAT_API_KEY"]\n',
        'WECHAT_API_KEY = env("WECHAT_API_KEY")\n',
        'WECHAT_API_KEY = ""\n',
        'WECHAT_API_KEY = "change me"\n',
        f'WECHAT_TOKEN = "{KEY}"\n',
        f'SECRET_KEY = "{KEY}"  # of Django, not of WECHAT\n',
        f'CACHES = {{"KEY": "{KEY}"}}  # WECHAT\n',
        f'WECHAT_API_KEY = b"{KEY}"\n',
        f'WECHAT_API_KEY = "{KEY}" + SUFFIX\n',
        f'# WECHAT_API_KEY = "{KEY}"\n',
    ],
)
def test_what_is_no_api_key_in_the_source_stays(source: str) -> None:
    stays(FIXER, source, path=SETTINGS)


def test_a_file_that_is_no_settings_module_stays() -> None:
    stays(FIXER, f'WECHAT_API_KEY = "{KEY}"\n', path="shop/views.py")


# What it rewrites.


@each(FIXER.examples)
def test_it_rewrites(example: Example) -> None:
    assert becomes(FIXER, example.before, example.after, path=SETTINGS) == MOVED


@pytest.mark.parametrize(
    "name", ["WXPAY_KEY_".rstrip("_"), "WECHAT_API_KEY", "WEIXIN_MCH_KEY", "WX_PAY_SECRET", "WECHATPAY_PARTNER_KEY"]
)
@pytest.mark.parametrize("path", ["settings.py", "shop/settings/base.py", "shop/local_settings.py"])
def test_the_names_that_keys_go_by(name: str, path: str) -> None:
    before = f'# -*- coding: utf-8 -*-\nfrom __future__ import annotations\nimport os\n{name} = "{KEY}"\n'
    after = before.replace(f'"{KEY}"', 'os.environ["WXPAY_V2_API_KEY"]')
    assert becomes(FIXER, before, after, path=path) == MOVED


def test_no_finding_tells_the_key() -> None:
    from pathlib import PurePosixPath

    from wxpay_v2.migration.rewriting.code import CodeBase

    for example in (*FIXER.examples, *FIXER.stops):
        for finding in FIXER.fix(CodeBase({PurePosixPath(SETTINGS): example.before.encode()})):
            assert KEY not in repr(finding)
            assert KEY[::-1] not in repr(finding)
