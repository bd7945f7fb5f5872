import { Fields } from '../../../../web/components/fields.tsx'
import type { ObjectSchema } from '../../../../web/fields.ts'
import type { Way } from './way.ts'

const credentials: ObjectSchema = {
  properties: {
    login: {
      type: 'string',
      title: { zh: '帳號或電子郵件', en: 'Name or e-mail address' },
      maxLength: 200,
      widget: 'text',
      // Keys of this device are offered beside the names that the browser remembers.
      autocomplete: 'username webauthn',
    },
    password: {
      type: 'string',
      title: { zh: '密碼', en: 'Password' },
      maxLength: 200,
      widget: 'password',
      autocomplete: 'current-password',
    },
  },
  required: ['login', 'password'],
}

/** A name and a password; the name stands there once it is known. */
export const PasswordWay: Way = ({ visit: { view }, here, values, errors }) => (
  <>
    <Fields
      view={view}
      schema={credentials}
      values={here.account ? { login: here.account.login ?? here.account.email } : values}
      errors={errors}
    />
    <p>
      <a href={view.href('/sign-in/forgot')}>{view.t('忘記密碼', 'Forgot your password')}</a>
    </p>
  </>
)
