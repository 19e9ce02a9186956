"""What every test needs, with Odoo and without.

Under pytest-odoo a message of level WARNING or above that a test does not expect
(``mute_logger``, ``assertLogs``) fails that test, as Odoo's own runner does for
errors. ``pytest -p no:odoo tests/formulas`` needs none of this.
"""

import logging

import pytest


class LogGuard(logging.Handler):
    """Collects what the Odoo log would show and fails the test that caused it."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))

    def verify(self):
        lines, self.lines = self.lines, []
        if lines:
            pytest.fail("unexpected log messages:\n" + "\n".join(lines), pytrace=False)

    # Setting up a class logs before its first test, which is the one to blame.
    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        result = yield
        self.verify()
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item):
        result = yield
        self.verify()
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        if report.failed:
            # What a failing test logged is part of its failure, not another one.
            self.lines = []
        return report


def prepare_odoo(config):
    from odoo.tests import BaseCase

    # Odoo gives default tags to tests below odoo.addons only; ours are not.
    BaseCase.test_tags = {"standard", "at_install"}
    guard = LogGuard()
    logging.getLogger().addHandler(guard)
    config.pluginmanager.register(guard, "crm_value-log-guard")


def pytest_configure(config):
    if config.pluginmanager.hasplugin("odoo"):
        prepare_odoo(config)
