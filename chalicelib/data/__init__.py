"""DynamoDB ground floor: one table, every key shape, reads and transactions. Features' stores stand on it."""
