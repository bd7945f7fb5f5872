import { createHmac, timingSafeEqual } from 'node:crypto'
import { Refused } from '../../core/errors.ts'

const signature = (secret: Buffer, purpose: string, id: string): string =>
  createHmac('sha256', secret).update(`${purpose}:${id}`).digest('hex').slice(0, 32)

/** A link from an e-mail: a row's id, signed for one purpose, such as to stop the e-mails. */
export const linkToken = (secret: Buffer, purpose: string, id: string): string =>
  `${id}.${signature(secret, purpose, id)}`

/** The id of a link. Refuses one that was cut or made up. */
export function linkId(secret: Buffer, purpose: string, token: string): string {
  const [id = '', given = ''] = token.split('.')
  const expected = Buffer.from(signature(secret, purpose, id))
  const mine = Buffer.from(given)
  const ours = mine.length === expected.length && timingSafeEqual(mine, expected)
  if (ours && /^[0-9a-f-]{36}$/.test(id)) return id
  throw new Refused('not-found', 404, {
    zh: '這個連結不完整，請從信裡再點一次。',
    en: 'This link is not complete. Open it from the e-mail again.',
  })
}
