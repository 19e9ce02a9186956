# Every target is a script of dev/ that can be called by itself.
# None of them needs an installed Odoo: `make run` brings one.
.DEFAULT_GOAL := help
.PHONY: help run test test-formulas stress lint bench i18n screenshots stop clean

ARGS ?=

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  ODOO_SOURCE=DIR takes your own Odoo 19 checkout, PGHOST=… your own PostgreSQL."

run: ## set up Odoo with demo data and serve it on this machine
	@dev/run

test: ## all tests in a fresh database; ARGS="tests/value -k tier" for some
	@dev/test $(ARGS)

test-formulas: ## the formulas' tests alone, without Odoo and database
	@dev/test-formulas $(ARGS)

stress: ## tests with the full numbers, then Odoo's own suites beside the add-on
	@dev/stress $(ARGS)

lint: ## style, Odoo's checkers, XML, translations, borders between the layers
	@dev/lint

bench: ## measure against the bars; ARGS="B1 B4" for some
	@dev/bench/run $(ARGS)

i18n: ## export the terms and merge them into the translations
	@dev/i18n

screenshots: ## pictures of the main screens, taken by a browser
	@dev/screenshots

stop: ## stop what runs for this clone: Odoo and the database server
	@dev/stop

clean: ## remove databases, logs and settings of this clone; downloads stay
	@dev/clean
