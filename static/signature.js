// Lets people draw their signature. Without it, a typed name signs.

const NEAREST = 3; // units of the sheet between two points of a stroke
const LONGEST = 11500; // characters that the form takes, with room for a stroke's end

for (const field of document.querySelectorAll("[data-signature]")) {
  const sheet = field.querySelector("svg");
  const path = sheet.firstElementChild;
  const input = field.querySelector("input");
  const status = field.querySelector("[role=status]");
  const typed = field.closest("form").elements.namedItem("typed");
  let last = null;

  const show = () => {
    path.setAttribute("d", input.value);
    status.textContent = input.value ? field.dataset.drawn : field.dataset.empty;
    typed.required = !input.value;
  };

  const point = (event) => {
    const { left, top, width, height } = sheet.getBoundingClientRect();
    const { width: wide, height: high } = sheet.viewBox.baseVal;
    const within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
    return [within(((event.clientX - left) / width) * wide, wide), within(((event.clientY - top) / height) * high, high)];
  };

  const draw = (mark, event) => {
    const [x, y] = point(event);
    if (mark === "L" && Math.hypot(x - last[0], y - last[1]) < NEAREST) return;
    if (input.value.length > LONGEST) return;
    last = [x, y];
    input.value += `${input.value ? " " : ""}${mark}${x} ${y}`;
    show();
  };

  sheet.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    sheet.setPointerCapture(event.pointerId);
    draw("M", event);
  });
  sheet.addEventListener("pointermove", (event) => {
    if (last && sheet.hasPointerCapture(event.pointerId)) draw("L", event);
  });
  for (const end of ["pointerup", "pointercancel"]) sheet.addEventListener(end, () => { last = null; });

  field.querySelector("button").addEventListener("click", () => {
    input.value = "";
    show();
  });
  field.hidden = false;
}
