"""Papers for taxes: what families paid for what the law favours, who claims it, and the slips that tell the tax office.

Staff set what counts, the family says who claims, the ledger says how much; a slip appears once it is released.
"""
