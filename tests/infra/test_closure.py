"""What the package consists of follows from imports."""

from pathlib import Path

from infra import closure


def _write(root: Path, **modules: str) -> None:
    for name, text in modules.items():
        path = root.joinpath(*name.split("__")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_modules_are_followed_and_others_left_out(tmp_path: Path) -> None:
    _write(
        tmp_path,
        app="from chalicelib.a import thing\nimport json\n",
        chalicelib__a="def f():\n    from chalicelib.deep import b\n    import stripe\n",
        chalicelib__unused="import boto3\n",
    )
    _write(tmp_path / "chalicelib", deep__b="import jinja2.ext\n", deep____init__="", __init__="")
    (tmp_path / "chalicelib" / "__init__.py").touch()
    (tmp_path / "chalicelib" / "deep" / "__init__.py").touch()
    found = closure.of_modules(tmp_path, ["app"])
    assert found.modules == {"app", "chalicelib", "chalicelib.a", "chalicelib.deep", "chalicelib.deep.b"}
    assert found.foreign == {"stripe", "jinja2"}


def test_what_is_never_called_stays_out_with_what_it_needs(tmp_path: Path) -> None:
    _write(
        tmp_path,
        app="from chalicelib import a\n",
        chalicelib__a="def f():\n    from chalicelib import b\ndef g():\n    import jinja2\n",
        chalicelib__b="import stripe\n",
    )
    (tmp_path / "chalicelib" / "__init__.py").touch()
    found = closure.of_modules(tmp_path, ["app"], {"chalicelib.b"})
    assert (set(found.modules), set(found.foreign)) == ({"app", "chalicelib", "chalicelib.a"}, {"jinja2"})


def test_libraries_come_with_what_they_require() -> None:
    assert {"jinja2", "markupsafe"} <= closure.of_libraries(["jinja2"])
    assert "phonenumberslite" in closure.of_libraries(["phonenumbers"])


def test_chalice_comes_without_its_command_line() -> None:
    assert closure.of_libraries(["chalice"]) == {"chalice", "tzdata"}
