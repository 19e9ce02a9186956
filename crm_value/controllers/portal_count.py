def count_readable(records, domain):
    """How many of a model the visitor sees.

    None where the model is closed to him, as to a colleague without the add-on's group
    who looks at his portal.
    """
    return records.search_count(domain) if records.has_access("read") else 0
