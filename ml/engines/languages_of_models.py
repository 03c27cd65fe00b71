"""ISO 639-1 codes as NLLB-200 names languages: FLORES-200's three letters and the script. Its commonest ones."""

from __future__ import annotations

_LATIN = """
    af afr az azj ca cat cs ces cy cym da dan de deu en eng es spa et est eu eus fi fin fr fra ga gle gl glg ha hau hr hrv hu hun id ind
    ig ibo is isl it ita jv jav lb ltz lt lit lv lvs ms zsm mt mlt nl nld no nob pl pol pt por ro ron sk slk sl slv so som sq als
    sv swe sw swh tl tgl tr tur uz uzn vi vie xh xho yo yor zu zul
"""
_OTHERS = """
    am amh_Ethi ar arb_Arab as asm_Beng be bel_Cyrl bg bul_Cyrl bn ben_Beng el ell_Grek fa pes_Arab gu guj_Gujr he heb_Hebr hi hin_Deva
    hy hye_Armn ja jpn_Jpan ka kat_Geor kk kaz_Cyrl km khm_Khmr kn kan_Knda ko kor_Hang ky kir_Cyrl lo lao_Laoo mk mkd_Cyrl ml mal_Mlym
    mn khk_Cyrl mr mar_Deva my mya_Mymr ne npi_Deva pa pan_Guru ps pbt_Arab ru rus_Cyrl sd snd_Arab si sin_Sinh sr srp_Cyrl ta tam_Taml
    te tel_Telu tg tgk_Cyrl th tha_Thai uk ukr_Cyrl ur urd_Arab yi ydd_Hebr zh zho_Hans
"""


def _pairs(text: str) -> dict[str, str]:
    names = text.split()
    return dict(zip(names[::2], names[1::2], strict=True))


_CODES = _pairs(_OTHERS) | {short: f"{long}_Latn" for short, long in _pairs(_LATIN).items()}


def flores(code: str) -> str:
    """NLLB's name of a language; `code` itself where it is not in the table, so that NLLB's own names can be given too."""
    return _CODES.get(code, code)
