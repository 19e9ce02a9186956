"""What can be read of a mail without trusting it: its headers, addresses and key.

Odoo's own parser takes a mail apart completely and fails on many a broken one. What is
asked here is asked first, and answers for every sequence of bytes.
"""

import codecs
import re
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.policy import compat32
from hashlib import sha256

RECIPIENTS = ("delivered-to", "to", "cc", "resent-to", "resent-cc")
# A longer field takes Python's parser minutes: its time grows with the square.
LONGEST_FIELD = 10_000
MOST_RECIPIENTS = 100
# What fits into a database index and is no attack.
LONGEST_ID = 200
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n|\r\r")
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]\\@]+@[^\s<>,;:\"()\[\]\\@]+")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_CONTENT_TYPE = re.compile(rb"(?im)^content-type:[^\n]*(?:\n[ \t][^\n]*)*")
_CHARSET = re.compile(rb"(?i)(charset\s*=\s*\"?)([^\s\";]+)")
_FIELD_START = re.compile(rb"(?m)^(?=[!-9;-~]+[ \t]*:)")


@dataclass
class RawMail:
    """A mail as it came, and what its headers say."""

    raw: bytes
    headers: dict = field(default_factory=dict)

    def get(self, name):
        """The first field of this name as text, or an empty one."""
        return (self.headers.get(name) or [""])[0]

    def recipients(self):
        """All addresses it was sent to, in small letters, in their order."""
        text = ",".join(
            value for name in RECIPIENTS for value in self.headers.get(name, ())
        )
        return list(dict.fromkeys(found.lower() for found in _ADDRESS.findall(text)))

    def references(self):
        """Message-Ids of what it answers, the nearest last."""
        text = f"{self.get('references')} {self.get('in-reply-to')}"
        return _MESSAGE_ID.findall(text)[-32:]

    def sender(self):
        """The address in From, in small letters, or an empty text."""
        return (_ADDRESS.findall(self.get("from")) or [""])[0].lower()

    def subject(self):
        """The subject decoded, or as it stands where that cannot be done.

        >>> RawMail(b"", {"subject": ["=?utf-8?b?6Imy?= off"]}).subject()
        '色 off'
        """
        text = self.get("subject")[:LONGEST_FIELD]
        try:
            return str(make_header(decode_header(text)))
        except (HeaderParseError, LookupError, ValueError):
            return text

    def message_id(self):
        """Its Message-Id, or one made of what it says where it has none that can be
        used: the same mail has the same one whenever it comes."""
        given = self.get("message-id").strip()
        if given and len(given) <= LONGEST_ID and given.isprintable():
            return given
        digest = sha256()
        for name in ("message-id", "from", "to", "date", "subject"):
            digest.update(self.get(name).encode("utf-8", "replace") + b"\n")
        digest.update(_split(self.raw)[1].strip())
        return f"<{digest.hexdigest()}@made-of-its-content.invalid>"


def read_mail(raw):
    """Read the headers of any bytes.

    :param bytes raw: a mail, or what claims to be one
    :rtype: RawMail

    >>> mail = read_mail(b"To: A <a@x.org>,\\n b@x.org\\nSubject: Hi\\n\\nTo: no@x.org")
    >>> mail.recipients(), mail.get("subject")
    (['a@x.org', 'b@x.org'], 'Hi')
    >>> read_mail(b"").recipients()
    []
    """
    headers = {}
    # Nothing of a mailbox file's envelope line.
    message = BytesHeaderParser(policy=compat32).parsebytes(_split(raw)[0])
    for name, value in message.raw_items():
        text = str(value).replace("\0", "")
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        headers.setdefault(name.strip().lower(), []).append(text)
    return RawMail(raw, headers)


def tame(mail, kept_addresses=()):
    """The same mail such that it can be taken apart in reasonable time.

    Zero bytes go, which no database text holds; what Python knows no character set for
    is read as UTF-8; overlong fields are cut, of overlong
    lists of recipients those in ``kept_addresses`` and the first hundred stay; a
    Message-Id is put in where there is none that can be used.

    :param RawMail mail: any mail
    :param kept_addresses: addresses by which it finds its way, in small letters
    :rtype: bytes

    >>> tame(read_mail(b"Message-Id: <1@x>\\nSubject: a\\0b\\n\\nHi"))
    b'Message-Id: <1@x>\\nSubject: ab\\n\\nHi'
    """
    raw = mail.raw.replace(b"\0", b"")
    head, body = _split(raw)
    if len(head) > LONGEST_FIELD:
        fields = _FIELD_START.split(head)
        head = b"".join(_cut_field(text, kept_addresses) for text in fields)
    made = mail.message_id()
    if made != mail.get("message-id").strip():
        head = b"Message-Id: " + made.encode("ascii", "replace") + b"\r\n" + head
    return _CONTENT_TYPE.sub(_name_known_charset, head + body)


def _name_known_charset(content_type):
    return _CHARSET.sub(
        lambda found: found[1] + (found[2] if _is_known(found[2]) else b"utf-8"),
        content_type[0],
    )


def _is_known(charset):
    try:
        return bool(codecs.lookup(charset.decode("ascii", "replace")))
    except LookupError:
        return False


def _cut_field(text, kept_addresses):
    if len(text) <= LONGEST_FIELD:
        return text
    name, _colon, value = text.partition(b":")
    if name.strip().lower().decode("ascii", "replace") not in RECIPIENTS:
        return text[:LONGEST_FIELD].rstrip() + b"\r\n"
    addresses = _ADDRESS.findall(value.decode("ascii", "replace"))
    kept = [address for address in addresses if address.lower() in kept_addresses]
    kept = dict.fromkeys(kept + addresses[:MOST_RECIPIENTS])
    return name + b": " + ",\r\n ".join(kept).encode("ascii", "replace") + b"\r\n"


def _split(raw):
    """Headers and the rest, which begins with the empty line."""
    found = _END_OF_HEADERS.search(raw)
    return (raw[: found.start()], raw[found.start() :]) if found else (raw, b"")
