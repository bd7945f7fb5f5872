/*
 * Reads codes by the browser's own detector, from the camera or from a photograph. Browsers without
 * one keep the field for hand scanners and pasted text.
 */
type Detector = { detect: (from: CanvasImageSource) => Promise<readonly { rawValue: string }[]> }
declare const BarcodeDetector: {
  new (given: { formats: readonly string[] }): Detector
  getSupportedFormats: () => Promise<readonly string[]>
}

const lookMs = 200

/** Shows the camera's button and the field for a photograph where this browser can read codes. */
export async function watchScanner(
  element: HTMLElement,
  take: (text: string) => Promise<void>,
): Promise<void> {
  const scanner = element.querySelector<HTMLElement>('[data-scanner]')
  if (!scanner || !('BarcodeDetector' in globalThis)) return
  if (!(await BarcodeDetector.getSupportedFormats()).includes('qr_code')) return
  const detector = new BarcodeDetector({ formats: ['qr_code'] })
  scanner.hidden = false
  const picture = scanner.querySelector<HTMLInputElement>('[data-picture]')
  picture?.addEventListener('change', async () => {
    const file = picture.files?.[0]
    const image = file && (await createImageBitmap(file).catch(() => undefined))
    const [found] = image ? await detector.detect(image) : []
    await take(found?.rawValue ?? '')
    picture.value = ''
  })
  const button = scanner.querySelector('button[name=camera]')
  button?.addEventListener('click', () => {
    void scan(scanner, detector, take).catch(() => {
      const words = scanner.querySelector<HTMLElement>('[data-no-camera]')
      if (words) words.hidden = false
    })
  })
}

/** Looks through the camera until there is a code, then lets the camera go. */
async function scan(
  scanner: HTMLElement,
  detector: Detector,
  take: (text: string) => Promise<void>,
): Promise<void> {
  const video = scanner.querySelector('video')
  if (!video?.hidden) return
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
  try {
    video.srcObject = stream
    video.hidden = false
    await video.play()
    while (scanner.isConnected) {
      const [found] = await detector.detect(video)
      if (found) return await take(found.rawValue)
      await new Promise((again) => setTimeout(again, lookMs))
    }
  } finally {
    for (const track of stream.getTracks()) track.stop()
    video.hidden = true
  }
}
