"""Whether a machine wrote a mail, from its headers alone (RFC 3834, RFC 3464)."""

import re

BOUNCE = "bounce"
AUTOMATIC = "automatic"

_AUTOMATIC_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-autoreply-from",
    "x-mail-autoreply",
    "x-fc-machinegenerated",
    "autoresponder",
)
_AUTOMATIC_PRECEDENCE = {"bulk", "junk", "auto_reply", "auto-reply"}
_REPORT_TYPE = re.compile(r"report-type\s*=\s*\"?([\w-]+)", re.IGNORECASE)
_DAEMON = re.compile(
    r"mailer[-_ ]?daemon|mdaemon|mail delivery (sub)?system|"
    r"mail delivery service|jetmail system|microsoft exchange",
    re.IGNORECASE,
)
# What Exim writes, and no customer.
_RETURNED = re.compile(
    r"\s*mail delivery failed: returning message to sender", re.IGNORECASE
)
_POSTMASTER = re.compile(r"\b(post|mail)master\b|system administrator", re.IGNORECASE)
_FAILED = re.compile(
    r"undeliver|non-?deliver|returned mail|delivery (status|fail|warning)|"
    r"could not be deliver|failure notice|failed mail|mail (delivery|error)|"
    r"user unknown|delivery notification|unzustellbar|nicht zustellbar|non remis|"
    r"no se puede entregar|mancato recapito|退信|退件|無法傳送|无法投递",
    re.IGNORECASE,
)
# Only at the beginning, and only with what mail programs put behind: a customer may
# well complain about our automatic replies.
_AWAY = re.compile(
    r"\s*(\[[^\]]*\]\s*)?("
    r"out of (the )?office( auto-?reply| notification)?|"
    r"auto(matic|mated)?[- ]?repl(y|ies)|auto(mated)?[- ]?response|"
    r"automatische (antwort|nachricht)|abwesenheits(notiz|nachricht|assistent)?|"
    r"abwesend|autoantwort|"
    r"r[ée]ponse automatique( d.absence)?|(absence|absent)( du bureau)?|"
    r"respuesta autom[áa]tica|fuera de la oficina|risposta automatica|fuori (ufficio|"
    r"sede)|automatisch antwoord|afwezig(heid)?|resposta autom[áa]tica|autosvar|"
    r"automaattinen vastaus|odpowied[źz] automatyczna|automatick[áa] odpov[ěe][ďd]|"
    r"otomatik yan[ıi]t|автоответ|автоматический ответ|"
    r"自动回复|自動回覆|自動回復|自動返信|不在通知|자동 ?(회신|응답)|부재중"
    r")\s*([:：–-]|$)",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"^(no|do-?not|donot)[-_.]?reply|^(mailer-daemon|postmaster|bounces?)\b",
    re.IGNORECASE,
)


def robot_kind(headers, subject=""):
    """What kind of machine wrote a mail with these headers.

    Errs towards a person: a machine's mail that opens a complaint costs a click, a
    customer's that does not costs the customer.

    :param dict headers: first value of each field by its name in small letters
    :param str subject: the decoded subject
    :return: ``BOUNCE``, ``AUTOMATIC`` or None

    >>> robot_kind({"content-type": "multipart/report; report-type=delivery-status"})
    'bounce'
    >>> robot_kind({"auto-submitted": "auto-replied"})
    'automatic'
    >>> robot_kind({"auto-submitted": "no"}, "Automatic replies are no answer!")
    >>> robot_kind({}, "Automatische Antwort: Ihre Beschwerde")
    'automatic'
    """
    report = _get_report_type(headers)
    if report:
        return BOUNCE if report == "delivery-status" else AUTOMATIC
    sender = headers.get("from", "")
    if _DAEMON.search(sender) or _RETURNED.match(subject or ""):
        return BOUNCE
    if _is_automatic(headers) or _AWAY.match(subject or ""):
        return AUTOMATIC
    path = headers.get("return-path", "-").strip()
    if path in ("", "<>") or _DAEMON.search(path):
        return BOUNCE if _is_suspect(headers, subject) else AUTOMATIC
    return None


def may_be_bounce(headers, subject=""):
    """Whether its words are worth being looked at by a bounce detector.

    >>> may_be_bounce({"from": "postmaster@x.org"}), may_be_bounce({}, "Wrong colour")
    (True, False)
    """
    return robot_kind(headers, subject) == BOUNCE or _is_suspect(headers, subject)


def is_reachable(headers, address):
    """Whether a letter to ``address`` in answer would be read by a person.

    >>> is_reachable({}, "jane@x.org"), is_reachable({}, "no-reply@x.org")
    (True, False)
    """
    if _NOBODY.search(address or ""):
        return False
    suppressed = headers.get("x-auto-response-suppress", "").lower()
    if re.search(r"\b(all|autoreply|oof)\b", suppressed):
        return False
    precedence = headers.get("precedence", "").strip().lower()
    return precedence != "list" and not {"list-id", "list-unsubscribe"} & headers.keys()


def _get_report_type(headers):
    content_type = headers.get("content-type", "")
    if not content_type.strip().lower().startswith("multipart/report"):
        return None
    found = _REPORT_TYPE.search(content_type)
    return found.group(1).lower() if found else "delivery-status"


def _is_automatic(headers):
    submitted = headers.get("auto-submitted", "no").split(";")[0].strip().lower()
    if submitted not in ("", "no"):
        return True
    if headers.get("precedence", "").strip().lower() in _AUTOMATIC_PRECEDENCE:
        return True
    return any(name in headers for name in _AUTOMATIC_HEADERS)


def _is_suspect(headers, subject):
    return bool(
        _POSTMASTER.search(headers.get("from", "")) or _FAILED.search(subject or "")
    )
