"""An organisation to import into."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.organisations import store
from chalicelib.organisations.domain import Organisation, Question, QuestionKind
from local.engine import Engine
from tests.support.imports import Importer

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


@pytest.fixture
def organisation(aws: Engine, org: str) -> Organisation:
    """A stored organisation in Montréal with a question of each kind."""
    found = Organisation(
        slug=org,
        name={"fr": "École"},
        country="CA",
        zone="America/Toronto",
        currency="CAD",
        languages=("fr", "en", "ru"),
        questions=(
            Question("photo", {"fr": "Photos ?"}, QuestionKind.YES_NO, required=True),
            Question(
                "level",
                {"fr": "Niveau"},
                QuestionKind.CHOICE,
                choices=(("low", {"fr": "Débute"}), ("high", {"fr": "Avancé"})),
            ),
            Question("note", {"fr": "Remarque"}),
        ),
        import_key=b"k" * 32,
    )
    store.create(found)
    return found


@pytest.fixture
def load(organisation: Organisation, tmp_path: Path) -> Importer:
    """Imports files into the organisation."""
    return Importer(organisation, tmp_path / "files", NOW)
