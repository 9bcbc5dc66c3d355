// The reader's own clock is shown beside the organisation's; a zone chosen on a page is not overwritten.
const { zone } = document.querySelector("[data-zone]").dataset;
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
document.cookie = `${zone}=${timeZone}; Path=/; Max-Age=31536000; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
