"""What of a mail may leave the desk in its writer's name."""

from __future__ import annotations

from mailbot.core.attachment import Attachment
from mailbot.core.shareable import files_in, shareable
from tests.core.deskwork import mail

PNG = b"\x89PNG"


def test_words_without_html_are_text() -> None:
    """With the files that were attached."""
    found = shareable(mail("Hej!", files={"a.pdf": b"%PDF"}), "Hej!")
    assert (found.words.text, found.words.html) == ("Hej!", "")
    assert [part.name for part in found.files] == ["a.pdf"]


def test_no_words_are_no_html_whatever_the_html_holds() -> None:
    """A mail of commands alone has signature and quote in its HTML; nothing of that goes."""
    found = shareable(mail("#take", html="<div>#take</div><img src='cid:logo'>", pictures={"logo": PNG}), "")
    assert (found.words.text, found.words.html, found.words.pictures, found.files) == ("", "", (), ())
    assert found.misplaced == ()


def test_a_shown_picture_stays_in_the_words() -> None:
    """And is not sent a second time as a file; a logo that the words do not show is not sent at all."""
    html = '<p>Se här: <img src="cid:shot"></p><div>-- <br>Agnes <img src="cid:logo"></div>'
    found = shareable(mail("Se här:", html=html, pictures={"shot": PNG, "logo": PNG + b"2"}), "Se här:")
    assert [part.content_id for part in found.words.pictures] == ["shot"]
    assert found.files == ()


def test_a_picture_that_the_words_name_goes_as_a_file_where_the_html_says_something_else() -> None:
    """Outlook names it in the plain text, by an id that tells of the agent's computer."""
    for html in ('<p>Något annat.<img src="cid:shot"></p>', "<p>Något annat.</p>"):
        letter = mail("Se [cid:shot] här.", html=html, pictures={"shot": PNG})
        found = shareable(letter, "Se [cid:shot] här.")
        assert (found.words.text, found.words.html) == ("Se [shot.png] här.", "")
        assert [part.name for part in found.files] == ["shot.png"]
        assert found.misplaced == ()


def test_pictures_of_which_nothing_tells_whose_they_are_are_told_to_be_left_out() -> None:
    """They may stand amid the words, in the quote below or in a signature."""
    html = '<p>Något annat.<img src="cid:shot"></p>'
    found = shareable(mail("Se här.", html=html, pictures={"shot": PNG}), "Se här.")
    assert found.misplaced == ("shot.png",)
    assert found.files == ()


def test_proofs_of_the_mail_as_it_came_stay_behind() -> None:
    """They prove nothing of the new letter, and name the agent (Y9)."""
    letter = mail("Hej!", files={"smime.p7s": b"x"}, file_type="application/pkcs7-signature")
    assert files_in(letter) == ()


def test_the_smallest_go_where_not_all_fit() -> None:
    """Pictures and files share the room of one letter."""
    more = (Attachment("big.iso", "application/octet-stream", b"x" * (16 * 2**20)),)
    found = shareable(mail("Hej!", files={"a.pdf": b"%PDF"}), "Hej!", more)
    assert [part.name for part in found.files] == ["a.pdf"]
    assert found.too_large == ("big.iso",)
