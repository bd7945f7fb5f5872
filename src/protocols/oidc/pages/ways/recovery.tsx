import { Fields } from '../../../../web/components/fields.tsx'
import type { ObjectSchema } from '../../../../web/fields.ts'
import type { Way } from './way.ts'

const questions: ObjectSchema = {
  properties: {
    recovery: {
      type: 'string',
      title: { zh: '備用碼', en: 'Recovery code' },
      hint: {
        zh: '您印出或抄下的其中一組；每一組只能用一次。',
        en: 'One of those that you printed or wrote down; each works once.',
      },
      maxLength: 20,
      widget: 'text',
      autocomplete: 'off',
    },
  },
  required: ['recovery'],
}

/** A code from paper. */
export const RecoveryWay: Way = ({ visit, errors }) => (
  <Fields view={visit.view} schema={questions} errors={errors} />
)
