"""Bytes to text: every common encoding is decoded, and binary data is rejected."""

import codecs
import os
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableError
from index.formats.decoding import decode

# Words as Western news has them, all of which Windows-1252 can write.
WORDS = st.lists(
    st.sampled_from(
        "the minister said “façade” café Orléans £20 20€ Malmö – — ‘no’ naïve Düsseldorf Peña … a of in"
        " bridge opened on Monday crowds came to see it".split()
    ),
    min_size=1,
    max_size=60,
).map(lambda words: "The story: " + " ".join(words) + ".\r\nEnd.\n")
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200)


@given(text=ANY_TEXT)
def test_utf8_comes_back(text):
    assert decode(text.encode()) == text
    assert decode(codecs.BOM_UTF8 + text.encode()) == text


@given(
    text=ANY_TEXT, encoding=st.sampled_from(["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
)
def test_a_byte_order_mark_says_it_all(text, encoding):
    mark = "\ufeff".encode(encoding)
    assert decode(mark + text.encode(encoding)) == text


@given(text=WORDS, encoding=st.sampled_from(["utf-16-le", "utf-16-be"]))
def test_utf16_without_a_mark_comes_back(text, encoding):
    assert decode(text.encode(encoding)) == text


def test_utf16_of_another_alphabet_without_a_mark_comes_back():
    text = "Мост через реку открыли в понедельник, сообщили в министерстве."
    assert decode(text.encode("utf-16-le")) == text


@given(text=WORDS)
def test_windows_1252_comes_back(text):
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    "text",
    [
        "“Yes”",
        "Düsseldorf",
        "He paid £20.",
        "‘No,’ he said.",
        "The story: minister naïve.",
        "I don´t.",
    ],
)
def test_windows_1252_of_a_few_words_comes_back(text):
    assert decode(text.encode("cp1252")) == text


LATIN = {
    "pl": "Most nad rzeką otwarto w poniedziałek rano. "
    "Setki mieszkańców przyszły go obejrzeć, choć padał deszcz.",
    "cs": "Most přes řeku byl otevřen v pondělí ráno. "
    "Stovky obyvatel se na něj přišly podívat, ačkoli pršelo.",
    "sk": "Most cez rieku otvorili v pondelok ráno. "
    "Prišli si ho pozrieť stovky obyvateľov, hoci stále pršalo.",
    "hu": "Hétfő reggel nyitották meg a folyó fölötti hidat. "
    "Több száz lakos jött el megnézni, bár esett az eső.",
    "ro": "Podul peste râu a fost deschis luni dimineaţă. "
    "Sute de locuitori au venit să îl vadă, deşi ploua.",
    "hr": "Most preko rijeke otvoren je u ponedjeljak. "
    "Stotine stanovnika došle su ga vidjeti, iako je kišilo već noću.",
    "sl": "Most čez reko so odprli v ponedeljek zjutraj. "
    "Županja Špela Žagar je prišla in si ga ogledala.",
    "tr": "Nehrin üzerindeki köprü pazartesi sabahı açıldı. "
    "Yağmura rağmen yüzlerce kişi köprüyü görmeye geldi.",
    "lt": "Tiltas per upę atidarytas pirmadienio rytą. "
    "Šimtai gyventojų atėjo jo pažiūrėti, nors lijo ir buvo šąla.",
    "lv": "Tilts pār upi tika atklāts pirmdienas rītā. "
    "Simtiem iedzīvotāju nāca to apskatīt, lai gan lija lietus.",
    "de": "Die Brücke über den Fluß wurde am Montag eröffnet. "
    "Hunderte Bürger kamen trotz des Regens, hieß es.",
    "fr": "Le pont a été inauguré lundi matin près de la forêt. "
    "Des centaines d’habitants sont venus, où qu’ils vivent.",
    "es": "El puente sobre el río se abrió el lunes por la mañana. "
    "Cientos de vecinos vinieron, según el señor alcalde.",
    "sv": "Bron över ån öppnades på måndagen. "
    "Hundratals invånare kom för att se den, även om det regnade.",
    "da": "Broen over åen blev åbnet mandag. "
    "Hundredvis af beboere kom for at se den, selv om det også øsede.",
    "is": "Brúin yfir ána var opnuð á mánudaginn. "
    "Hundruð íbúa komu til að sjá hana, þótt það rigndi mikið þann dag.",
    "en": "“It’s a bridge,” said Zoë Müller — "
    "the £14m café by the river wasn’t open – ‘not yet’.",
}  # fmt: skip
ENCODINGS = {
    **dict.fromkeys(["pl", "ro", "hr", "sl"], ("cp1250", "iso8859-2")),
    **dict.fromkeys(["cs", "sk", "hu"], ("cp1250", "iso8859-2", "mac_latin2", "cp852")),
    **dict.fromkeys(["tr"], ("cp1254", "mac_turkish", "cp857")),
    "lt": ("cp1257", "iso8859-4", "cp775"),
    "lv": ("cp1257", "cp775"),
    **dict.fromkeys(["de", "fr", "es", "en"], ("cp1252", "mac_roman")),
    **dict.fromkeys(["sv", "da", "is"], ("cp1252",)),
}


@pytest.mark.parametrize(
    ("language", "encoding"), [(one, name) for one, names in ENCODINGS.items() for name in names]
)
def test_neighbouring_encodings_are_told_apart_by_their_letters(language, encoding):
    text = LATIN[language]
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("Łukasz Żak", "cp1250"), ("Tomáš Dvořák", "cp1250"), ("Tomáš Dvořák", "iso8859-2"),
     ("Ayşe Işık", "cp1254"), ("Živilė Šimkūnaitė", "cp1257"), ("José Muñoz", "cp1252"),
     ("Søren Ødegård", "cp1252"), ("José Muñoz", "mac_roman")],
)  # fmt: skip
def test_a_foreign_name_in_a_text_in_english_comes_back(name, encoding):
    text = f"The bridge over the river was opened on Monday by {name}, the mayor of the village."
    assert decode(text.encode(encoding)) == text


def test_quotes_of_old_macs_are_no_letters():
    text = "The mayor’s “bridge” wasn’t open — not for the people of the village, she said in 2001."
    assert decode(text.encode("mac_roman")) == text


def test_japanese_of_seven_bits_comes_back():
    text = "月曜日に村の新しい橋が開通した。"
    assert decode(text.encode("iso2022_jp"), "utf-8") == text


@given(
    text=WORDS.filter(lambda words: len(re.findall(r"[^\x00-\x7f]", words)) >= 3),
    stray=st.sampled_from([b"\x92", b"\xff", b"\xe9", b"\xc3"]),
    at=st.integers(0, 100),
)
def test_a_stray_byte_leaves_the_rest_of_a_utf8_text_as_it_is(text, stray, at):
    start, rest = text[:at], text[at:]
    assert decode(start.encode() + stray + b" " + rest.encode()) == f"{start}\ufffd {rest}"


@pytest.mark.parametrize("stray", [b"\xa0", b"\x92", b"\xe9"])
def test_one_sign_of_three_bytes_shows_utf8_in_spite_of_a_stray_byte(stray):
    assert (
        decode("It costs €14m. The minister".encode() + stray)
        == "It costs €14m. The minister\ufffd"
    )


@pytest.mark.parametrize("encoding", ["koi8-r", "cp1251"])
def test_another_alphabet_is_detected(encoding):
    text = (
        "Мост через реку открыли в понедельник утром, сообщили в министерстве. Сотни жителей пришли "
        "посмотреть на него, хотя шёл дождь. Строительство продолжалось почти четыре года."
    )
    assert decode(text.encode(encoding)) == text


def test_what_a_page_declares_goes_before_detection_and_after_utf8():
    text = "Γέφυρα άνοιξε"
    assert decode(text.encode("cp1253"), "windows-1253") == text
    assert decode(text.encode(), "windows-1253") == text
    assert decode("“Yes”".encode("cp1252"), "iso-8859-1") == "“Yes”"


@pytest.mark.parametrize(
    "declared", ["no-such", "", "base64", "rot13", "zlib", "idna", "undefined"]
)
def test_a_false_declaration_does_no_harm(declared):
    assert decode("Düsseldorf".encode("cp1252"), declared) == "Düsseldorf"


def test_line_ends_stay_as_they_are():
    assert decode(b"one\r\ntwo\rthree\nfour") == "one\r\ntwo\rthree\nfour"


@given(
    data=st.binary(max_size=400), declared=st.sampled_from([None, "utf-7", "utf-8", "shift_jis"])
)
def test_any_bytes_are_text_or_refused(data, declared):
    try:
        text = decode(data, declared)
    except UnreadableError as error:
        assert re.fullmatch(r"binary data( \(an? [A-Za-z ]+\))?: expected text", str(error))
    else:
        text.encode("utf-8")  # no lone surrogates


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20,
        b"\x7fELF\x02\x01\x01" + b"\0" * 200,
        b"%PDF-1.7\n\0\x01\x02" + bytes(range(256)),
        b"PK\x03\x04\x14\0\x06\0\x08\0",
        codecs.BOM_UTF8 + bytes(range(1, 9)) * 40,
        bytes(range(1, 8)) * 100,
        b"words, then\0a zero",
    ],
    ids=["png", "elf", "pdf", "zip", "marked", "controls", "zero"],
)
def test_binary_data_is_refused(data):
    with pytest.raises(
        UnreadableError, match=r"^binary data( \(an? [A-Za-z ]+\))?: expected text$"
    ):
        decode(data)


def test_no_bytes_are_no_text():
    assert decode(b"") == ""


@pytest.mark.parametrize(
    "unit", [b"\xe9", b"\x81\x40", b"+2AA-\xff ", os.urandom(997).replace(b"\0", b"x")]
)
def test_large_files_of_strange_bytes_are_decided_quickly(unit):
    data = (unit * (5_000_000 // len(unit)))[:5_000_000]
    began = time.process_time()
    try:
        decode(data)
    except UnreadableError as error:
        assert "binary" in str(error)
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>", "a PDF"),
        (b"{\\rtf1 words}", "a rich text file"),
    ],
)
def test_another_format_under_a_text_file_s_name_is_refused_by_name(data, kind):
    with pytest.raises(UnreadableError, match=re.escape(kind)):
        decode(data)
