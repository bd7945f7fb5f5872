import type { VNode } from 'preact'
import { pick } from '../../../core/i18n.ts'
import type { Account } from '../../../kernel/identity/accounts.ts'
import type { EmailWaiting } from '../../../kernel/identity/email-code.ts'
import { methodNames } from '../../../kernel/identity/levels.ts'
import type { OutsideMethod } from '../../../kernel/identity/outside/provider.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { StateTag } from '../../../web/components/tags.tsx'
import { When } from '../../../web/components/when.tsx'
import { Breadcrumbs, EmptyState } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import type { OwnLink } from './operations.ts'

/** The page of what is linked. */
export const linksPath = '/account/links'

/** What the page is drawn from. */
export type LinksProps = {
  readonly view: View
  readonly account: Account
  readonly links: readonly OwnLink[]
  /** The address that waits for its code. */
  readonly waiting: EmailWaiting | undefined
  readonly values: Values
  readonly errors: Errors
}

/** Accounts elsewhere that sign in here, and the address of the account. */
export function LinksPage(props: LinksProps): VNode {
  const { view, links, account, errors } = props
  const title = view.t('外部帳號與電子郵件', 'Linked accounts and e-mail')
  return (
    <Page view={view} title={title}>
      <Breadcrumbs
        view={view}
        items={[{ href: '/account', label: { zh: '我的帳號', en: 'My account' } }]}
      />
      <h1>{title}</h1>
      <ErrorSummary view={view} errors={errors} />
      <h2>{view.t('外部帳號', 'Accounts elsewhere')}</h2>
      <p class="soft">
        {view.t(
          '連結後可以用它登入。我們只知道是同一個人，看不到您的好友、貼文或密碼。',
          'A linked one signs you in. We see no friends, posts or passwords of yours.',
        )}
      </p>
      {links.length === 0 ? (
        <EmptyState title={view.t('目前沒有可以連結的平台', 'Nothing can be linked here')} />
      ) : (
        links.map((link) => (
          <OneProvider key={link.method} view={view} link={link} open={account.kind !== 'staff'} />
        ))
      )}
      <Email {...props} />
    </Page>
  )
}

const OneProvider = ({ view, link, open }: { view: View; link: OwnLink; open: boolean }) => {
  const name = pick(methodNames[link.method], view.locale)
  return (
    <section class="way">
      <h3>
        {name}{' '}
        <StateTag
          view={view}
          tone={link.links.length > 0 ? 'ok' : 'info'}
          label={
            link.links.length > 0
              ? { zh: '已連結', en: 'linked' }
              : { zh: '沒有連結', en: 'not linked' }
          }
        />
      </h3>
      {link.links.map(({ id, label, addedAt, usedAt }) => (
        <Form key={id} view={view} action={`${linksPath}/${id}/end`} leaves>
          <p>
            <strong>{label || name}</strong>
            {view.t('，連結於 ', ', linked on ')}
            <When view={view} at={addedAt} />
            {usedAt
              ? view.t('，上次使用 ', ', last used ')
              : view.t('，還沒用過', ', not used yet')}
            {usedAt ? <When view={view} at={usedAt} time /> : null}
          </p>
          <Buttons>
            <Button look="danger">
              {view.t(`移除 ${name} 連結`, `Remove the link to ${name}`)}
            </Button>
          </Buttons>
        </Form>
      ))}
      {link.offered && open ? (
        <Buttons>
          <ButtonLink href={view.href(`${linksPath}/${link.method}`)}>
            {link.links.length > 0
              ? view.t(`再連結一個 ${name}`, `Link another ${name}`)
              : view.t(`連結 ${name}`, `Link ${name}`)}
          </ButtonLink>
        </Buttons>
      ) : null}
    </section>
  )
}

const address: ObjectSchema = {
  properties: {
    email: {
      type: 'string',
      title: { zh: '電子郵件', en: 'E-mail' },
      hint: {
        zh: '我們會寄一個六位數的驗證碼過去，確認後才會更改。',
        en: 'We send a code of six digits there; the address changes when it comes back.',
      },
      maxLength: 200,
      widget: 'email',
      autocomplete: 'email',
    },
  },
  required: ['email'],
}

const code: ObjectSchema = {
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

const Email = ({ view, account, waiting, values, errors }: LinksProps): VNode => {
  const proven = account.email_verified_at !== null
  return (
    <section>
      <h2>{view.t('電子郵件', 'E-mail')}</h2>
      <p>
        {account.email ?? view.t('還沒有填', 'None yet')}{' '}
        {account.email ? (
          <StateTag
            view={view}
            tone={proven ? 'ok' : 'soon'}
            label={proven ? { zh: '已確認', en: 'proven' } : { zh: '還沒確認', en: 'not proven' }}
          />
        ) : null}
      </p>
      {account.kind === 'staff' ? (
        <p class="soft">
          {view.t(
            '同仁帳號由市府管理，不能連結外部帳號或自行更改電子郵件。',
            'The city keeps the accounts of its staff: they link nothing and keep their address.',
          )}
        </p>
      ) : null}
      {waiting ? (
        <Form view={view} action={`${linksPath}/email/code`} leaves>
          <p>
            {view.t('驗證碼已寄到 ', 'A code went to ')}
            <strong>{waiting.email}</strong>
            {view.t('，十五分鐘內有效。', '; it works for 15 minutes.')}
          </p>
          <Fields view={view} schema={code} errors={errors} />
          <Buttons>
            <Button look="primary">{view.t('確認電子郵件', 'Prove the address')}</Button>
          </Buttons>
        </Form>
      ) : null}
      {account.kind === 'staff' ? null : (
        <Form view={view} action={`${linksPath}/email`} leaves>
          <Fields
            view={view}
            schema={address}
            values={{ email: waiting?.email ?? account.email ?? '', ...values }}
            errors={errors}
          />
          <Buttons>
            <Button>{view.t('寄出驗證碼', 'Send a code')}</Button>
          </Buttons>
        </Form>
      )}
    </section>
  )
}

/** Before the way to a provider: what happens there. */
export function LeavePage({ view, method }: { view: View; method: OutsideMethod }): VNode {
  const name = pick(methodNames[method], view.locale)
  const title = view.t(`連結 ${name}`, `Link ${name}`)
  return (
    <Page view={view} title={title} whole>
      <h1>{title}</h1>
      <p class="lead">
        {view.t(
          `接下來會到 ${name}，請用您自己的帳號同意，再回到這裡。`,
          `You go to ${name} now: agree there with an account of your own, and come back.`,
        )}
      </p>
      <Form view={view} action={`${linksPath}/${method}`} leaves>
        <Buttons>
          <Button look="primary">{view.t(`前往 ${name}`, `Go to ${name}`)}</Button>
          <ButtonLink href={view.href(linksPath)}>{view.t('取消', 'Cancel')}</ButtonLink>
        </Buttons>
      </Form>
    </Page>
  )
}
