"""Pure words every feature speaks: money, ids, times, texts, contacts, errors. They know no feature and no storage."""
