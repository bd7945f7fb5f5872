import type { VNode } from 'preact'
import { pick } from '../../../core/i18n.ts'
import type { Account } from '../../../kernel/identity/accounts.ts'
import { type Method, methodNames } from '../../../kernel/identity/levels.ts'
import { NewPassword } from '../../../kernel/identity/new-password.tsx'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { Notice } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Visit } from '../../../web/pages.ts'
import { allowPopups } from '../../../web/popups.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import type { Proving } from './ways/way.ts'
import { buttonOf, ways } from './ways/ways.ts'

const question: ObjectSchema = {
  properties: {
    login: {
      type: 'string',
      title: { zh: '帳號或電子郵件', en: 'Name or e-mail address' },
      maxLength: 200,
      widget: 'text',
      autocomplete: 'username',
    },
  },
  required: ['login'],
}

/** Asks whose password is forgotten. */
export function askingPage(view: View, login: string, errors: Errors): VNode {
  const title = view.t('忘記密碼', 'Forgot your password')
  return (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <ErrorSummary view={view} errors={errors} />
      <p class="lead">
        {view.t(
          '我們會寄一個連結到帳號已確認的電子郵件，三十分鐘內有效。',
          'We send a link to the account’s proven e-mail address. It counts for 30 minutes.',
        )}
      </p>
      <Form view={view} action="/sign-in/forgot">
        <Fields view={view} schema={question} values={{ login }} errors={errors} />
        <Buttons>
          <Button look="primary">{view.t('寄給我連結', 'Send me the link')}</Button>
          <ButtonLink href={view.href('/sign-in')}>{view.t('返回', 'Back')}</ButtonLink>
        </Buttons>
      </Form>
    </Page>
  )
}

/** The one answer, whether there is such an account or not. */
export function askedPage(view: View): VNode {
  const title = view.t('請看您的信箱', 'Look at your e-mail')
  return (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <p class="lead">
        {view.t(
          '如果有這個帳號，而且電子郵件已確認，幾分鐘內會收到連結。',
          'If there is such an account with a proven address, a link arrives within minutes.',
        )}
      </p>
      <h2>{view.t('沒有收到？', 'Nothing came?')}</h2>
      <ul>
        <li>{view.t('看看垃圾郵件匣。', 'Look among the junk mail.')}</li>
        <li>
          {view.t(
            '每個帳號一小時最多寄三次。',
            'At most three links an hour are sent for an account.',
          )}
        </li>
        <li>
          {view.t(
            '電子郵件沒有確認過的帳號，請用別的方式登入，或洽服務台。',
            'Without a proven address, sign in another way or come to a counter.',
          )}
        </li>
      </ul>
      <Buttons>
        <ButtonLink href={view.href('/sign-in')}>
          {view.t('回登入頁', 'Back to sign-in')}
        </ButtonLink>
      </Buttons>
    </Page>
  )
}

/** The link is right, but the account has a second factor: it is asked for as well. */
export function provingPage(
  visit: Visit,
  here: Proving,
  methods: readonly Method[],
  errors: Errors,
): VNode {
  const { view } = visit
  const title = view.t('再確認一次是您', 'Confirm that it is you')
  allowPopups(visit.reply)
  return (
    <Page view={view} title={title} whole>
      <h1>{title}</h1>
      <ErrorSummary view={view} errors={errors} />
      <p class="lead">
        {view.t(
          '這個帳號有第二種登入方式。電子郵件以外，還要用它確認。',
          'This account has a second way to sign in: beside the e-mail, confirm by it.',
        )}
      </p>
      {methods.length === 0 ? (
        <Notice tone="soon" title={view.t('目前沒有可用的方式', 'No way is open now')}>
          <p>{view.t('請帶證件到服務台辦理。', 'Please come to a counter with your papers.')}</p>
        </Notice>
      ) : null}
      {methods.map((method, n) => {
        const Way = ways[method]
        return (
          <section key={method} class="way">
            <h2>{pick(methodNames[method], view.locale)}</h2>
            <Form
              view={view}
              action={`/sign-in/reset/${method}`}
              files={method === 'certificate'}
              leaves
            >
              {Way ? <Way visit={visit} here={here} values={{}} errors={errors} /> : null}
              <Buttons>
                <Button {...(n === 0 && { look: 'primary' })}>
                  {pick(method === 'device' ? buttonOf(method, here) : confirmWord, view.locale)}
                </Button>
              </Buttons>
            </Form>
          </section>
        )
      })}
    </Page>
  )
}

const confirmWord = { zh: '確認', en: 'Confirm' }

/** Asks for the new password. */
export function choosingPage({ view, platform }: Visit, account: Account, errors: Errors): VNode {
  const title = view.t('設定新密碼', 'Set a new password')
  return (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <ErrorSummary view={view} errors={errors} />
      <p class="lead">
        {view.t('設定後，所有裝置上的登入都會結束。', 'Your sign-ins on all devices will end.')}
      </p>
      <Form view={view} action="/sign-in/reset" leaves>
        <NewPassword view={view} city={platform.city} account={account} errors={errors} />
        <Buttons>
          <Button look="primary">{view.t('設定新密碼', 'Set the password')}</Button>
        </Buttons>
      </Form>
    </Page>
  )
}
