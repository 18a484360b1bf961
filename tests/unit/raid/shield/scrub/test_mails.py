"""Mails: what they say stays, the way they came goes."""

from email.message import EmailMessage

import pytest

from ringwall.base.errors import ActRefused
from ringwall.raid.shield.scrub.mails import is_mail, scrub_mail
from ringwall.raid.shield.scrub.scrubbing import scrub

NAME = "Mary Planted-Name"


def _mail(*, attached: bool = False) -> bytes:
    mail = EmailMessage()
    mail["Received"] = "from mary-pc.planted.example by mx; Mon, 23 Nov 2026 09:12:13"
    mail["From"] = f"{NAME} <mary@planted.example>"
    mail["To"] = "raid@institute.example"
    mail["Date"] = "Mon, 23 Nov 2026 09:12:13 +0100"
    mail["Message-ID"] = "<1@mary-pc.planted.example>"
    mail["X-Mailer"] = "Post 9 of Mary"
    mail["Subject"] = "The model\n lied".replace("\n", "")
    mail.set_content("it failed\n")
    mail.add_alternative("<p>it failed</p>", subtype="html")
    if attached:
        mail.add_attachment(b"x", "image", "png", filename=f"{NAME}.png")
    return mail.as_bytes()


@pytest.mark.parametrize("before", [b"", b"From mary@planted.example Mon Nov 23\n"])
def test_the_way_of_a_mail_is_taken_out(before: bytes) -> None:
    data = before + _mail()
    assert is_mail(data)

    done = scrub_mail(data)

    text = done.data.decode()
    assert text == "Subject: The model lied\nDate: 2026-11-23\n\nit failed\n"
    assert done.suffix == ".txt"


def test_what_was_attached_is_left_out_and_counted() -> None:
    done = scrub_mail(_mail(attached=True))

    assert NAME.encode() not in done.data
    assert "1 attachments: hand them in by themselves" in done.removed


def test_a_mail_without_date_or_subject_is_read() -> None:
    done = scrub_mail(b"From: a@x.example\nTo: b@x.example\n\nit failed\n")

    assert done.data == b"Subject: \nDate: unknown\n\nit failed\n"


def test_a_mail_without_plain_text_is_refused() -> None:
    html = b"From: a@x.example\nTo: b\nContent-Type: text/html\n\n<p>it failed</p>"

    with pytest.raises(ActRefused, match="no plain text"):
        scrub_mail(html)


def test_a_mail_in_an_alphabet_that_nobody_knows_is_refused() -> None:
    odd = b"From: a\nTo: b\nContent-Type: text/plain; charset=zzz\n\nit failed"

    with pytest.raises(ActRefused, match="can't be read"):
        scrub_mail(odd)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"it failed",
        b"From: somebody who is no sender\n\nto: nobody",
        b"  From: a\nTo: b\n\n",
    ],
)
def test_other_texts_are_no_mails(data: bytes) -> None:
    assert not is_mail(data)


@pytest.mark.parametrize(
    "head",
    [
        f"Received: from mary-pc by mx\nFrom:\n {NAME} <mary@planted.example>\nTo:",
        f"From: {NAME} <mary@planted.example>",
        f"From:{NAME}\nSubject:it failed",
        f"Subject: it failed\nReply-To: {NAME}\n <mary@planted.example>",
        f"SENDER:{NAME}\r\nSubject: it failed\r\n",
    ],
)
def test_a_mail_of_which_little_is_left_tells_nothing_of_its_sender(head: str) -> None:
    for data in (head.encode(), f"{head}\n\nit failed\n".encode()):
        done = scrub(data)

        assert NAME.encode() not in done.data
        assert b"planted.example" not in done.data


def test_a_text_with_one_word_before_a_colon_is_no_mail() -> None:
    for text in ("Note: to: be looked at\n", "Seen:\nfrom: noon on\nit failed\n"):
        assert not is_mail(text.encode())
        assert scrub(text.encode()).data == text.encode()
