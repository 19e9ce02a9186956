"""Pictures of every screen: wide and on a phone, in English and Chinese.

dev/screenshots                     all of them, into .dev/screenshots
dev/screenshots --only pareto       those whose name contains "pareto"
dev/screenshots --database NAME     in a database that is there already
dev/screenshots --publish           the few of the documentation, compressed
"""

import argparse
import contextlib
import http.cookiejar
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

from browser import Browser

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / ".dev" / "screenshots"
PUBLISHED = ROOT / "crm_value" / "static" / "description"
WIDTHS = {"wide": (1400, 900), "phone": (390, 844)}
LANGUAGES = ("en_US", "zh_CN")
READY = (
    "!document.querySelector('.o_loading_indicator, .placeholder-glow') "
    "&& document.querySelector('.o_action_manager .o_content, .modal .o_form_view')"
)


class Shot(NamedTuple):
    """A screen: where it is, who looks, what must be there, what is clicked first.

    A path that begins with a slash is a page of the portal, others are of the client.
    """

    name: str
    path: str
    user: str = "sales"
    wait: str = ".o_content"
    clicks: tuple = ()
    height: int = 0
    published: bool = False
    widths: tuple = ("wide", "phone")


CARD = ".o_crm_value_card canvas"
PORTAL = "main .container"
# A list is shown as cards on a phone.
ROWS = ".o_data_row, .o_kanban_record:not(.o_kanban_ghost)"
SHOTS = (
    Shot("customers", "customer-value", wait=ROWS, published=True),
    Shot(
        "customers-kanban",
        "customer-value?view_type=kanban",
        wait=".o_kanban_record",
        published=True,
    ),
    Shot(
        "customers-pivot",
        "customer-value?view_type=pivot",
        wait=".o_pivot table",
        widths=("wide",),
    ),
    Shot(
        "customers-graph",
        "customer-value?view_type=graph",
        wait="canvas",
        widths=("wide",),
    ),
    Shot("profile", "customer-value/{profile}", wait=CARD, height=1500),
    Shot("profile-manager", "customer-value/{override}", "manager", CARD, (), 1500),
    Shot(
        "partner",
        "contacts/{partner}",
        wait=CARD,
        clicks=(".o_notebook [name=customer_timeline]",),
        height=1900,
        published=True,
    ),
    Shot("partner-list", "contacts?view_type=list", wait=ROWS, published=True),
    Shot("partner-kanban", "contacts?view_type=kanban", wait=".o_kanban_record"),
    Shot("pareto", "value-pareto", wait="canvas", height=1000, published=True),
    Shot("tiers", "value-tiers", "manager", ROWS, published=True),
    Shot("tier", "value-tiers/{tier}", "manager", ".o_form_view", (), 1100),
    Shot("tier-sales", "value-tiers/{tier}", wait=".o_form_view"),
    Shot("policy", "value-settings", "manager", ".o_form_view", (), 1100, True),
    Shot(
        "policy-tiers",
        "value-settings",
        "manager",
        ".o_form_view",
        (".o_notebook [name=tiers]",),
        1100,
    ),
    Shot(
        "thresholds",
        "value-settings",
        "manager",
        ".modal .o_crm_value_headline",
        ("button[name=action_change_thresholds]", "@threshold"),
        1000,
        True,
    ),
    Shot(
        "override",
        "customer-value/{profile}",
        "manager",
        ".modal .o_form_view",
        (".o_statusbar_buttons .o_crm_value_set_tier",),
        published=True,
    ),
    Shot("runs", "value-runs", wait=ROWS),
    Shot(
        "run",
        "value-runs/{run}",
        wait=".o_form_view",
        height=1200,
        published=True,
    ),
    Shot("run-tiers", "value-runs/{run}", "manager", ".o_form_view", (), 1200),
    Shot(
        "trial",
        "value-runs/{trial}",
        "manager",
        ".o_crm_value_figures",
        height=1300,
        published=True,
    ),
    Shot("replay", "value-runs/{replay}", "manager", ".o_crm_value_figures", (), 1300),
    Shot(
        "trial-dialog",
        "value-runs",
        "manager",
        ".modal .o_form_view",
        (".o_crm_value_try",),
    ),
    Shot("moves", "value-tier-moves", wait=".o_list_view", published=True),
    Shot(
        "moves-pivot",
        "value-tier-moves?view_type=pivot",
        wait=".o_pivot_view",
        widths=("wide",),
    ),
    Shot("purchases", "value-purchases", wait=".o_list_view", published=True),
    Shot("events", "customer-events", wait=".o_list_view"),
    Shot(
        "order",
        "orders/{order}",
        "manager",
        wait=".o_form_view",
        published=True,
    ),
    Shot("orders", "orders", wait=".o_list_view"),
    Shot("settings", "value-config", "manager", ".app_settings_block"),
    Shot("complaints", "complaints", "agent", ".o_kanban_record", published=True),
    Shot("complaints-list", "complaints?view_type=list", "agent", ROWS),
    Shot(
        "complaint",
        "complaints/{complaint}",
        "agent",
        ".o_form_view",
        height=1300,
        published=True,
    ),
    Shot(
        "complaint-deadlines",
        "complaints/{complaint}",
        "agent",
        ".o_form_view",
        (".o_notebook [name=deadlines]",),
        1300,
    ),
    Shot(
        "complaint-log",
        "complaints/{complaint}",
        "agent",
        ".o_form_view",
        (".o_notebook [name=log]",),
        1300,
    ),
    Shot(
        "complaint-decide",
        "complaints/{complaint}",
        "agent",
        ".modal .o_form_view",
        (".o_statusbar_buttons button[data-hotkey=d]",),
    ),
    Shot(
        "complaint-intake",
        "complaints",
        "agent",
        ".modal .o_form_view",
        (".o-kanban-button-new",),
        published=True,
    ),
    Shot(
        "complaint-teams",
        "complaint-overview",
        "manager",
        ".o_crm_value_exposure",
        published=True,
    ),
    Shot("complaint-team", "complaint-teams", "manager", ROWS),
    Shot("complaint-mail", "complaint-mail", "manager"),
    Shot("complaint-sla", "complaint-sla", "manager", ROWS, published=True),
    Shot("complaint-ladder", "complaint-escalation", "manager", ROWS),
    Shot("complaint-remedies", "complaint-remedies", "agent", ROWS),
    Shot("complaint-remedy", "complaint-remedies/{remedy}", "agent", ".o_form_view"),
    Shot(
        "complaint-remedies-tab",
        "complaints/{decided}",
        "agent",
        ".o_form_view",
        (".o_notebook [name=remedies]",),
        1300,
    ),
    Shot(
        "complaint-outcome-tab",
        "complaints/{decided}",
        "agent",
        ".o_form_view",
        (".o_notebook [name=outcome]",),
        1300,
    ),
    Shot(
        "complaint-causes",
        "complaint-cause-pareto",
        "agent",
        "canvas",
        height=1000,
        published=True,
    ),
    Shot("complaint-improvements", "complaint-improvements", "agent"),
    Shot(
        "complaint-improvement",
        "complaint-improvements/{improvement}",
        "agent",
        ".o_form_view",
        height=1100,
    ),
    Shot("complaint-recovery", "complaint-recovery", "agent"),
    Shot("complaint-suggestions", "customer-suggestions", "agent"),
    Shot("complaint-suggestion", "customer-suggestions/{suggestion}", "agent"),
    Shot("complaint-problems", "order-problems", "agent"),
    Shot(
        "complaint-problem",
        "order-problems/{problem}",
        "agent",
        ".o_form_view",
        height=1100,
    ),
    Shot(
        "complaint-pivot",
        "complaints?view_type=pivot",
        "agent",
        ".o_pivot_view",
        widths=("wide",),
    ),
    Shot("portal-home", "/my", "customer", PORTAL),
    Shot("portal-complaints", "/my/complaints", "customer", PORTAL),
    Shot(
        "portal-complaint",
        "/my/complaints/{own_complaint}",
        "customer",
        PORTAL,
        published=True,
    ),
    Shot(
        "portal-decision",
        "/my/complaints/{decided}?access_token={decided_token}",
        "customer",
        PORTAL,
        height=1300,
    ),
    Shot("portal-new", "/my/complaints/new", "customer", PORTAL, height=1100),
    Shot("portal-suggestions", "/my/suggestions", "customer", PORTAL),
    Shot("portal-problems", "/my/order-problems", "buyer", PORTAL),
    Shot("portal-problem", "/my/order-problems/{problem}", "buyer", PORTAL),
    Shot(
        "first-steps",
        "customer-value",
        "empty",
        ".o_crm_value_first_steps",
        published=True,
    ),
)


class Server:
    """Odoo on a free port, until the end of the block."""

    def __init__(self, database):
        self.database = database

    def __enter__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "odoo", "-c", os.environ["ODOO_RC"]),
                *("-d", self.database, f"--http-port={self.port}"),
                *("--max-cron-threads=0", "--log-level=warn"),
            ]
        )
        self.url = f"http://127.0.0.1:{self.port}"
        for _attempt in range(300):
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(f"{self.url}/web/health", timeout=30).close()
                return self
            time.sleep(0.2)
        raise TimeoutError("Odoo did not start.")

    def __exit__(self, *_exception):
        self.process.terminate()
        self.process.wait()

    def log_in(self, login, password):
        """Session id of a user."""
        jar = http.cookiejar.CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        params = {"db": self.database, "login": login, "password": password}
        request = urllib.request.Request(
            f"{self.url}/web/session/authenticate",
            json.dumps({"jsonrpc": "2.0", "params": params}).encode(),
            {"Content-Type": "application/json"},
        )
        answer = json.load(opener.open(request))
        if "error" in answer:
            raise PermissionError(f"{login}: {answer['error']['data']['message']}")
        return next(cookie.value for cookie in jar if cookie.name == "session_id")


def shell(database, code):
    """Run code in an Odoo shell; return what it prints as JSON on the last line."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "odoo", "shell", "-c", os.environ["ODOO_RC"]),
            *("-d", database, "--no-http", "--log-level=error"),
        ],
        input=f"import sys; sys.path.insert(0, {str(ROOT / 'dev')!r})\n{code}",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or "Traceback" in done.stderr:
        raise RuntimeError(done.stderr[-4000:])
    return json.loads(done.stdout.strip().splitlines()[-1])


def take(browser, server, facts, shot, width, language, folder):
    """Take one picture; the name of the file tells screen, width and language."""
    login, password = facts["users"][f"{shot.user} {language}"]
    wide, high = WIDTHS[width]
    high = max(high, shot.height * (2 if width == "phone" else 1))
    browser.resize(wide, high)
    session = server.log_in(login, password)
    path = shot.path.format(**facts["ids"])
    ready = "document.readyState === 'complete'" if path.startswith("/") else READY
    cookies = {"session_id": session, "cids": str(facts["companies"][shot.user])}
    if path.startswith("/"):
        cookies["frontend_lang"] = language
    browser.open(urljoin(f"{server.url}/odoo/", path), cookies)
    browser.wait_for(ready)
    for click in shot.clicks:
        if click == "@threshold":
            ease_gold(browser)
            continue
        browser.wait_for(f"document.querySelector({json.dumps(click)})")
        browser.evaluate(f"document.querySelector({json.dumps(click)}).click()")
        time.sleep(0.5)
    browser.wait_for(f"document.querySelector({json.dumps(shot.wait)})")
    browser.wait_for(ready)
    # The portal's conversation comes last, from a root of its own.
    time.sleep(1 if ready == READY else 4)
    path = folder / f"{shot.name}-{width}-{language}.png"
    browser.photograph(path)
    overflow = browser.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    print(path.name, "WIDER THAN THE SCREEN" if overflow else "", flush=True)
    for error in browser.errors:
        print("   ", error[:400], flush=True)
    browser.errors.clear()
    return path


def ease_gold(browser):
    """Type another threshold for the first tier into the open dialog."""
    cell = ".modal .o_data_row:nth-child(1) td[name=entry]"
    browser.wait_for(f"document.querySelector('{cell}')")
    browser.evaluate(f"document.querySelector('{cell}').click()")
    browser.wait_for(f"document.querySelector('{cell} input')")
    browser.evaluate(
        f"""(() => {{
            const input = document.querySelector('{cell} input');
            input.value = String(Number(input.value) + 9);
            input.dispatchEvent(new InputEvent("input", {{ bubbles: true }}));
            input.dispatchEvent(new Event("change", {{ bubbles: true }}));
            document.querySelector(".modal .o_crm_value_preview").click();
        }})()"""
    )
    time.sleep(1.5)


def compress(path, target):
    """A picture of few colours is a fifth of the size and looks the same."""
    from PIL import Image

    with Image.open(path) as image:
        image.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(
            target, optimize=True
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database")
    parser.add_argument("--only", default="")
    parser.add_argument("--width", choices=WIDTHS, action="append")
    parser.add_argument("--language", choices=LANGUAGES, action="append")
    parser.add_argument("--publish", action="store_true")
    options = parser.parse_args()
    database = options.database or make_database()
    OUTPUT.mkdir(parents=True, exist_ok=True)
    facts = shell(database, "import screenshot_story; screenshot_story.main(env)")
    with Server(database) as server, Browser() as browser:
        for shot in SHOTS:
            if options.only not in shot.name or (
                options.publish and not shot.published
            ):
                continue
            for width in options.width or (
                ["wide"] if options.publish else shot.widths
            ):
                for language in options.language or (
                    ["en_US"] if options.publish else LANGUAGES
                ):
                    try:
                        path = take(
                            browser, server, facts, shot, width, language, OUTPUT
                        )
                    except TimeoutError as error:
                        browser.photograph(OUTPUT / "failed.png")
                        print(f"{shot.name}: {error}; see failed.png", flush=True)
                        continue
                    if options.publish:
                        compress(path, PUBLISHED / f"{shot.name}.png")


def make_database():
    name = "crmv_screenshots"
    subprocess.run([ROOT / "dev" / "newdb", name, "--demo"], check=True)
    return name


if __name__ == "__main__":
    main()
