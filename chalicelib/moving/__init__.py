"""Moving in and out: files of another system become records, a batch of them can be taken back, and everything that an
organisation has can be taken along (NEW-20).

`sources` knows the files of other systems, `reading` takes them in, `translating` turns them into the files of the
import, `working` checks, writes and takes back in the background, `exporting` and `restoring` carry everything out and
in again.
"""
