"""Other thresholds: who would move, and moving them at once."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ...queries.new_thresholds import (
    apply_thresholds,
    threshold_movers,
    threshold_summary,
)
from ..arguments import check_one, is_id

THRESHOLDS = ("entry", "keep", "grace_days")
MOVER_LIMIT = 80
# Beyond this a number is a mistake, and may not even fit a float.
TOO_LARGE = 1e9


class CrmValuePolicy(models.Model):
    _inherit = "crm.value.policy"

    def preview_thresholds(self, thresholds):
        """What changing the thresholds of tiers would do now, without doing it.

        :param list thresholds: dicts with ``tier_id`` and any of ``entry``, ``keep``
            and ``grace_days``; tiers that are not named keep theirs
        :return: dict with

            - ``customer_count``, ``changed_count`` (profiles that would be written),
              ``move_count``, ``up_count``, ``down_count``, ``grace_count`` (who begin
              their time of grace), ``saved_count`` (whose grace ends well)
            - ``tiers``: ``id``, ``name``, ``color``, ``before``, ``after`` (customers)
            - ``moves``: ``from`` and ``to`` (tier: ``id``, ``name``, ``color``; from
              is None for customers without a tier), ``count``, ``is_up``
            - ``movers``: the most valuable ones that move, at most 80: ``profile_id``,
              ``customer``, ``score``, ``standing``, ``from``, ``to``, ``is_up``
        :rtype: dict
        :raises AccessError: for anybody but managers
        :raises UserError: for thresholds that contradict each other
        """
        check_one(self)
        return self._preview_thresholds(self._check_thresholds_argument(thresholds))

    def apply_thresholds(self, thresholds):
        """Change the thresholds of tiers and move the customers concerned at once.

        :param list thresholds: as for :meth:`preview_thresholds`
        :return: dict ``run_id``, ``customer_count``, ``changed_count``, ``move_count``
        :rtype: dict
        :raises AccessError: for anybody but managers
        :raises UserError: for thresholds that contradict each other
        """
        check_one(self)
        return self._apply_thresholds(self._check_thresholds_argument(thresholds))

    # -- What to change ---------------------------------------------------------------

    def _check_thresholds_argument(self, thresholds):
        """The tiers of this policy, new ones that carry the proposed thresholds.

        :return: unsaved ``crm.value.tier``, best first
        """
        if not self.env.user.has_group("crm_value.group_manager"):
            raise AccessError(
                self.env._("Only a Customer Value manager may change thresholds.")
            )
        self.check_access("write")
        self._check_standings_are_current()
        changes = dict(self._read_threshold(line) for line in self._lines(thresholds))
        tiers = self.tier_ids.sorted(lambda tier: (tier.sequence, tier.id))
        unknown = set(changes) - set(tiers.ids)
        if unknown:
            raise UserError(
                self.env._(
                    "tier_id is %(tier)s: give a tier of %(company)s.",
                    tier=min(unknown),
                    company=self.company_id.name,
                )
            )
        proposed = tiers.browse().concat(
            *(tier.new(changes.get(tier.id, {}), origin=tier) for tier in tiers)
        )
        proposed._check_ladder()
        return proposed

    def _lines(self, thresholds):
        if not isinstance(thresholds, (list, tuple)) or not all(
            isinstance(line, dict) for line in thresholds
        ):
            raise UserError(
                self.env._(
                    "thresholds must be a list such as "
                    '[{"tier_id": 1, "entry": 50, "keep": 60, "grace_days": 60}].'
                )
            )
        return thresholds

    def _read_threshold(self, line):
        """Tier id and new values of one line, as numbers."""
        tier_id = line.get("tier_id")
        if not is_id(tier_id):
            raise UserError(
                self.env._("tier_id is %s: give the id of a value tier.", tier_id)
            )
        values = {name: value for name, value in line.items() if name != "tier_id"}
        for name, value in values.items():
            if name not in THRESHOLDS:
                raise UserError(
                    self.env._(
                        "%(name)s is no threshold: give entry, keep or grace_days.",
                        name=name,
                    )
                )
            if not _is_number(value, whole=name == "grace_days"):
                raise UserError(
                    self.env._(
                        "%(name)s is %(value)s: give a number.", name=name, value=value
                    )
                )
        return tier_id, values

    def _check_standings_are_current(self):
        """Refuse to compare thresholds with standings of another tier method."""
        run = self.env["crm.value.run"]._last_full(self.company_id)
        valued_by = ((run.parameters or {}).get("policy") or {}).get("tier_method")
        if valued_by and valued_by != self.tier_method:
            methods = dict(self._fields["tier_method"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Customers were last valued by %(old)s, and tiers now go by "
                    "%(new)s. Value them now, then change thresholds.",
                    old=methods.get(valued_by, valued_by),
                    new=methods[self.tier_method],
                )
            )

    # -- What it would do -------------------------------------------------------------

    def _preview_thresholds(self, proposed):
        ranks, today = self._get_proposed_ranks(proposed), self._get_today()
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            threshold_summary(self.company_id.id, ranks, today)
        )
        places = self.env["crm.value.tier"]._get_places(self)
        moves = self._merge_moves(rows, places)
        return {
            "customer_count": sum(row["customer_count"] for row in rows),
            "changed_count": sum(row["changed_count"] for row in rows),
            "grace_count": sum(row["grace_count"] for row in rows),
            "saved_count": sum(row["saved_count"] for row in rows),
            "move_count": sum(move["count"] for move in moves),
            "up_count": sum(move["count"] for move in moves if move["is_up"]),
            "down_count": sum(move["count"] for move in moves if not move["is_up"]),
            "tiers": [
                {
                    **_tier_json(tier),
                    "before": self._count(rows, "from_id", tier),
                    "after": self._count(rows, "to_id", tier),
                }
                for tier in proposed._origin
            ],
            "moves": moves,
            "movers": self._read_movers(ranks, today, places),
        }

    def _merge_moves(self, rows, places):
        """Moves by tier left and reached, best tiers first."""
        counts = {}
        for row in rows:
            if row["reason"]:
                pair = row["from_id"], row["to_id"]
                counts[pair] = counts.get(pair, 0) + row["customer_count"]
        tiers = self.env["crm.value.tier"]
        last = len(places)
        return [
            {
                "from": _tier_json(tiers.browse(from_id)) if from_id else None,
                "to": _tier_json(tiers.browse(to_id)),
                "count": count,
                "is_up": places[to_id] < places.get(from_id, last),
            }
            for (from_id, to_id), count in sorted(
                counts.items(),
                key=lambda item: [places.get(tier_id, last) for tier_id in item[0]],
            )
        ]

    def _read_movers(self, ranks, today, places):
        rows = self.env.execute_query_dict(
            threshold_movers(self.company_id.id, ranks, today, MOVER_LIMIT)
        )
        profiles = self.env["crm.value.profile"].browse(
            [row["profile_id"] for row in rows]
        )
        tiers = self.env["crm.value.tier"]
        last = len(places)
        return [
            {
                "profile_id": profile.id,
                "customer": profile.display_name,
                "score": None if profile.score is False else profile.score,
                "standing": None if profile.standing is False else profile.standing,
                "from": _tier_json(tiers.browse(row["from_id"]))
                if row["from_id"]
                else None,
                "to": _tier_json(tiers.browse(row["to_id"])),
                "is_up": places[row["to_id"]] < places.get(row["from_id"], last),
            }
            for row, profile in zip(rows, profiles, strict=True)
        ]

    @staticmethod
    def _count(rows, column, tier):
        return sum(row["customer_count"] for row in rows if row[column] == tier.id)

    @staticmethod
    def _get_proposed_ranks(proposed):
        return [tier._get_rank()._replace(id=tier._origin.id) for tier in proposed]

    def _get_today(self):
        return self.env["crm.value.run"]._today(self.company_id)

    # -- Doing it ---------------------------------------------------------------------

    def _apply_thresholds(self, proposed):
        # Before anything is read: a valuation at the same time comes before or after.
        self._claim()
        self._write_thresholds(proposed)
        ranks, today = self._get_proposed_ranks(proposed), self._get_today()
        # Figures and runs are the system's; the manager was checked, the run names him.
        run_sudo = self.env["crm.value.run"].sudo()
        run_sudo = run_sudo.create(self._prepare_threshold_run(proposed, today))
        self.env.flush_all()
        [counts] = self.env.execute_query_dict(
            apply_thresholds(
                self.company_id.id,
                ranks,
                today,
                run_sudo.id,
                self.env.uid,
                fields.Datetime.now(),
            )
        )
        changes = counts.pop("changes") or []
        # The statement wrote behind the ORM's back.
        self.env["crm.value.profile"].invalidate_model()
        run_sudo.write(
            {**counts, "state": "done", "finished_at": fields.Datetime.now()}
        )
        self.env["crm.customer.event"]._emit_value_changes(run_sudo, changes)
        return {"run_id": run_sudo.id, **counts}

    def _claim(self):
        """Make whatever else writes this company's tiers wait, then start over.

        A lock alone would let both pass under REPEATABLE READ, each blind to what the
        other wrote.
        """
        self.env.cr.execute(
            "UPDATE crm_value_policy SET run_serial = run_serial + 1 WHERE id = %s",
            (self.id,),
        )

    def _write_thresholds(self, proposed):
        for tier in proposed:
            if any(tier[name] != tier._origin[name] for name in THRESHOLDS):
                tier._origin.write({name: tier[name] for name in THRESHOLDS})

    def _prepare_threshold_run(self, proposed, today):
        values = self.env["crm.value.run"]._prepare_run(
            self.company_id, kind="tiers", as_of=today
        )
        return {
            **values,
            "state": "running",
            "started_at": fields.Datetime.now(),
            "parameters": {"thresholds": proposed._get_thresholds()},
        }


def _tier_json(tier):
    return {"id": tier.id, "name": tier.name, "color": tier.color}


def _is_number(value, whole=False):
    """Whether ``value`` is a finite number; NaN compares with nothing."""
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and -TOO_LARGE < value < TOO_LARGE
        and not (whole and value != int(value))
    )
