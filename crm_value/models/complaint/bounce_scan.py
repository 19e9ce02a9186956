"""Addresses that a bounce names, also one that is no report but words."""

import logging
from email import message_from_bytes
from email.policy import SMTP

try:
    from flufl.bounce import all_failures
except ImportError:
    # Without it bounces are told by their headers and by core's reading of reports.
    all_failures = None
else:
    # It tells of each of its detectors, for each mail.
    logging.getLogger("flufl.bounce").setLevel(logging.WARNING)


def scan_failures(raw):
    """Addresses that the mail says cannot be reached, in small letters.

    Takes the bytes: core's parser changes the message it is given, and detectors do not
    find their words any more.
    """
    if all_failures is None:
        return ()
    try:
        temporary, permanent = all_failures(message_from_bytes(raw, policy=SMTP))
    except Exception:  # noqa: BLE001 written for real bounces, given anything
        return ()
    found = (
        address.decode("ascii", "replace") if isinstance(address, bytes) else address
        for address in temporary | permanent
    )
    return tuple(sorted({word.strip().lower() for word in found if "@" in word}))
