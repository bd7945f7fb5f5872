import type { ComponentChildren, VNode } from 'preact'
import { pick, type Text } from '../../../core/i18n.ts'
import type { EmailWaiting } from '../../../kernel/identity/email-code.ts'
import { methodNames } from '../../../kernel/identity/levels.ts'
import type { Newcomer } from '../../../kernel/identity/methods/method.ts'
import { NewPassword } from '../../../kernel/identity/new-password.tsx'
import { isChecked } from '../../../kernel/identity/register.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { Notice, Steps, SummaryList } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import type { Underway } from './sign-in.tsx'

/** What a page of registering is drawn from. */
export type RegisterProps = {
  readonly visit: Visit
  readonly here: Underway
  readonly values: Values
  readonly errors: Errors
}

const title: Text = { zh: '建立帳號', en: 'Create an account' }

const Frame = (props: RegisterProps & { children: ComponentChildren }): VNode => {
  const { visit, here, errors, children } = props
  const { view } = visit
  return (
    <Page view={view} title={pick(title, view.locale)} whole>
      <h1>{pick(title, view.locale)}</h1>
      <ErrorSummary view={view} errors={errors} />
      {children}
      <Buttons>
        <ButtonLink href={view.href(`/sign-in/${here.interaction.uid}`)}>
          {view.t('回到登入', 'Back to sign in')}
        </ButtonLink>
      </Buttons>
    </Page>
  )
}

const nameField = {
  type: 'string',
  title: { zh: '名字', en: 'Name' },
  hint: {
    zh: '我們怎麼稱呼您。',
    en: 'How we should call you.',
  },
  maxLength: 100,
  widget: 'text',
  autocomplete: 'name',
} as const

const emailField = {
  type: 'string',
  title: { zh: '電子郵件', en: 'E-mail' },
  maxLength: 200,
  widget: 'email',
  autocomplete: 'email',
} as const

const emailLater: ObjectSchema['properties'] = {
  email: {
    ...emailField,
    hint: {
      zh: '可以不填。之後可以用寄出的驗證碼確認，確認後才會收到通知。',
      en: 'Optional. A code proves it later; only then do we write to it.',
    },
  },
}

const terms: readonly Text[] = [
  {
    zh: '帳號給您自己使用。請不要替別人建立，也不要借給別人。',
    en: 'The account is for you: do not make one for somebody else or lend it.',
  },
  {
    zh: '我們保存您的名字、電子郵件和登入紀錄；您隨時看得到。',
    en: 'We keep your name, your e-mail address and your sign-ins; you can always see them.',
  },
  {
    zh: '其他系統要知道您的什麼，登入時會先問您；同意後也可以收回。',
    en: 'Other systems learn of you only what you agree to, and you can withdraw it.',
  },
]

const Terms = ({ view }: { view: View }): VNode => (
  <section>
    <h2>{view.t('使用說明', 'What you agree to')}</h2>
    <ul>
      {terms.map(({ zh, en }) => (
        <li key={en}>{view.t(zh, en)}</li>
      ))}
    </ul>
    <p class="soft">{view.t('按「建立帳號」表示您同意。', 'By “create the account” you agree.')}</p>
  </section>
)

/** Someone whom a provider or a certificate vouches for: a name, and an account they may have. */
export const NewcomerPage = (props: RegisterProps & { newcomer: Newcomer }): VNode => {
  const { visit, here, values, errors, newcomer } = props
  const { view } = visit
  const action = `/sign-in/${here.interaction.uid}/register`
  const way = pick(methodNames[newcomer.method], view.locale)
  const checked = isChecked(newcomer)
  const schema: ObjectSchema = checked
    ? { properties: emailLater }
    : { properties: { name: nameField, ...emailLater }, required: ['name'] }
  return (
    <Frame {...props}>
      <p class="lead">
        {view.t(
          `${way} 已經確認是您，但這裡還沒有您的帳號。`,
          `${way} says it is you, but there is no account of yours here yet.`,
        )}
      </p>
      <Form view={view} action={action} leaves>
        {checked ? (
          <SummaryList
            view={view}
            rows={[{ label: { zh: '名字', en: 'Name' }, answer: newcomer.name }]}
          />
        ) : null}
        <Fields view={view} schema={schema} values={values} errors={errors} />
        <Terms view={view} />
        <Buttons>
          <Button look="primary">{view.t('建立帳號', 'Create the account')}</Button>
        </Buttons>
      </Form>
      <Notice tone="info" title={view.t('已經有帳號了嗎？', 'Have you an account already?')}>
        <p>
          {view.t(
            `請先用它登入，再把 ${way} 連結上去，才不會有兩個帳號。`,
            `Sign in with it first, then link ${way} to it, so that you do not have two.`,
          )}
        </p>
        <Form view={view} action={`${action}/mine`} leaves>
          <Buttons>
            <Button>{view.t('用現有的帳號登入並連結', 'Sign in to it and link')}</Button>
          </Buttons>
        </Form>
      </Notice>
    </Frame>
  )
}

const emailOnly: ObjectSchema = {
  properties: {
    email: {
      ...emailField,
      hint: {
        zh: '我們會寄一個六位數的驗證碼過去。',
        en: 'We send a code of six digits there.',
      },
    },
  },
  required: ['email'],
}

/** The first step for anyone: an address. */
export const EmailPage = (props: RegisterProps): VNode => {
  const { visit, here, values, errors } = props
  const { view } = visit
  return (
    <Frame {...props}>
      <Steps view={view} step={1} of={3} />
      <Form view={view} action={`/sign-in/${here.interaction.uid}/register/email`} leaves>
        <Fields view={view} schema={emailOnly} values={values} errors={errors} />
        <Buttons>
          <Button look="primary">{view.t('寄出驗證碼', 'Send the code')}</Button>
        </Buttons>
      </Form>
    </Frame>
  )
}

/** The box for a code from a letter. */
export const codeQuestion: ObjectSchema = {
  properties: {
    code: {
      type: 'string',
      title: { zh: '六位數驗證碼', en: 'Six-digit code' },
      maxLength: 12,
      widget: 'text',
      autocomplete: 'one-time-code',
    },
  },
  required: ['code'],
}

/** The second step: the code that went there. */
export const CodePage = (props: RegisterProps & { held: EmailWaiting }): VNode => {
  const { visit, here, errors, held } = props
  const { view } = visit
  const action = `/sign-in/${here.interaction.uid}/register`
  return (
    <Frame {...props}>
      <Steps view={view} step={2} of={3} />
      <p>
        {view.t('信已寄到 ', 'We wrote to ')}
        <strong>{held.email}</strong>
        {view.t('，十五分鐘內有效。', '; the code works for 15 minutes.')}
      </p>
      <div class="way">
        <Form view={view} action={`${action}/code`} leaves>
          <Fields view={view} schema={codeQuestion} errors={errors} />
          <Buttons>
            <Button look="primary">{view.t('下一步', 'Next')}</Button>
          </Buttons>
        </Form>
      </div>
      <p>
        {view.t('沒收到嗎？看看垃圾郵件，或', 'Nothing came? Look among the junk, or ')}
        <a href={`${view.href(action)}?again=1`}>
          {view.t('重新寄一次，也可以換一個地址', 'ask for another, or use another address')}
        </a>
        {view.t('。', '.')}
      </p>
    </Frame>
  )
}

/** The last step: a name and a password. */
export const PlainPage = (props: RegisterProps & { held: EmailWaiting }): VNode => {
  const { visit, here, values, errors, held } = props
  const { view, platform } = visit
  const whose = { kind: 'citizen', login: null, email: held.email } as const
  const named: ObjectSchema = { properties: { name: nameField }, required: ['name'] }
  return (
    <Frame {...props}>
      <Steps view={view} step={3} of={3} />
      <Form view={view} action={`/sign-in/${here.interaction.uid}/register`} leaves>
        <Fields view={view} schema={named} values={values} errors={errors} />
        <NewPassword view={view} city={platform.city} account={whose} errors={errors} />
        <Terms view={view} />
        <Buttons>
          <Button look="primary">{view.t('建立帳號', 'Create the account')}</Button>
        </Buttons>
      </Form>
    </Frame>
  )
}
