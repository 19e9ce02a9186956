"""Bring the template and the translations up to date with exported terms.

Run as ``python -m dev.merge_translations EXPORT.pot``, by way of ``make i18n``.
Translations are kept, new terms are left empty, gone terms are dropped. Neither the
order nor a date changes by itself, so that a diff shows what people did.
"""

import sys
from pathlib import Path

import polib

I18N = Path(__file__).resolve().parents[1] / "crm_value" / "i18n"
LANGUAGES = ("zh_CN", "zh_TW")


def header(language=""):
    return {
        "Project-Id-Version": "crm_value",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;" if language else "",
    }


def merged(terms, translations, language=""):
    """A file with an entry for each of ``terms``, translated where known."""
    result = polib.POFile(wrapwidth=78)
    result.metadata = header(language)
    for term in sorted(terms, key=lambda term: (term.msgid, term.msgctxt or "")):
        result.append(
            polib.POEntry(
                msgid=term.msgid,
                msgctxt=term.msgctxt,
                msgstr=translations.get((term.msgctxt, term.msgid), ""),
                # Odoo reads from these where a translation belongs.
                comment=term.comment,
                occurrences=sorted(term.occurrences),
                flags=[flag for flag in term.flags if flag != "fuzzy"],
            )
        )
    return result


def known_translations(path):
    if not path.exists():
        return {}
    return {
        (entry.msgctxt, entry.msgid): entry.msgstr
        for entry in polib.pofile(str(path))
        if not entry.obsolete
    }


def main():
    terms = list(polib.pofile(sys.argv[1]))
    I18N.mkdir(exist_ok=True)
    merged(terms, {}).save(str(I18N / "crm_value.pot"))
    for language in LANGUAGES:
        path = I18N / f"{language}.po"
        result = merged(terms, known_translations(path), language)
        result.save(str(path))
        missing = sum(not entry.msgstr for entry in result)
        print(f"{path.name}: {len(result)} terms, {missing} to translate")


if __name__ == "__main__":
    main()
