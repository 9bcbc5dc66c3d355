// A logo becomes a small PNG before it is sent: the portal takes no other.
const WIDTH = 512;
const HEIGHT = 160;
const BYTES = 8000;
const field = document.getElementById("field-logo");

const drawn = (picture, scale) => {
  const canvas = new OffscreenCanvas(Math.max(1, picture.width * scale), Math.max(1, picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/png" });
};

const small = async (file) => {
  const picture = await createImageBitmap(file);
  let scale = Math.min(1, WIDTH / picture.width, HEIGHT / picture.height);
  if (scale === 1 && file.type === "image/png" && file.size <= BYTES) return file;
  let blob = await drawn(picture, scale);
  while (blob.size > BYTES) {
    scale *= 0.75;
    blob = await drawn(picture, scale);
  }
  return new File([blob], "logo.png", { type: blob.type });
};

field?.addEventListener("change", async () => {
  const [file] = field.files;
  if (!file) return;
  const chosen = new DataTransfer();
  try {
    chosen.items.add(await small(file));
  } catch {
    return; // What is no picture stays as it is: the portal says what is wrong with it.
  }
  field.files = chosen.files;
});
