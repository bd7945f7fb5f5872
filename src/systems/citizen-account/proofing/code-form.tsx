import { pick, type Text } from '../../../core/i18n.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { View } from '../../../web/view.ts'

const asking: ObjectSchema = {
  properties: {
    code: {
      type: 'string',
      title: { zh: '市民手機上的八位數代碼', en: 'The eight digits on the citizen’s phone' },
      hint: {
        zh: '請市民在「我的身分查驗」按「顯示代碼」。',
        en: 'They press “Show my code” on “How my identity was checked”.',
      },
      maxLength: 16,
      widget: 'text',
      autocomplete: 'off',
    },
  },
  required: ['code'],
}

type CodeFormProps = {
  view: View
  action: string
  find: Text
  values: Values
  errors: Errors
}

/** At a counter: asks for the code of whoever stands there. */
export const CodeForm = ({ view, action, find, values, errors }: CodeFormProps) => (
  <Form view={view} action={action} leaves>
    <Fields view={view} schema={asking} values={values} errors={errors} />
    <Buttons>
      <Button look="primary">{pick(find, view.locale)}</Button>
    </Buttons>
  </Form>
)
