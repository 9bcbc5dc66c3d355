"""Papers: invoices, receipts, quotes, credit notes and statements as PDF files, and the ledger as CSV."""
