const longestPx = 2048
const bigBytes = 1_500_000

/**
 * Shows chosen photographs before they are sent, and makes large ones smaller for slow networks.
 */
export const watchPhotos = (): void => {
  document.addEventListener('change', (event) => {
    const input = event.target
    if (input instanceof HTMLInputElement && input.matches('[data-photo]')) accept(input)
  })
}

const accept = async (input: HTMLInputElement): Promise<void> => {
  const chosen = [...(input.files ?? [])]
  preview(input, chosen)
  const smaller = await Promise.all(chosen.map(smallerOf))
  const unchanged = smaller.every((file, index) => file === chosen[index])
  // The person may have chosen again while we drew.
  if (unchanged || input.files?.[0] !== chosen[0]) return
  const transfer = new DataTransfer()
  for (const file of smaller) transfer.items.add(file)
  input.files = transfer.files
}

const preview = (input: HTMLInputElement, files: readonly File[]): void => {
  const list = input.closest('.field')?.querySelector<HTMLElement>('[data-preview]')
  if (!list) return
  for (const old of list.querySelectorAll('img')) URL.revokeObjectURL(old.src)
  const items = files.map((file) => {
    const image = document.createElement('img')
    image.src = URL.createObjectURL(file)
    image.alt = file.name
    const item = document.createElement('li')
    item.append(image)
    return item
  })
  list.replaceChildren(...items)
  list.hidden = files.length === 0
}

/** At most 2,048 px a side as JPEG; the file itself where it is small or cannot be drawn here. */
const smallerOf = async (file: File): Promise<File> => {
  if (file.size < bigBytes) return file
  try {
    const picture = await createImageBitmap(file)
    const scale = Math.min(1, longestPx / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(picture.width * scale)
    canvas.height = Math.round(picture.height * scale)
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
    const blob = await new Promise<Blob | null>((give) => canvas.toBlob(give, 'image/jpeg', 0.85))
    if (!blob || blob.size >= file.size) return file
    const name = `${file.name.replace(/\.\w+$/, '')}.jpg`
    return new File([blob], name, { type: 'image/jpeg', lastModified: file.lastModified })
  } catch {
    return file
  }
}
