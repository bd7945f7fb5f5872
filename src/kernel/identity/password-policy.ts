import { type Static, Type } from 'typebox'
import type { City } from '../../core/city.ts'
import type { Text } from '../../core/i18n.ts'

const Policy = Type.Object({
  minLength: Type.Integer({ minimum: 8, maximum: 64 }),
  /** How many kinds of characters: small, capital, digit, other. */
  classes: Type.Integer({ minimum: 0, maximum: 4 }),
  /** After how many days a new one is needed; null for never. */
  maxAgeDays: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  /** How many days a password stays before the next, so that the history means something. */
  minAgeDays: Type.Integer({ minimum: 0 }),
  /** How many passwords of before may not come again. */
  history: Type.Integer({ minimum: 0, maximum: 24 }),
})

const Identity = Type.Object({ passwords: Type.Object({ staff: Policy, citizen: Policy }) })

/** What a password must be like; data of the city pack, apart for staff and citizens. */
export type PasswordPolicy = Static<typeof Policy>

/** The policy of a kind of account. */
export const passwordPolicy = (city: City, kind: 'citizen' | 'staff'): PasswordPolicy =>
  city.read('identity.json', Identity).passwords[kind]

const day = 24 * 60 * 60_000

/** Whether a password of a time is too old. */
export const isExpired = ({ maxAgeDays }: PasswordPolicy, since: Date, now: Date): boolean =>
  maxAgeDays !== null && +now - +since > maxAgeDays * day

/** Whether a password of a time is too new to be changed again. */
export const isTooNew = ({ minAgeDays }: PasswordPolicy, since: Date, now: Date): boolean =>
  +now - +since < minAgeDays * day

const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u]

/** What of its form to mend, or null. Letters without case, such as 漢字, count as other. Pure. */
export function formFault(policy: PasswordPolicy, password: string, own: string[]): Text | null {
  const { minLength, classes } = policy
  const text = password.normalize('NFC')
  const missing = minLength - [...text].length
  if (missing > 0)
    return {
      zh: `密碼至少要 ${minLength} 個字，還差 ${missing} 個。幾個不相干的詞連起來就夠長也好記。`,
      en: `Use ${minLength} characters at least: ${missing} more. A few unrelated words do well.`,
    }
  if (kinds.filter((kind) => kind.test(text)).length < classes)
    return {
      zh: `請用小寫、大寫、數字、其他符號中的至少 ${classes} 種。`,
      en: `Use at least ${classes} of: small letters, capitals, digits, other characters.`,
    }
  if (new Set(text.toLowerCase()).size < 4) return tooPlain
  const plain = text.toLowerCase()
  const names = own.filter((name) => name.length >= 4).map((name) => name.toLowerCase())
  return names.some((name) => plain.includes(name)) ? ownName : null
}

const tooPlain: Text = {
  zh: '密碼不能只有同樣的幾個字。請用不同的字。',
  en: 'The password repeats few characters. Use different ones.',
}
const ownName: Text = {
  zh: '密碼裡不要有您的帳號、姓名或電子郵件。',
  en: 'Leave your name, login and e-mail address out of the password.',
}
