"""The languages of articles: what they call themselves, and which of them a reader is shown first; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

OWN_NAMES: Mapping[str, str] = {
    "ar": "العربية", "bg": "Български", "bn": "বাংলা", "bs": "Bosanski", "ca": "Català", "cs": "Čeština",
    "cy": "Cymraeg", "da": "Dansk", "de": "Deutsch", "el": "Ελληνικά", "en": "English", "es": "Español",
    "et": "Eesti", "eu": "Euskara", "fa": "فارسی", "fi": "Suomi", "fr": "Français", "ga": "Gaeilge",
    "gl": "Galego", "gsw": "Schwiizerdütsch", "he": "עברית", "hi": "हिन्दी", "hr": "Hrvatski", "hu": "Magyar",
    "id": "Bahasa Indonesia", "is": "Íslenska", "it": "Italiano", "ja": "日本語", "ko": "한국어",
    "lb": "Lëtzebuergesch", "lt": "Lietuvių", "lv": "Latviešu", "mk": "Македонски", "ms": "Bahasa Melayu",
    "mt": "Malti", "nb": "Norsk bokmål", "nl": "Nederlands", "nn": "Norsk nynorsk", "no": "Norsk",
    "pl": "Polski", "pt": "Português", "ro": "Română", "ru": "Русский", "sk": "Slovenčina",
    "sl": "Slovenščina", "sq": "Shqip", "sr": "Српски", "sv": "Svenska", "sw": "Kiswahili", "ta": "தமிழ்",
    "th": "ไทย", "tr": "Türkçe", "uk": "Українська", "ur": "اردو", "vi": "Tiếng Việt", "zh": "中文",
}  # fmt: skip
"""How the languages that help centres are written in call themselves, by their code."""

_FROM_THE_RIGHT = frozenset({"ar", "fa", "he", "ur"})


def is_known(code: str) -> bool:
    """Whether a code such as `de` or `pt-BR` is one of a language that we can name."""
    return _language(code) in OWN_NAMES


def own_name(code: str) -> str:
    """Return what a language calls itself, with its region where the code has one: `Português (BR)`."""
    name = OWN_NAMES.get(_language(code))
    _, _, region = code.partition("-")
    return f"{name} ({region})" if name and region else name or code


def direction(code: str) -> str:
    """Return in which direction a language is written: `ltr` or `rtl`."""
    return "rtl" if _language(code) in _FROM_THE_RIGHT else "ltr"


def preference(reader: str, languages: Sequence[str]) -> tuple[str, ...]:
    """Return the languages in the order in which a reader is shown them.

    First the reader's own, then the house's, which is the first of `languages`, then the others as listed.
    """
    return tuple(dict.fromkeys([reader, *languages])) if reader in languages else tuple(languages)


def spoken(code: str | None, languages: Sequence[str]) -> str:
    """Return which of these a reader of a language such as `de-AT` reads: in doubt the first, the house's."""
    wanted = (code or "").casefold()
    for one in (wanted, wanted.partition("-")[0]):
        for language in languages:
            if language.casefold() == one:
                return language
    return languages[0]


def language_of(path: str, languages: Sequence[str]) -> str | None:
    """Return the language that a file's name says: `de` of `send-a-quote.de.md`.

    None where it names none of `languages`, or the first, the house's own, which needs no name.
    """
    head, _, suffix = path.removesuffix(".md").rpartition(".")
    if not head or head.endswith("/"):
        return None
    return suffix if suffix in languages[1:] else None


def without_language(path: str) -> str:
    """Return the file whose translation a file is by its name: `send-a-quote.md` of `send-a-quote.de.md`."""
    return path.removesuffix(".md").rpartition(".")[0] + ".md"


def _language(code: str) -> str:
    return code.partition("-")[0]
