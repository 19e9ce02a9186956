"""Translations are complete and keep what the program puts into them.

Run as ``python -m dev.checks.translations``; prints one line a fault.
"""

import re
import sys
from collections import Counter
from pathlib import Path

import polib

I18N = Path(__file__).resolve().parents[2] / "crm_value" / "i18n"
COMPLETE = ("zh_CN", "zh_TW")
# Words of the mainland that a reader in Taiwan stumbles over.
NOT_IN_TAIWAN = ("信息", "反饋", "默認", "概率", "周期", "軟件", "質量", "關系", "聯系")
PLACEHOLDER = re.compile(
    r"%\(\w+\)[#0 +-]*[\d.]*[a-z]"  # %(name)s
    r"|%[sdf]"
    r"|\{\{.+?\}\}"  # inline expressions of mail templates
    r"|</?[a-z][^>]*>"  # markup
)
# Attributes that people read, or have read to them: their words are translated.
READ = re.compile(r'\b(title|aria-label|alt|placeholder)="[^"]*"')


def placeholders(text):
    return Counter(READ.sub(r"\1", found) for found in PLACEHOLDER.findall(text))


def entry_faults(entry, language):
    if entry.fuzzy:
        yield "is fuzzy"
    if not entry.msgstr:
        if language in COMPLETE:
            yield "is not translated"
        return
    if placeholders(entry.msgid) != placeholders(entry.msgstr):
        yield "has other placeholders or tags than its translation"
    if entry.msgid.strip(" \n") and (
        entry.msgid.endswith("\n") != entry.msgstr.endswith("\n")
    ):
        yield "ends in a line break on one side only"
    if language == "zh_TW":
        for word in NOT_IN_TAIWAN:
            if word in entry.msgstr:
                yield f"says {word}, which Taiwan does not"


def file_faults(path):
    """Lines ``path:line: what is wrong`` of one .po file."""
    entries = [entry for entry in polib.pofile(str(path)) if not entry.obsolete]
    seen = Counter((entry.msgctxt, entry.msgid) for entry in entries)
    for entry in entries:
        where = f"{path}:{entry.linenum}: {entry.msgid[:60]!r}"
        for fault in entry_faults(entry, path.stem):
            yield f"{where} {fault}"
        if seen[entry.msgctxt, entry.msgid] > 1:
            yield f"{where} occurs more than once"


def missing_terms(template, path):
    """Terms of the template that a language lacks; `make i18n` adds them."""
    known = {entry.msgid for entry in polib.pofile(str(path)) if not entry.obsolete}
    for entry in polib.pofile(str(template)):
        if entry.msgid not in known:
            yield f"{path}: lacks {entry.msgid[:60]!r}; run `make i18n`"


def violations(folder=I18N):
    faults = []
    template = folder / "crm_value.pot"
    for path in sorted(folder.glob("*.po")):
        faults += file_faults(path)
        if template.exists():
            faults += missing_terms(template, path)
    return faults


def main():
    faults = violations()
    print(*faults, sep="\n", end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
