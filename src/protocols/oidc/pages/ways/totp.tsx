import { Fields } from '../../../../web/components/fields.tsx'
import type { ObjectSchema } from '../../../../web/fields.ts'
import type { Way } from './way.ts'

const questions: ObjectSchema = {
  properties: {
    code: {
      type: 'string',
      title: { zh: '動態密碼', en: 'One-time password' },
      hint: {
        zh: '驗證 App 上現在顯示的六位數字。',
        en: 'The six digits that your authenticator app shows now.',
      },
      maxLength: 12,
      widget: 'text',
      autocomplete: 'one-time-code',
    },
  },
  required: ['code'],
}

/** The six digits of an app. */
export const TotpWay: Way = ({ visit, errors }) => (
  <Fields view={visit.view} schema={questions} errors={errors} />
)
