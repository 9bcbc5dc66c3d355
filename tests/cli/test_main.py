import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chalicelib.admin.imports.columns import SHEETS
from chalicelib.data import keys
from chalicelib.organisations import audit, store
from chalicelib.organisations.domain import Status
from cli.__main__ import app, main
from cli.asking import REASON
from local.engine import Engine
from tests.support.imports import FAMILY, with_rows, write_folder
from tests.support.stored import StoredItem, stored_items

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "demo"
STAFF = ("--staff-name", "Diane Marchand", "--staff-email", "diane@example.com")


def foyer(*arguments: str, code: int = 0) -> str:
    """What a command says; its exit code must be `code`."""
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def settings_file(aws: Engine, org: str, tmp_path: Path) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text((DEMO / "organisation.toml").read_text("utf-8").replace('"demo"', f'"{org}"'), "utf-8")
    return path


@pytest.fixture
def created(settings_file: Path, org: str) -> str:
    foyer("organisation", "create", str(settings_file), *STAFF, "--logo", str(DEMO / "logo.png"))
    return org


def _records(org: str) -> dict[tuple[str, str], StoredItem]:
    """All that is stored but the log of who did something."""
    return {place: item for place, item in stored_items(org).items() if not place[1].startswith(keys.AUDIT)}


def test_an_organisation_is_created_once(settings_file: Path, created: str) -> None:
    found = store.get(created)
    assert found
    assert (len(found.import_key), bool(found.brand.logo)) == (32, True)
    assert "already" in foyer("organisation", "create", str(settings_file), *STAFF, code=1)


def test_an_update_changes_settings_and_keeps_logo_and_import_key(settings_file: Path, created: str) -> None:
    before = store.get(created)
    told = settings_file.read_text("utf-8").replace("mail_excerpt = 0", "mail_excerpt = 80")
    settings_file.write_text(told, "utf-8")
    foyer("organisation", "update", str(settings_file))
    after = store.get(created)
    assert before
    assert after
    assert (before.mail_excerpt, after.mail_excerpt) == (0, 80)
    assert (after.import_key, after.brand.logo) == (before.import_key, before.brand.logo)


def test_a_portal_is_closed_opened_given_up_and_kept_by_name_and_reason(created: str) -> None:
    assert "Closed" in foyer("organisation", "suspend", created)
    assert "suspended" in foyer("organisation", "show", created)
    assert "Opened" in foyer("organisation", "resume", created)
    assert "--confirm" in foyer("organisation", "delete", created, "--confirm", "other", code=1)
    assert "is deleted from" in foyer("organisation", "delete", created, "--confirm", created)
    assert "to be deleted" in foyer("organisation", "resume", created, code=1)
    assert "Kept" in foyer("organisation", "keep", created)
    found = store.get(created)
    assert found
    assert found.status is Status.ACTIVE


@pytest.mark.parametrize(
    "command",
    [
        ("archive", "household", "{org}", "h-1"), ("organisation", "suspend", "{org}"), ("import", "{org}", "{demo}"),
        ("stripe", "connect", "{org}"), ("stripe", "reconcile", "{org}"),
        ("payments", "close", "{org}", "x", "--note", "x"),
        ("classes", "attendance", "{org}", "c-1", "2026-11-22"), ("invoices", "issue", "{org}", "h-1", "i-1"),
        ("organisation", "delete", "{org}", "--confirm", "{org}"), ("organisation", "keep", "{org}"),
    ],
)  # fmt: skip
def test_nobody_works_on_families_records_without_a_reason(
    created: str, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import, a comparison with Stripe and a list of who came count as well."""
    monkeypatch.delenv(REASON)
    before = stored_items(created)

    said = foyer(*(part.format(org=created, demo=DEMO) for part in command), code=1)

    assert f"foyer --reason WORDS, or {REASON}" in said
    assert stored_items(created) == before


def test_what_an_operator_does_to_all_is_read_by_the_organisation(created: str, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "files", FAMILY)
    foyer("--reason", "They moved over from paper", "import", created, str(folder))

    entry = next(each for each in audit.page(created).rows if each.act == "operator")
    assert entry.about["what"].startswith("The records of many families were worked on")
    assert entry.about["reason"] == "They moved over from paper"
    assert entry.author.name


def test_mistakes_of_a_settings_file_name_their_keys(settings_file: Path) -> None:
    settings_file.write_text('slug = "x y"\n', "utf-8")
    said = foyer("organisation", "create", str(settings_file), *STAFF, code=1)
    assert "slug must be" in said
    assert "currency is missing" in said


@pytest.mark.parametrize(("option", "value"), [("--staff-email", "nobody"), ("--logo", str(DEMO / "users.csv"))])
def test_what_can_not_be_used_is_told_in_a_line(settings_file: Path, org: str, option: str, value: str) -> None:
    arguments = ["organisation", "create", str(settings_file), *STAFF, option, value]
    assert foyer(*arguments, code=1).count("\n") == 1
    assert store.get(org) is None


def test_a_dry_run_writes_nothing_and_wants_no_reason(
    created: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(REASON)
    folder = write_folder(tmp_path / "files", FAMILY)
    before = stored_items(created)
    assert "No mistakes" in foyer("import", created, str(folder), "--dry-run")
    assert stored_items(created) == before


def test_mistakes_are_a_table_and_the_exit_code_is_1(created: str, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "files", with_rows(FAMILY, households="H3;;fr\nH3;[b]Roy[/b];de\n"))
    before = stored_items(created)
    said = foyer("import", created, str(folder), code=1)
    assert "households.csv" in said
    assert "nothing was written" in said
    assert stored_items(created) == before


def test_the_demonstration_is_whole_and_imports_twice_with_the_same_result(created: str) -> None:
    foyer("resources", "import", created, str(DEMO / "resources.toml"))
    said = foyer("import", created, str(DEMO))
    before = _records(created)
    assert "Left as they were" not in said
    foyer("import", created, str(DEMO))
    assert _records(created) == before
    households = sum(sk == "HOUSEHOLD" for _, sk in before)
    assert households >= 40
    assert sum(sk == "PERSON" for _, sk in before) >= 70


def test_an_organisation_that_is_not_there_is_told_in_a_line(aws: Engine, tmp_path: Path) -> None:
    assert "no organisation" in foyer("import", "nobody", str(tmp_path), code=1)
    assert "no organisation" in foyer("organisation", "show", "nobody", code=1)


def test_the_documented_columns_are_printed() -> None:
    said = foyer("columns")
    for sheet in SHEETS:
        assert sheet.file in said
        assert all(column.name in said for column in sheet.columns)


@pytest.mark.parametrize(
    "command",
    [(), ("import",), ("columns",), ("organisation",), ("organisation", "create"), ("organisation", "update")],
)
def test_every_command_explains_itself(command: tuple[str, ...]) -> None:
    assert "Usage" in foyer(*command, "--help")


def test_a_terminal_that_is_not_set_up_is_told_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from chalicelib import settings

    monkeypatch.setattr("sys.argv", ["foyer", "organisation", "show", "x"])
    monkeypatch.setattr(settings, "current", lambda: settings.read({}))
    assert main() == 1
    assert "FOYER_TABLE is not set" in capsys.readouterr().err.replace("\n", " ")


def test_the_script_runs_the_command_line() -> None:
    result = subprocess.run([str(ROOT / "foyer"), "--help"], capture_output=True, text=True, check=True, cwd="/")
    assert "import" in result.stdout
