const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'

/** Bytes as text for a QR code's alphanumeric mode, three characters for two bytes. RFC 9285 */
export function toBase45(bytes: Uint8Array): string {
  const out: string[] = []
  for (let at = 0; at < bytes.length; at += 2) {
    const isPair = at + 1 < bytes.length
    const value = isPair ? bytes[at]! * 256 + bytes[at + 1]! : bytes[at]!
    out.push(alphabet[value % 45]!, alphabet[Math.floor(value / 45) % 45]!)
    if (isPair) out.push(alphabet[Math.floor(value / 2025)]!)
  }
  return out.join('')
}

/** The bytes of a base45 text; null where it is none, as RFC 9285 has it for each kind of fault. */
export function fromBase45(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 3 === 1) return null
  const digits = [...text].map((one) => alphabet.indexOf(one))
  if (digits.includes(-1)) return null
  const out: number[] = []
  for (let at = 0; at < digits.length; at += 3) {
    const [low = 0, middle = 0, high] = digits.slice(at, at + 3)
    const value = low + middle * 45 + (high ?? 0) * 2025
    if (value > (high === undefined ? 0xff : 0xffff)) return null
    if (high !== undefined) out.push(value >> 8)
    out.push(value & 0xff)
  }
  return new Uint8Array(out)
}
