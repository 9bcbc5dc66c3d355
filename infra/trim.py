"""What the libraries bring along and no function reads: other services, other languages, words for people.

Less to unpack, less to read: AWS's description of a service is parsed at each cold start.
"""

import ast
import gzip
import json
import pickle
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from chalicelib.shared.texts import LANGUAGES

SERVICES = frozenset({"dynamodb", "s3", "sesv2", "sns", "sqs", "ssm"})
"""AWS services that a function has a client of."""
_ENDPOINTS = frozenset({"dynamodb", "email", "s3", "sns", "sqs", "ssm"})
"""The same, as botocore's list of endpoints calls them."""
LOCALES = frozenset({"root", *LANGUAGES})
"""Languages of the portal; each comes with all its regions (`fr_CA`)."""
_WRITING = frozenset({
    "locale_id", "character_order", "week_data", "plural_form", "months", "days", "quarters", "eras", "day_periods",
    "day_period_rules", "date_formats", "time_formats", "datetime_formats", "number_symbols", "numbering_systems",
    "default_numbering_system", "decimal_formats", "percent_formats", "currency_formats", "currency_symbols",
    "currency_unit_patterns", "list_patterns",
})  # fmt: skip
"""Parts of a locale that writing dates, times and money needs."""
_GLOBAL = frozenset({
    "aliases", "language_aliases", "territory_aliases", "script_aliases", "variant_aliases", "likely_subtags",
    "parent_exceptions", "currency_fractions",
})  # fmt: skip
"""Parts of Babel's general data that choosing a locale and writing money need."""
_CHALICE = frozenset({"__init__.py", "app.py"})
"""Chalice's runtime; the rest is its command line."""
_JINJA_COMPILER = {
    "compiler.py": ("CodeGenerator", "generate"),
    "lexer.py": ("Lexer", "TokenStream", "get_lexer"),
    "nodes.py": ("Template",),
    "parser.py": ("Parser",),
}
"""Modules of Jinja's compiler, and the names that its other half imports from them without ever calling one."""
_JINJA_RUNTIME = "EvalContext"
"""What running templates need of those modules."""
_STRIPE_UNUSED = frozenset({
    "params", "events", "issuing", "treasury", "terminal", "tax", "test_helpers", "billing",
    "financial_connections",
})  # fmt: skip
"""Parts of Stripe's library: types for checkers, and areas of Stripe that nobody uses, each loaded on its own."""
_ICALENDAR_UNUSED = frozenset({"tests"})
_CIPHERS_UNUSED = ("x509", "fernet.py", "hazmat/primitives/asymmetric", "hazmat/primitives/serialization")
"""Of the library of ciphers: certificates and key files. A short secret is sealed with a key that is bytes. Whoever
checks signatures of passkeys needs them.
"""
_READ_WITH_WORDS = "clientContextParams"
"""Part of a service's description whose documentation botocore does not do without."""
_KEPT_FACTS = frozenset({"METADATA", "licenses"})
_UNREAD = ("*.pyi", "*.c", "*.h", "py.typed")


def trim(tree: Path) -> None:
    """Removes from installed libraries what is not read."""
    _keep_only(tree / "chalice", lambda path: path.name in _CHALICE)
    _trim_babel(tree / "babel")
    _trim_jinja(tree / "jinja2")
    _remove(path for path in (tree / "stripe").glob("*") if path.name in _STRIPE_UNUSED)
    _remove(path for path in (tree / "icalendar").glob("*") if path.name in _ICALENDAR_UNUSED)
    if not (tree / "webauthn").exists():
        _remove(path for name in _CIPHERS_UNUSED if (path := tree / "cryptography" / name).exists())
    _trim_botocore(tree / "botocore" / "data")
    for facts in tree.glob("*.dist-info"):
        _keep_only(facts, lambda path: path.name in _KEPT_FACTS)
    for path in (found for pattern in _UNREAD for found in tree.rglob(pattern)):
        path.unlink()


def _keep_only(folder: Path, wanted: Callable[[Path], bool]) -> None:
    _remove(path for path in (folder.iterdir() if folder.is_dir() else ()) if not wanted(path))


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _is_spoken(path: Path) -> bool:
    return path.stem.partition("_")[0] in LOCALES


def _trim_babel(babel: Path) -> None:
    """Keeps how dates, times and money are written. Names of countries and units are most of what would be loaded."""
    locales = babel / "locale-data"
    _keep_only(locales, _is_spoken)
    for path in sorted(locales.iterdir()) if locales.is_dir() else ():
        _repickle(path, _WRITING)
    if (babel / "global.dat").exists():
        _repickle(babel / "global.dat", _GLOBAL)


def _repickle(path: Path, kept: frozenset[str]) -> None:
    """Stores a dictionary of Babel's anew; what is not read becomes empty, for Babel looks into more than it uses."""
    told = {name: value if name in kept else {} for name, value in pickle.loads(path.read_bytes()).items()}
    if "likely_subtags" in told:  # where a language is at home: of thousands, a few are ever asked for
        told["likely_subtags"] = {tag: full for tag, full in told["likely_subtags"].items() if _is_spoken(Path(tag))}
    path.write_bytes(pickle.dumps(told, protocol=pickle.HIGHEST_PROTOCOL))


def _trim_jinja(jinja: Path) -> None:
    """Takes the compiler out: templates are in the package as modules. What is left can not make code of any text.

    Jinja imports its compiler whenever it is imported, which was half of its part in a cold start.
    """
    for name, imported in _JINJA_COMPILER.items() if jinja.is_dir() else ():
        path = jinja / name
        kept = [part for part in ast.parse(path.read_text()).body if getattr(part, "name", "") == _JINJA_RUNTIME]
        stand_ins = "".join(f"class {each}:\n    pass\n\n" for each in imported)
        path.write_text(f"import typing as t\n\n{stand_ins}{''.join(map(ast.unparse, kept))}\n")


def _trim_botocore(data: Path) -> None:
    _remove(path for path in data.iterdir() if path.is_dir() and path.name not in SERVICES)
    _rewrite(data / "endpoints.json", _used_endpoints)
    for path in _descriptions(data):
        _rewrite(path, _without_words)


def _descriptions(data: Path) -> Iterator[Path]:
    return (path for service in sorted(SERVICES) for path in sorted((data / service).rglob("*.json*")))


def _rewrite(path: Path, change: Callable[[Any], Any]) -> None:
    """Stores a JSON file anew, changed, compact and not compressed: botocore reads either form."""
    raw = path.read_bytes()
    told = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    path.unlink()
    path.with_suffix("" if path.suffix == ".gz" else path.suffix).write_text(
        json.dumps(change(told), separators=(",", ":"))
    )


def _used_endpoints(told: Any) -> Any:
    for partition in told["partitions"]:
        partition["services"] = {name: rules for name, rules in partition["services"].items() if name in _ENDPOINTS}
    return told


def _without_words(told: Any) -> Any:
    """`told` without documentation: text only. A field that happens to have that name holds an object, and stays.

    So does what S3 says of its clients' settings: botocore reads these words whenever it calls S3.
    """
    if isinstance(told, dict):
        return {
            name: value if name == _READ_WITH_WORDS else _without_words(value)
            for name, value in told.items()
            if not (name == "documentation" and isinstance(value, str))
        }
    return [_without_words(value) for value in told] if isinstance(told, list) else told
