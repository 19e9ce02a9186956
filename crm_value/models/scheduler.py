"""What the slices ask of Odoo's scheduler: to be woken in time, to work in batches."""

BATCH = 100


def wake(env, cron_xmlid, moments):
    """Have a scheduled action run at each of these moments, in one call."""
    moments = set(moments) - {False}
    if moments:
        cron_id = env["ir.model.data"]._xmlid_to_res_id(cron_xmlid)
        # Whoever makes work for it need not be allowed to see scheduled actions.
        cron_sudo = env["ir.cron"].browse(cron_id).sudo()
        cron_sudo._trigger(at=sorted(moments))


def work_off(records, domain, order, work):
    """Do ``work`` for all records that meet a domain, and no longer meet it then.

    Each batch is locked and committed before the next, so that nothing is done twice
    when the worker is killed or another one is at it.

    :param Model records: of the model to search in
    :param Domain domain: what is left to do
    :param work: function of a batch
    """
    cron = records.env["ir.cron"]
    cron._commit_progress(remaining=records.search_count(domain))
    while found := records.search(domain, limit=BATCH, order=order):
        batch = found.try_lock_for_update().filtered_domain(domain)
        if not batch:
            break
        work(batch)
        if not cron._commit_progress(len(batch)):
            break
