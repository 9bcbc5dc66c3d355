"""HTTP and HTML without any feature: routes, forms, cookies, tokens, headers, pages, languages."""
