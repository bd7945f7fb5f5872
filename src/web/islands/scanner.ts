import { decodeQR } from 'qr/decode.js'

/*
 * Reads codes from the camera or a photograph. Browsers' own detectors are missing on half of the
 * phones, so one decoder serves all; hand scanners and pasted text have their field beside it.
 */

const lookMs = 200
// The longer side that a code is looked for on, pixels, and for how long, milliseconds.
const photograph = { side: 1600, timeLimit: 2000 }
const frame = { side: 960, timeLimit: 120 }

/** Shows the camera's button and the field for a photograph. */
export function watchScanner(element: HTMLElement, take: (text: string) => Promise<void>): void {
  const scanner = element.querySelector<HTMLElement>('[data-scanner]')
  if (!scanner) return
  scanner.hidden = false
  const picture = scanner.querySelector<HTMLInputElement>('[data-picture]')
  picture?.addEventListener('change', async () => {
    const file = picture.files?.[0]
    const image = file && (await createImageBitmap(file).catch(() => undefined))
    await take((image && codeIn(image, image.width, image.height, photograph)) ?? '')
    picture.value = ''
  })
  const button = scanner.querySelector<HTMLButtonElement>('button[name=camera]')
  if (button) button.hidden = !navigator.mediaDevices
  button?.addEventListener('click', () => {
    void scan(scanner, take).catch(() => {
      const words = scanner.querySelector<HTMLElement>('[data-no-camera]')
      if (words) words.hidden = false
    })
  })
}

/** The text of the code in a picture; undefined when none is found. */
function codeIn(
  from: CanvasImageSource,
  width: number,
  height: number,
  { side, timeLimit }: { side: number; timeLimit: number },
): string | undefined {
  const scale = Math.min(1, side / Math.max(width, height))
  const canvas = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale))
  const drawn = canvas.getContext('2d', { willReadFrequently: true })
  if (!drawn) return undefined
  drawn.drawImage(from, 0, 0, canvas.width, canvas.height)
  try {
    return decodeQR(drawn.getImageData(0, 0, canvas.width, canvas.height), { timeLimit })
  } catch {
    return undefined
  }
}

/** Looks through the camera until there is a code, then lets the camera go. */
async function scan(scanner: HTMLElement, take: (text: string) => Promise<void>): Promise<void> {
  const video = scanner.querySelector('video')
  if (!video?.hidden) return
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
  try {
    video.srcObject = stream
    video.hidden = false
    await video.play()
    while (scanner.isConnected) {
      const found = codeIn(video, video.videoWidth, video.videoHeight, frame)
      if (found) return await take(found)
      await new Promise((again) => setTimeout(again, lookMs))
    }
  } finally {
    for (const track of stream.getTracks()) track.stop()
    video.hidden = true
  }
}
