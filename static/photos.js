// Photos from phones are larger than a form may be: they are made smaller before they are sent.
const PHOTO_EDGE = 2400;
const PHOTO_BYTES = 1_000_000;

const smaller = async (file) => {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, PHOTO_EDGE / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 });
  return new File([blob], file.name, { type: blob.type });
};

document.addEventListener("change", async ({ target }) => {
  const [file] = target.files ?? [];
  if (!file || file.size < PHOTO_BYTES || !/^image\/(jpeg|png|webp)$/.test(file.type)) return;
  const chosen = new DataTransfer();
  try {
    chosen.items.add(await smaller(file));
  } catch {
    return; // What is no picture stays as it is: the portal says what is wrong with it.
  }
  target.files = chosen.files;
});
