import { encodeQR } from 'qr'

/**
 * A QR code as the address of an SVG picture, dark on white with the quiet zone of four modules
 * that scanners want (ISO/IEC 18004). `sound`: how much may be damaged, 7 or 15 per cent.
 */
export function qrImage(text: string, sound: 'low' | 'medium' = 'medium'): string {
  const svg = encodeQR(text, 'svg', { ecc: sound, border: 4 })
  // White paper in the picture itself: a page in dark colours would show dark on dark.
  const paper = '<path fill="#fff" d="M0 0h999v999H0z"/>'
  const onPaper = svg.replace('<path', `${paper}<path shape-rendering="crispEdges"`)
  return `data:image/svg+xml,${encodeURIComponent(onPaper)}`
}
