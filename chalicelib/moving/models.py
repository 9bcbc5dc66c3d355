"""Stored form of batches, of what is told of them, of what was there before, and of exports."""

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute

QUEUE = "moving"


class JobItem(Item):
    """What work that goes on in the background, by one worker at a time, has in common; never stored by itself."""

    org = UnicodeAttribute()
    stage = UnicodeAttribute()
    made_at = UnicodeAttribute()
    made_by = UnicodeAttribute()
    asked_by = JSONAttribute(null=True)
    """Id and name of whoever had a batch brought in or taken back last."""
    done = NumberAttribute(default=0)
    tries = NumberAttribute(default=0)
    lease = UnicodeAttribute(null=True)
    workers = NumberAttribute(default=0)
    """How many there were so far."""
    changed = NumberAttribute(default=0)
    """Counts what people change of it, so that two of them take turns."""


class BatchItem(JobItem, discriminator="moving_batch"):
    """Files that are brought in together."""

    batch = UnicodeAttribute()
    source = UnicodeAttribute()
    files = JSONAttribute()
    wishes = JSONAttribute()
    counts = JSONAttribute()
    told = JSONAttribute()
    doing = UnicodeAttribute(default="")
    total = NumberAttribute(default=0)
    written_at = UnicodeAttribute(null=True)


class ExportItem(JobItem, discriminator="moving_export"):
    """A copy of everything that an organisation has."""

    name = UnicodeAttribute()
    """Of its file; nobody can guess it."""
    user = UnicodeAttribute()
    size = NumberAttribute(default=0)
    ready_at = UnicodeAttribute(null=True)


class RowItem(Item, discriminator="moving_row"):
    """Something that is told of a batch."""

    told = JSONAttribute()


class BeforeItem(Item, discriminator="moving_before"):
    """What was there before some writes of a batch, and what they left: enough to take them back."""

    entries = BinaryAttribute(legacy_encoding=False)


class ColumnsItem(Item, discriminator="moving_columns"):
    """How the columns of one kind of file were matched last."""

    columns = JSONAttribute()
    """Name of the field by name of the column, as `sources.plain` writes it."""
    days = UnicodeAttribute()
