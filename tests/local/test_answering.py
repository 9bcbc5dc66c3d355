"""A mail of the inbox is answered on this machine, and the answer is in its thread."""

from urllib.parse import urlencode

import pytest

from chalicelib import bootstrap
from chalicelib.data import keys
from chalicelib.messages import store
from chalicelib.notifications.delivery import Carriers, deliver
from local import answering, inbox
from local.engine import Engine
from local.events import Call
from tests.messages.talking import Talk, talk
from tests.support.sent import Sent
from tests.support.world import World

_HERE = (("Host", "127.0.0.1:8001"), ("Sec-Fetch-Site", "same-origin"))


@pytest.fixture
def told(world: World) -> Talk:
    return talk(world)


def _mailed(told: Talk, thread: str, sent: Sent) -> inbox.Message:
    """The mail of the thread's first message, once it went out."""
    carriers = Carriers(bootstrap.mailer(), bootstrap.texter())
    assert deliver(carriers, keys.outbox(told.world.org, f"thread-{thread}-1"), told.world.now) == "sent"
    return sent("famille@example.com")[0]


def test_an_answer_typed_below_a_mail_is_in_its_thread(told: Talk, sent: Sent, aws: Engine) -> None:
    thread = told.write()
    mail = _mailed(told, thread.id, sent)
    listed = inbox.answer(aws.endpoint, Call("GET", "/", _HERE), answering)
    assert f'value="{mail.id}"' in listed.body.decode()

    body = urlencode({"mail": mail.id, "text": "We come.\n\n> Come at five."}).encode()
    done = inbox.answer(aws.endpoint, Call("POST", "/answer", _HERE, body), answering)

    assert done.status == 303
    posts = store.list_posts(told.world.org, thread)
    assert [post.words.text for post in posts] == ["Come at five.", "We come."]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
def test_no_page_of_another_site_answers_a_mail(told: Talk, sent: Sent, aws: Engine, site: str) -> None:
    thread = told.write()
    body = urlencode({"mail": _mailed(told, thread.id, sent).id, "text": "Yes"}).encode()
    headers = (_HERE[0], ("Sec-Fetch-Site", site))

    assert inbox.answer(aws.endpoint, Call("POST", "/answer", headers, body), answering).status == 403
    assert inbox.answer(aws.endpoint, Call("POST", "/answer", _HERE, body)).status == 403
    assert len(store.list_posts(told.world.org, thread)) == 1


def test_what_is_no_answer_is_refused(told: Talk, sent: Sent, aws: Engine) -> None:
    mail = _mailed(told, told.write().id, sent)
    for fields in ({"mail": "none", "text": "x"}, {"mail": mail.id, "text": " "}, {}):
        call = Call("POST", "/answer", _HERE, urlencode(fields).encode())
        assert inbox.answer(aws.endpoint, call, answering).status == 404
    code = inbox.Message("x", "mail", "a@b.example", "Your code", "123456", "", 0)
    assert not answering.can_be_answered(code)
    link = "https://portal.test/none/messages/20261122-" + "a" * 32
    with pytest.raises(LookupError):
        answering.answer(inbox.Message("x", "mail", "a@b.example", "x", link, "", 0), "Yes")
