import type { VNode } from 'preact'
import type { City } from '../../core/city.ts'
import type { Text } from '../../core/i18n.ts'
import { type Errors, Fields } from '../../web/components/fields.tsx'
import type { ObjectSchema } from '../../web/fields.ts'
import type { View } from '../../web/view.ts'
import type { Account } from './accounts.ts'
import { type PasswordPolicy, passwordPolicy } from './password-policy.ts'

type Whose = Pick<Account, 'kind' | 'login' | 'email'>

/** The box for a new password, with what it must be like; wherever a password is set. */
export const NewPassword = (props: {
  view: View
  city: City
  account: Whose
  errors: Errors
}): VNode => {
  const { view, city, account, errors } = props
  return (
    <>
      {/* So that the browser keeps the password under the right name. */}
      <input
        type="text"
        autocomplete="username"
        value={account.login ?? account.email ?? ''}
        readonly
        hidden
      />
      <Fields view={view} schema={question(passwordPolicy(city, account.kind))} errors={errors} />
    </>
  )
}

const question = (policy: PasswordPolicy): ObjectSchema => ({
  properties: {
    password: {
      type: 'string',
      title: { zh: '新密碼', en: 'New password' },
      hint: wanted(policy),
      maxLength: 200,
      widget: 'password',
      autocomplete: 'new-password',
    },
  },
  required: ['password'],
})

const wanted = ({ minLength, classes, history }: PasswordPolicy): Text => ({
  zh: [
    `至少 ${minLength} 個字，可以是一句話。`,
    classes > 1 ? `小寫、大寫、數字、其他符號要有 ${classes} 種。` : '',
    history > 1 ? `不能和最近 ${history} 次一樣。` : '',
  ].join(''),
  en: [
    `${minLength} characters at least; a sentence is fine.`,
    classes > 1 ? `Use ${classes} of: small letters, capitals, digits, others.` : '',
    history > 1 ? `Not one of your last ${history}.` : '',
  ]
    .filter(Boolean)
    .join(' '),
})
