import type { Text } from './i18n.ts'

/**
 * An expected refusal: the person can mend something or may not do it. Anything else that is thrown
 * is a bug. `code` is stable (`area.reason`), `text` is what a citizen reads, `fields` says what to
 * mend beside each field (key: the field's name, dotted for nested ones).
 */
export class Refused extends Error {
  readonly code: string
  readonly status: number
  readonly text: Text
  readonly fields: Readonly<Record<string, Text>>

  constructor(code: string, status: number, text: Text, fields: Record<string, Text> = {}) {
    super(`${code}: ${text.en}`)
    this.name = 'Refused'
    this.code = code
    this.status = status
    this.text = text
    this.fields = fields
  }
}

/** 404 in the reader's words: `notFound({ zh: '這個案件', en: 'this case' })`. */
export const notFound = (what: Text): Refused =>
  new Refused('not-found', 404, {
    zh: `找不到${what.zh}，或您沒有權限查看。請檢查編號。`,
    en: `We cannot find ${what.en}, or you may not see it. Check the number.`,
  })

/** 403 that names the permission's meaning, never the row's existence. */
export const forbidden = (): Refused =>
  new Refused('forbidden', 403, {
    zh: '您的帳號沒有辦理這件事的權限。請洽貴機關的管理者。',
    en: 'Your account may not do this. Ask the administrator of your agency.',
  })

/** 422 with a sentence for each field. */
export const invalid = (fields: Record<string, Text>): Refused =>
  new Refused(
    'invalid',
    422,
    {
      zh: '有些內容需要修改，請看各欄位旁的說明。',
      en: 'Some answers need mending; see beside each field.',
    },
    fields,
  )
