import { createHmac } from 'node:crypto'

/** Letters and digits nobody confuses on the telephone: no 0 O, 1 I L, 5 S, 2 Z. */
const alphabet = 'ABCDEFGHJKMNPQRTUVWXY346789'

/**
 * The number of a case or a booking, such as D109-000123-4: kind, year of the Republic, running
 * number, check digit (Luhn), so that a slip is noticed before anything is looked up.
 */
export function recordNumber(prefix: string, at: Date, running: number): string {
  const year = new Date(at.getTime() + 8 * 3_600_000).getUTCFullYear() - 1911
  const digits = `${year}${String(running).padStart(6, '0')}`
  return `${prefix}${year}-${String(running).padStart(6, '0')}-${luhn(digits)}`
}

/** The number in its usual form, or undefined when the check digit does not fit. */
export function normalNumber(given: string): string | undefined {
  const bare = given
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
  const match = /^([A-Z])(\d{3})(\d{6,9})(\d)$/.exec(bare)
  if (!match) return undefined
  const [, prefix, year, running, checkDigit] = match
  if (String(luhn(`${year}${running}`)) !== checkDigit) return undefined
  return `${prefix}${year}-${running}-${checkDigit}`
}

function luhn(digits: string): number {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const doubled = i % 2 === 0 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return (10 - (sum % 10)) % 10
}

/**
 * The follow-up code of a number: 8 characters, about 38 bits, derived from the installation's
 * secret, so that it can be shown again to who holds it and is stored nowhere.
 */
export function followCode(secret: Buffer, no: string): string {
  const bytes = createHmac('sha256', secret).update(`code:${no}`).digest()
  return [...bytes.subarray(0, 8)].map((byte) => alphabet[byte % alphabet.length]).join('')
}

/** What the database keeps of a code: hex HMAC-SHA-256 over number and code. */
export function secretHash(secret: Buffer, no: string, code: string): string {
  const clean = code
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
  return createHmac('sha256', secret).update(`${no}:${clean}`).digest('hex')
}
