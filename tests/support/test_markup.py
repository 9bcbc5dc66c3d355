"""The page checks themselves: each fault of a page is found."""

import pytest
from html5lib.html5parser import ParseError

from tests.support import markup

_FRAME = '<!doctype html><html lang="en" dir="ltr"><head><title>T</title></head><body><h1>H</h1>{}</body></html>'


def _problems(body: str) -> list[str]:
    return markup.problems(markup.parse(_FRAME.format(body)))


def test_a_sound_page_has_no_problems() -> None:
    assert (
        _problems(
            '<form method="post" action="/x"><input type="hidden" name="csrf" value="t">'
            '<label for="a">A</label><input id="a" name="a"><button>Send</button></form>'
        )
        == []
    )


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<h1>Second</h1>", "2 h1"),
        ('<p id="a"></p><p id="a"></p>', "'a' is there 2 times"),
        ('<label for="gone">A</label>', "points to no control"),
        ('<label for="a"></label><input id="a" name="a">', "is empty"),
        ('<input name="a">', "has no label"),
        ('<select name="a"><option>1</option></select>', "has no label"),
        ('<button type="button"></button>', "no words"),
        ('<form method="post"><button>Go</button></form>', "0 csrf fields"),
        ('<form method="post"><input type="hidden" name="csrf" value=""><button>Go</button></form>', "0 csrf"),
        ('<input id="a" aria-label="A" aria-describedby="gone">', "'gone', which is not there"),
        ('<a href="#gone">x</a>', "'#gone', which is not there"),
        ('<p style="color:red">x</p>', "carries style"),
        ('<p onclick="x()">x</p>', "carries onclick"),
        ("<script>x()</script>", "stands in the page"),
        ('<a href="javascript:x()">x</a>', "javascript: address"),
    ],
)
def test_each_fault_is_found(body: str, problem: str) -> None:
    found = _problems(body)
    assert any(problem in one for one in found), found


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("<!doctype html><html dir=ltr><head><title>T</title></head><body><h1>H</h1></body></html>", "language"),
        ('<!doctype html><html lang="en"><head><title>T</title></head><body><h1>H</h1></body></html>', "direction"),
        ('<!doctype html><html lang="en" dir="ltr"><head></head><body><h1>H</h1></body></html>', "title"),
        ('<!doctype html><html lang="en" dir="ltr"><head><title>T</title></head><body></body></html>', "0 h1"),
    ],
)
def test_a_faulty_frame_is_found(html: str, problem: str) -> None:
    assert any(problem in one for one in markup.problems(markup.parse(html)))


@pytest.mark.parametrize("body", ["<p><div></div></p>", "<p", "</section>", "<p class=a class=b>x</p>"])
def test_what_is_not_html5_is_refused(body: str) -> None:
    with pytest.raises(ParseError):
        markup.parse(_FRAME.format(body))
