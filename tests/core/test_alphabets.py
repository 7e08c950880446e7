"""A text whose letters show that a neighbouring charset was named is read in the one that was meant."""

from __future__ import annotations

import pytest

from mailbot.core.alphabets import strangeness
from mailbot.core.charsets import decode_bytes

CENTRAL = [
    "Chcel by som zmeniť heslo, ďakujem. Ľubica",
    "Vaša faktúra k nám prišla už včera, čakáme",
    "Dobrý den, prosím o pomoc s přihlášením, může to počkat",
    "Proszę o zwrot mojej wpłaty, którą zrobiłem za część urządzeń",
]


@pytest.mark.parametrize("text", CENTRAL)
@pytest.mark.parametrize(
    ("written", "declared"),
    [
        ("iso8859_2", "windows-1250"),
        ("iso8859_2", ""),
        ("iso8859_2", "utf-8"),
        ("cp1250", "iso-8859-2"),
        ("cp1250", "windows-1250"),
        ("iso8859_2", "iso-8859-2"),
    ],
)
def test_central_european_text_is_read_in_the_charset_that_was_meant(text: str, written: str, declared: str) -> None:
    """ISO 8859-2 and windows-1250 are named for each other; at a Central European desk, also where none is named."""
    assert decode_bytes(text.encode(written), declared, "cp1250")[0] == text


@pytest.mark.parametrize("text", CENTRAL)
@pytest.mark.parametrize("written", ["iso8859_2", "cp1250"])
def test_a_central_desk_knows_its_own_language_under_a_western_name(text: str, written: str) -> None:
    """Old programs name ISO 8859-1 whatever they write; only a desk of the region reads anything else into it."""
    data = text.encode(written)
    assert decode_bytes(data, "iso-8859-1", "cp1250")[0] == text
    assert decode_bytes(data, "iso-8859-1", "cp1252")[0] == data.decode("cp1252", "replace").replace("\ufffd", "")


@pytest.mark.parametrize(
    "text",
    [
        "Très bien, à bientôt, le système¹ marche ; c'est « bon »",
        "Schöne Grüße von Müller®, Größe 5 µm ± 2, © 2026",
        "¿Dónde está? ½ kg, 3 ¼ l, mañana",
        "Räksmörgås på bordet, »citat» och «citat»",
        "Perché non funziona? È così",
        "Rødgrød med fløde på Ærø",
        "Ångström har skrivit till André",
        "São José não está",
    ],
)
def test_western_text_stays_western_at_a_central_desk(text: str) -> None:
    """What people write there in other languages is sound in its own, and is left alone."""
    for declared in ("iso-8859-1", "windows-1252"):
        assert decode_bytes(text.encode("cp1252"), declared, "cp1250")[0] == text


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("Gäste: François Müller, José Núñez, Åsa Öberg, Søren Kjær, Zoë, Renée, Ève", "iso-8859-1"),
        ("Gäste: François Müller, José Núñez, Åsa Öberg, Søren Kjær, Zoë, Renée, Ève", "windows-1252"),
        ("Wałęsa a Dvořák a Ľuboš a Győr a Şerban, ß", "iso-8859-2"),
        ("Wałęsa a Dvořák a Ľuboš a Győr a Şerban, ß", "windows-1250"),
    ],
)
def test_names_of_many_countries_stay_as_declared(text: str, declared: str) -> None:
    """No one language has all their letters, and none has them in another charset either."""
    assert decode_bytes(text.encode(declared), declared, "cp1250")[0] == text


@pytest.mark.parametrize(
    "text",
    ["»Dobrý deň« povedal", "© 2026 Firma, ® značka, 5 µm ± 1", "firma© a značka®, 20±2 °C", "Grüße aus Köln", "že"],
)
def test_signs_where_signs_stand_do_not_speak_against_the_charset(text: str) -> None:
    """Quotation marks around words, a copyright before a year and a micrometre are what they are."""
    assert strangeness(text) == 0
    assert decode_bytes(text.encode("cp1250"), "windows-1250", "cp1250")[0] == text


@pytest.mark.parametrize(
    ("text", "strange"),
    [("", 0), ("plain", 0), ("Žltý kôň", 0), ("Ľudia a ąka", 1), ("zmeni» heslo", 1), ("p³atno£æ", 2), ("a\ufffdb", 1)],
)
def test_what_no_single_language_has_is_counted(text: str, strange: int) -> None:
    """Letters outside of the alphabet that fits best, signs within words, and characters that could not be read."""
    assert strangeness(text) == strange


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        ("Å fungerar\n".encode() + "Å fungerar inte".encode("latin-1"), "utf-8", "Å fungerar\nÅ fungerar inte"),
        ("Å går\n".encode() + b"\xe5\n" + "ö".encode(), "", "Å går\nå\nö"),
        ("Hej på dig".encode("utf-16") + b"\n", "utf-16", "Hej på dig"),
        (b"\x1b$B-!\x1b(B \x1b$B%F\x1b(B", "iso-2022-jp", "① テ"),
    ],
    ids=["a line of another charset", "undeclared", "half a character behind", "marks that Windows adds"],
)
def test_what_is_sound_in_a_damaged_text_stays_so(data: bytes, declared: str, text: str) -> None:
    """A quoted line, a footer or one odd sign of another charset spoils no more than itself."""
    assert decode_bytes(data, declared, "cp1252")[0] == text
