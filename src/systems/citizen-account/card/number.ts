import { createHmac } from 'node:crypto'
import type { Config } from '../../../core/config.ts'

/** A card's number as it is compared: letters and digits only; null where it is none. */
export function cardNumber(typed: string): string | null {
  const bare = typed.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase()
  return /^[0-9A-Z]{8,20}$/.test(bare) ? bare : null
}

/** By what a number is found: nobody who reads the table can tell the number. */
export const numberDigest = (config: Config, number: string): Buffer =>
  createHmac('sha256', config.secret).update(`card-number:${number}`).digest()

/**
 * A name with most of it hidden, enough to compare with whom one sees: 王○明, 王○, A*** B***. It
 * does not tell how long the hidden part is.
 */
export function maskName(name: string): string {
  const words = name.normalize('NFC').trim().split(/\s+/)
  const letters = [...words.join('')]
  if (letters.some((one) => /\p{Script=Han}/u.test(one)))
    return letters.length > 2 ? `${letters[0]}○${letters.at(-1)}` : `${letters[0]}○`
  return words
    .slice(0, 4)
    .map((word) => `${[...word][0] ?? ''}***`)
    .join(' ')
}
