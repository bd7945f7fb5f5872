import type { SummaryRow } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answers } from '../../forms/drafts.ts'
import { contactFields } from '../contact.ts'

/** The contact questions of a form; `required` names those that must be answered. */
export const contactSchema = (required: readonly string[]): ObjectSchema => ({
  properties: {
    name: { ...plain(contactFields.name), autocomplete: 'name' },
    phone: { ...plain(contactFields.phone), autocomplete: 'tel' },
    email: { ...plain(contactFields.email), autocomplete: 'email' },
  },
  required,
})

const plain = (schema: object): ObjectSchema['properties'][string] =>
  JSON.parse(JSON.stringify(schema))

/** The contact answers for the check page. */
export const contactSummary = (answers: Answers, change: string): SummaryRow[] => [
  { label: { zh: '稱呼', en: 'Your name' }, answer: String(answers.name ?? ''), change },
  { label: { zh: '電話', en: 'Telephone' }, answer: String(answers.phone ?? ''), change },
  { label: { zh: '電子郵件', en: 'E-mail' }, answer: String(answers.email ?? ''), change },
]
