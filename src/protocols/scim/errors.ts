import { Types } from 'scimmy'
import { Refused } from '../../core/errors.ts'
import type { Text } from '../../core/i18n.ts'

/** The keywords of RFC 7644, table 9, that this server answers with. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'

/** A refusal that carries a keyword of the protocol: its code is `scim.` with the keyword. */
export const scimRefused = (type: ScimType, zh: string, en: string): Refused =>
  new Refused(`scim.${type}`, type === 'uniqueness' ? 409 : type === 'tooMany' ? 413 : 400, {
    zh,
    en,
  })

/** An error as RFC 7644, section 3.12, writes it. */
export type ScimError = {
  readonly schemas: readonly string[]
  readonly status: string
  readonly scimType?: ScimType
  readonly detail: string
}

/** What an error is to the client: its status, and the message in both languages. */
export function errorAnswer(error: unknown): { status: number; body: ScimError } {
  const refused = asRefused(error)
  const status = refused.code === 'invalid' ? 400 : refused.status
  const scimType = typeOf(refused)
  const fields = Object.entries(refused.fields).map(([name, text]) => `${name}: ${both(text)}`)
  const body = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    ...(scimType && { scimType }),
    detail: fields.length > 0 ? fields.join(' ') : both(refused.text),
  }
  return { status, body }
}

function typeOf(refused: Refused): ScimType | undefined {
  if (refused.code === 'invalid') return 'invalidValue'
  return refused.code.startsWith('scim.') && known.includes(refused.code.slice(5))
    ? (refused.code.slice(5) as ScimType)
    : undefined
}

const known: readonly string[] = [
  ...['invalidFilter', 'tooMany', 'uniqueness', 'mutability'],
  ...['invalidSyntax', 'invalidPath', 'noTarget', 'invalidValue'],
]

const both = ({ zh, en }: Text): string => `${zh} ${en}`

function asRefused(error: unknown): Refused {
  if (error instanceof Refused) return error
  if (error instanceof Types.Error) return ofLibrary(error)
  const { statusCode = 500 } = error as { statusCode?: number }
  if (statusCode === 413)
    return scimRefused('tooMany', '送出的內容太大。', 'What you sent is too large.')
  if (statusCode === 415)
    return new Refused('scim.media', 415, {
      zh: '請用 application/scim+json。',
      en: 'Send application/scim+json.',
    })
  if (statusCode >= 400 && statusCode < 500)
    return scimRefused('invalidSyntax', '送出的內容不是 JSON。', 'What you sent is no JSON.')
  return new Refused('internal', 500, {
    zh: '系統發生問題，您送出的內容沒有被處理。請稍後再試。',
    en: 'Something failed on our side and nothing was changed. Try again later.',
  })
}

const said: Readonly<Record<string, readonly [string, string]>> = {
  invalidPath: ['path 指的屬性不存在。', 'The path names no attribute.'],
  noTarget: ['path 沒有指到任何值。', 'The path leads to no value.'],
  invalidFilter: ['filter 看不懂。', 'The filter cannot be read.'],
  mutability: ['這個屬性不能改。', 'This attribute cannot be changed.'],
  invalidSyntax: ['內容不合 SCIM 的格式。', 'This is not what SCIM expects.'],
}

/** The library's own sentences are English and quote what was sent: ours stand for them. */
function ofLibrary({ scimType }: { scimType: string }): Refused {
  const [zh, en] = said[scimType] ?? ['有個值不合規定。', 'A value does not fit its attribute.']
  return scimRefused(scimType in said ? (scimType as ScimType) : 'invalidValue', zh, en)
}
