"""The checks of `make lint` that are our own find what they are there for."""

import polib
import pytest

from dev.checks.hosts import mirrors_in
from dev.checks.translations import violations
from dev.merge_translations import merged


def write_po(path, *entries):
    file = polib.POFile()
    file.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    file.extend(polib.POEntry(**entry) for entry in entries)
    file.save(str(path))


@pytest.mark.parametrize(
    ("language", "entry", "fault"),
    [
        ("zh_CN", {"msgid": "Tier", "msgstr": ""}, "is not translated"),
        ("zh_CN", {"msgid": "Tier", "msgstr": "等", "flags": ["fuzzy"]}, "is fuzzy"),
        ("zh_CN", {"msgid": "%(n)s wait", "msgstr": "等"}, "other placeholders"),
        ("zh_CN", {"msgid": "<b>Tier</b>", "msgstr": "等"}, "other placeholders"),
        ("zh_TW", {"msgid": "Default", "msgstr": "默認"}, "says 默認"),
    ],
)
def test_faulty_translation_is_reported(tmp_path, language, entry, fault):
    """Each would be seen by a user."""
    write_po(tmp_path / f"{language}.po", entry)
    (line,) = violations(tmp_path)
    assert fault in line


def test_doubled_and_missing_terms_are_reported(tmp_path):
    """A term is there exactly once."""
    entry = {"msgid": "Tier", "msgstr": "等级"}
    write_po(tmp_path / "zh_CN.po", entry, entry)
    write_po(tmp_path / "crm_value.pot", {"msgid": "Club"})
    faults = violations(tmp_path)
    assert sum("more than once" in line for line in faults) == 2
    assert sum("lacks 'Club'" in line for line in faults) == 1


def test_sound_translation_passes(tmp_path):
    """Placeholders may change their order; other languages may be incomplete."""
    entry = {"msgid": "%(a)s of %(b)s", "msgstr": "%(b)s %(a)s"}
    write_po(tmp_path / "zh_TW.po", entry)
    write_po(tmp_path / "de.po", {"msgid": "Tier", "msgstr": ""})
    assert violations(tmp_path) == []


def test_merging_twice_changes_nothing(tmp_path):
    """Translations are kept, new terms empty, gone ones dropped, order steady."""
    terms = [
        polib.POEntry(msgid="Tier", occurrences=[("model:x", ""), ("code:a", "1")]),
        polib.POEntry(msgid="Club", flags=["fuzzy"], comment="module: crm_value"),
    ]
    known = {(None, "Tier"): "等级", (None, "Gone"): "去"}
    once = merged(terms, known, "zh_CN")
    assert [(entry.msgid, entry.msgstr) for entry in once] == [
        ("Club", ""),
        ("Tier", "等级"),
    ]
    assert str(merged(once, known, "zh_CN")) == str(once)


@pytest.mark.parametrize("words", [("deb", "debian", "org"), ("pypi", "org")])
def test_mirror_host_is_found(words):
    """Put together here, so that this file passes the check itself."""
    host = ".".join(words)
    assert list(mirrors_in(f"deb https://{host}/x sid")) == [(1, host)]


def test_other_hosts_pass():
    """Documentation may link to where it pleases."""
    assert not list(mirrors_in("https://www.odoo.com https://github.com/OCA"))
