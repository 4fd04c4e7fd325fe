"""Old names of modules, found at ours."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec

from wxpay_v2.errors import ConfigurationError, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

__all__ = ["FACES", "Aliases", "Face", "install"]


class Face:
    """aliases: old module -> ours, always. alone: the same, where the real package is not installed beside us."""

    __slots__ = ("aliases", "alone")

    def __init__(self, aliases: Mapping[str, str], alone: Mapping[str, str]) -> None:
        self.aliases = aliases
        self.alone = alone


_WECHATPY = "wxpay_v2.compat.wechatpy"
FACES: dict[str, Face] = {
    "wechatpy": Face(
        {"wechatpy.pay": f"{_WECHATPY}.pay", "wechatpy.exceptions": f"{_WECHATPY}.exceptions"},
        {"wechatpy": _WECHATPY, "wechatpy.crypto": f"{_WECHATPY}.crypto"},
    ),
    "weixin": Face(
        {"weixin.pay": "wxpay_v2.compat.weixin.pay", "weixin.base": "wxpay_v2.compat.weixin.base"},
        {"weixin": "wxpay_v2.compat.weixin"},
    ),
    "wechatpay": Face(
        {
            "wechatpay": "wxpay_v2.compat.wechat_pay_sdk",
            "wechatpay.models": "wxpay_v2.compat.wechat_pay_sdk.models",
        },
        {},
    ),
    "wxpay": Face({"wxpay": "wxpay_v2.compat.wxpay"}, {}),
    "pywxpay": Face({"pywxpay": "wxpay_v2.compat.wxpay"}, {}),
}


class Aliases(MetaPathFinder, Loader):
    """A finder for the modules of one `Face`; those below an aliased package are found below ours."""

    def __init__(self, name: str, modules: Mapping[str, str]) -> None:
        self.name = name
        self._modules = dict(modules)
        self._specs: dict[str, ModuleSpec | None] = {}

    def home(self, name: str) -> str | None:
        """Return our module that *name* stands for, None where it is none of them."""
        for old, ours in self._modules.items():
            if name == old or (name.startswith(f"{old}.") and "." in old):
                return ours + name[len(old) :]
        return None

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        home = self.home(name)
        if home is None:
            return None
        try:
            module = import_module(home)
        except ModuleNotFoundError as error:
            if error.name == home:
                return None
            raise
        return ModuleSpec(name, self, origin=module.__file__, is_package=hasattr(module, "__path__"))

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(self.home(spec.name) or "")
        self._specs[spec.name] = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """It has been executed under its own name, which it keeps."""
        told = module.__spec__
        if told is not None and self._specs.get(told.name) is not None:
            module.__spec__ = self._specs[told.name]

    def remove(self) -> None:
        """Forget the aliases; what was imported stays with whoever imported it."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        for name in [name for name in sys.modules if self.home(name) is not None]:
            del sys.modules[name]

    def __enter__(self) -> Aliases:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()

    def __repr__(self) -> str:
        return f"<Aliases of {self.name}>"


def install(name: str) -> Aliases:
    """Put the finder of *name*'s modules first. See `wxpay_v2.compat.install`."""
    face = FACES.get(name) if isinstance(name, str) else None
    if face is None:
        raise ConfigurationError(f"there is no face of {quoted(name)}", remedy=f"there are {', '.join(sorted(FACES))}")
    root = name.partition(".")[0]
    already = next((one for one in sys.meta_path if isinstance(one, Aliases) and one.name == name), None)
    if already is not None:
        return already
    if root in sys.modules:
        raise ConfigurationError(
            f"{root} is loaded already, and whoever imported it keeps the real one",
            remedy=f"call wxpay_v2.compat.install({name!r}) first of all, or run: python -m wxpay_v2.compat SCRIPT",
        )
    modules = dict(face.aliases)
    if find_spec(root) is None:  # by any finder: an editable install has one of its own
        modules.update(face.alone)
    made = Aliases(name, modules)
    sys.meta_path.insert(0, made)
    return made
