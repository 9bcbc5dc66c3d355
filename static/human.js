// Searches the number that a form for people wants, while somebody fills it in: a second's work for one, a day's for thousands.
const BATCH = 512;

for (const told of document.querySelectorAll("input[data-bits]")) {
  const field = told.form.elements.work;
  const bits = Number(told.dataset.bits);
  const bytes = new TextEncoder();
  const fits = async (work) => {
    const digest = await crypto.subtle.digest("SHA-256", bytes.encode(`${told.value}:${work}`));
    return new DataView(digest).getUint32(0) >>> (32 - bits) === 0;
  };
  for (let start = 0; crypto.subtle && !field.value; start += BATCH) {
    const found = await Promise.all(Array.from({ length: BATCH }, (_, index) => fits(start + index)));
    const index = found.indexOf(true);
    if (index >= 0) field.value = start + index;
  }
}
