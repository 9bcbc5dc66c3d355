"""Files that people bring: checked by content, kept in a bucket, lent for a minute."""
