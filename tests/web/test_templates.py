"""What holds of every template."""

from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates"


def test_no_link_opens_a_tab_of_its_own() -> None:
    """X-20: a shortcut on a telephone's home screen has no tabs."""
    found = list(TEMPLATES.rglob("*.html"))
    assert found
    assert [page.name for page in found if "_blank" in page.read_text("utf-8")] == []
