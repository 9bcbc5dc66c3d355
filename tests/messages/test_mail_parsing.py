"""What is read out of a mail, however it is made; nothing of it ends the reading (MSG-1)."""

import random
from email.message import EmailMessage

import pytest

from chalicelib.messages.mail_parsing import fresh, parse


def mail(text: str = "Black ones.", **headers: str) -> EmailMessage:
    """A plain mail of Marie's."""
    made = EmailMessage()
    usual = {"From": "Marie <marie@example.com>", "Subject": "Re: Shoes", "Message-ID": "<1@example.com>"}
    for name, value in (usual | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        made[name] = value
    made.set_content(text)
    return made


def test_a_plain_mail_is_who_what_and_the_new_words() -> None:
    told = parse(mail("Black ones.\n\nMarie").as_bytes())

    assert (told.sender, told.subject, told.text, told.files) == (
        "marie@example.com",
        "Re: Shoes",
        "Black ones.\n\nMarie",
        (),
    )
    assert not told.automatic
    assert told.name == parse(mail("Another copy").as_bytes()).name
    assert told.name != parse(mail(Message_ID="<2@example.com>").as_bytes()).name


@pytest.mark.parametrize(
    "below",
    [
        "On Mon, 22 Nov 2026 at 10:00, Kate <reply@x.example> wrote:\n> Which?\n>\n> Kate",
        "Le lun. 22 nov. 2026 à 10 h 00, Kate\n<reply@x.example> a écrit :\n\n> Lesquelles ?\n",
        "22.11.2026, 10:00, Kate:\n> Какие?\n\n> Кейт",
        "> Which?",
        "-- \nMarie Tremblay\n+1 514 555 0100",
        "________________________________\nFrom: Kate\nSent: Monday\n\nWhich?",
        "-----Original Message-----\nFrom: Kate\n\nWhich?",
        "--- Message transféré ---\nDe : Kate",
    ],
)
def test_what_is_quoted_below_is_left_out(below: str) -> None:
    assert fresh(f"Black ones.\nThanks: see you\n\n{below}") == "Black ones.\nThanks: see you"


def test_what_is_answered_between_the_lines_is_kept_whole() -> None:
    """An answer below a quoted line is not lost, nor the line that it answers."""
    text = "> Which shoes?\nBlack.\n> And where?\nDowntown."
    assert fresh(text) == text
    assert fresh("> all quoted\n> and nothing new") == "> all quoted\n> and nothing new"
    assert fresh("A list:\n- one\n-- two\n--- three") == "A list:\n- one\n-- two\n--- three"


def test_html_alone_becomes_words_without_what_is_quoted() -> None:
    made = mail()
    made.set_content(
        "<html><head><title>x</title><style>p{color:red}</style></head><body><p>Black&nbsp;ones &amp; laces.</p>"
        "<div>Second<br>line</div><script>alert(1)</script><blockquote>Which?</blockquote></body></html>",
        subtype="html",
    )

    assert parse(made.as_bytes()).text == "Black ones & laces.\n\nSecond\nline"


def test_attached_files_come_along_and_logos_in_the_text_do_not() -> None:
    made = mail()
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Reçu.pdf")
    made.add_attachment(
        b"\x89PNG", maintype="image", subtype="png", filename="logo.png", disposition="inline", cid="<logo>"
    )

    told = parse(made.as_bytes())

    assert [(file.name, file.content) for file in told.files] == [("Reçu.pdf", b"%PDF-1.7")]
    assert told.text == "Black ones."


def test_a_mail_within_the_mail_is_not_read() -> None:
    made = mail("See below.")
    made.add_attachment(mail("Not mine."))

    told = parse(made.as_bytes())
    assert told.text == "See below."
    assert told.files == ()


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"List_Id": "<news.example.com>"},
        {"X_Autoreply": "yes"},
        {"X_Foyer_Reference": "thread-1-2"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@example.com"},
        {"From": "postmaster@example.com"},
        {"From": "no-reply@example.com"},
    ],
)
def test_what_a_program_wrote_is_known_as_such(headers: dict[str, str]) -> None:
    """RFC 3834."""
    assert parse(mail(**headers).as_bytes()).automatic


def test_a_bounce_is_known_and_a_person_is_not_one() -> None:
    report = b"From: x@example.com\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nfailed\r\n--b--\r\n"
    assert parse(report).automatic
    assert not parse(mail(Auto_Submitted="no").as_bytes()).automatic


def test_hostile_headers_and_words_come_out_tame() -> None:
    """I-08: encoded line breaks, characters that turn the writing, nulls."""
    raw = (
        b"From: =?utf-8?q?Eve=0D=0ABcc:_x@evil.example?= <EVE@Example.com>\r\n"
        b"Subject: =?utf-8?q?Hi=0D=0ABcc:_x@evil.example=E2=80=AEfdp.exe?=\r\n\r\n"
        b"One\x00two\x1b[31m \xe2\x80\xaethree <script>\r\n"
    )

    told = parse(raw)

    assert told.sender in ("", "eve@example.com")
    assert "\r" not in told.subject
    assert "\n" not in told.subject
    assert "\u202e" not in told.subject + told.text
    assert told.text == "Onetwo[31m three <script>"


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        ('"Tremblay, Marie" <Marie@Example.com>', "marie@example.com"),
        ("=?utf-8?q?Tremblay=2C_Marie_=3Cother=40x.example=3E?= <marie@example.com>", "marie@example.com"),
        ("marie@example.com", "marie@example.com"),
        ('"x@evil.example" <marie@example.com>', "marie@example.com"),
        ("Marie\r\n <marie@example.com>", "marie@example.com"),
        ("a@x.example, b@x.example", ""),
        ("marie@example.com <a@evil.example>", ""),
        ("<marie@example.com> <a@evil.example>", ""),
        ("marie@example.com a@evil.example", ""),
        ("marie@example.com;a@evil.example", ""),
        ("<@evil.example:marie@example.com>", ""),
        ("a@evil.example\r\nFrom : marie@example.com", ""),
        ("a@x.example\r\nFrom: b@x.example", ""),
        ("nobody", ""),
    ],
)
def test_the_sender_is_the_one_address_and_never_the_name(written: str, sender: str) -> None:
    """What a name claims, encoded or not, counts for nothing, nor what two readers read differently: the receiving
    service proves the address that it read itself."""
    assert parse(f"From: {written}\r\n\r\nHi".encode()).sender == sender


def test_a_line_that_only_some_take_for_the_sender_makes_it_nobodys() -> None:
    assert parse(b"From : a@evil.example\r\nFrom: marie@example.com\r\n\r\nHi").sender == ""


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"From: \r\n\r\n",
        b"From: a@b\r\nFrom: c@d\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\xe9t\xe9",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n--b\r\nContent-Type: image/png; name=x\r\n",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64!!!",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: x-unknown\r\n\r\nhello",
        b"Content-Disposition: attachment; filename*=utf-8''%FF%FE\r\nContent-Type: a/b\r\n\r\nx",
        b"Subject: =?utf-8?b?////?= =?x?y?z?=\r\nMessage-ID: <<<>\r\nDate: yesterday\r\n\r\nhi",
        b"From: " + b"(" * 3000 + b"\r\n\r\nx",
        b"From: " + b'"' * 999 + b"@[\r\nContent-Type: " + b";" * 999 + b"\r\n\r\nx",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 500,
    ],
)  # fmt: skip
def test_no_mail_ends_the_reading(raw: bytes) -> None:
    assert parse(raw).name


def test_mails_with_random_faults_are_read_to_the_end() -> None:
    whole = bytearray(mail("Hello\n> quoted").as_bytes())
    chance = random.Random(5)
    for _ in range(300):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        assert parse(bytes(broken)).name
