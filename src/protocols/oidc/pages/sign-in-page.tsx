import type { VNode } from 'preact'
import { maskedName } from '../../../core/format.ts'
import { pick } from '../../../core/i18n.ts'
import type { Account } from '../../../kernel/identity/accounts.ts'
import { levelNames, type Method, methodNames } from '../../../kernel/identity/levels.ts'
import { allowOutside } from '../../../kernel/identity/outside/pages-policy.ts'
import { joining } from '../../../systems/citizen-account/links/join.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { Notice } from '../../../web/components/words.tsx'
import type { Visit } from '../../../web/pages.ts'
import { allowPopups } from '../../../web/popups.ts'
import { Page } from '../../../web/shell.tsx'
import { issuerOf, portalId } from '../clients.ts'
import { formsTo, policyHeader } from './forms-to.ts'
import { openWays, requiredFor, type Underway } from './sign-in.tsx'
import type { WayProps } from './ways/way.ts'
import { buttonOf, isOutside, ways } from './ways/ways.ts'

/** Lets a form lead on to a provider and to the system, and the software of a card answer. */
export function allowRedirect({ reply, platform }: Visit, { interaction }: Underway): void {
  const to = String(interaction.params.redirect_uri ?? platform.config.origin)
  allowOutside(reply, platform.config)
  const policy = String(reply.getHeader(policyHeader))
  reply.header(policyHeader, formsTo(policy, to))
  allowPopups(reply)
}

/** Who asks, what is needed and why, and every way that can lead there. */
export function signInPage(visit: Visit, here: Underway, values: Values, errors: Errors): VNode {
  const { view } = visit
  const { account, interaction, system } = here
  const action = `/sign-in/${interaction.uid}`
  const title = account ? view.t('再確認一次', 'Confirm once more') : view.t('登入', 'Sign in')
  return (
    <Page view={view} title={title} whole>
      <h1>{title}</h1>
      <Asking visit={visit} here={here} />
      {account ? <Whose visit={visit} account={account} /> : null}
      <ErrorSummary view={view} errors={errors} />
      {here.here?.missing === 'audience' ? null : (
        <Ways visit={visit} here={here} values={values} errors={errors} />
      )}
      {account || system.audience === 'staff' ? null : (
        <p>
          {view.t('還沒有帳號？', 'No account yet? ')}
          <a href={view.href(`${action}/register`)}>{view.t('建立帳號', 'Create one')}</a>
        </p>
      )}
      <Form view={view} action={`${action}/cancel`} leaves>
        <Buttons>
          <Button>
            {system.id === portalId
              ? view.t('不登入，回首頁', 'Go back without signing in')
              : view.t('取消，回到原網站', 'Cancel and go back')}
          </Button>
        </Buttons>
      </Form>
    </Page>
  )
}

/** Whose session this is, and the way out of it: the browser may be shared. */
const Whose = ({ visit, account }: { visit: Visit; account: Account }) => {
  const { view, platform } = visit
  const end = new URLSearchParams({
    client_id: portalId,
    post_logout_redirect_uri: `${platform.config.origin}/`,
    ui_locales: view.locale === 'zh' ? 'zh-TW' : 'en',
  })
  return (
    <p>
      {view.t(
        `目前是「${maskedName(account.name)}」的帳號。`,
        `Signed in: ${maskedName(account.name)}. `,
      )}
      <a href={`${issuerOf(platform.config)}/session/end?${end}`}>
        {view.t('不是您？先登出', 'Not you? Sign out first')}
      </a>
    </p>
  )
}

const Asking = ({ visit: { view }, here }: { visit: Visit; here: Underway }) => {
  const { system, account } = here
  const { level } = requiredFor(here)
  const name = pick(system.name, view.locale)
  const missing = here.here?.missing
  if (missing === 'audience')
    return (
      <Notice tone="soon" title={view.t('這個帳號不能使用這個系統', 'Not for this account')}>
        <p>
          {system.audience === 'staff'
            ? view.t(`「${name}」只開放市府同仁使用。`, `“${name}” is for the city’s staff only.`)
            : view.t(`「${name}」是給市民使用的。`, `“${name}” is for citizens.`)}
        </p>
      </Notice>
    )
  if (missing === 'identity')
    return (
      <Notice tone="soon" title={view.t('需要先確認身分', 'Your identity must be checked first')}>
        <p>
          {view.t(
            `「${name}」需要確認過身分的帳號。請用自然人憑證，或到服務台辦理。`,
            `“${name}” needs a checked identity: use your certificate, or come to a counter.`,
          )}
        </p>
      </Notice>
    )
  if (account && level > 1)
    return (
      <Notice
        tone="info"
        title={view.t(
          `需要${pick(levelNames[level]!, 'zh')}的登入`,
          `Needs ${pick(levelNames[level]!, 'en')}`,
        )}
      >
        <p>
          {view.t(
            `「${name}」處理較敏感的資料，請再用下面一種方式確認是您本人。`,
            `“${name}” handles sensitive data: confirm that it is you in one more way.`,
          )}
        </p>
      </Notice>
    )
  const newcomer = joining(here.attempt)
  if (newcomer && !account)
    return (
      <Notice tone="info" title={view.t('請用現有的帳號登入', 'Sign in to the account you have')}>
        <p>
          {view.t(
            `登入後會問您要不要連結 ${pick(methodNames[newcomer.method], 'zh')}。`,
            `We then ask whether to link ${pick(methodNames[newcomer.method], 'en')} to it.`,
          )}
        </p>
      </Notice>
    )
  return (
    <p class="soft">
      {system.id === portalId
        ? view.t(
            '通報、陳情和查進度不用帳號。登入後可以看到自己的卡片、登入紀錄和已連結的系統。',
            'Reporting and following a case need no account. Sign in for your card and systems.',
          )
        : view.t(`登入後會回到「${name}」。`, `You will return to “${name}”.`)}
    </p>
  )
}

const Ways = (props: WayProps & { here: Underway }) => {
  const { visit, here } = props
  const { view, platform } = visit
  const open = openWays(here, platform)
  if (open.length === 0)
    return (
      <Notice tone="soon" title={view.t('您的帳號還沒有可用的方式', 'No way is left')}>
        <p>
          {view.t(
            '這裡要求的登入等級，您現有的登入方式達不到。請先新增通行密鑰、動態密碼或自然人憑證，再回來一次。',
            'Your ways to sign in do not reach what is asked for. Add one, then come back.',
          )}
        </p>
        <p>
          <a href={view.href('/account/methods')}>
            {view.t('新增登入方式', 'Add a way to sign in')}
          </a>
        </p>
      </Notice>
    )
  const elsewhere = open.filter(({ method }) => isOutside(method))
  const own = open.filter(({ method }) => !isOutside(method))
  const first = open[0]
  return (
    <>
      {own.map((way) => (
        <section key={way.method} class="way">
          {open.length > 1 ? <h2>{pick(methodNames[way.method], view.locale)}</h2> : null}
          <WayForm {...props} method={way.method} first={way === first} />
        </section>
      ))}
      {elsewhere.length > 0 ? (
        <section class="way">
          {open.length > 1 ? <h2>{view.t('其他平台的帳號', 'An account elsewhere')}</h2> : null}
          {elsewhere.map((way) => (
            <WayForm key={way.method} {...props} method={way.method} first={way === first} />
          ))}
        </section>
      ) : null}
    </>
  )
}

type WayFormProps = WayProps & { here: Underway; method: Method; first: boolean }

const WayForm = (props: WayFormProps) => {
  const { visit, here, method, first } = props
  const { view } = visit
  return (
    <Form
      view={view}
      action={`/sign-in/${here.interaction.uid}/${method}`}
      files={method === 'certificate'}
      leaves
    >
      <WayOf {...props} method={method} />
      <Buttons>
        <Button {...(first && { look: 'primary' })}>
          {pick(buttonOf(method, here), view.locale)}
        </Button>
      </Buttons>
    </Form>
  )
}

const WayOf = ({ method, ...props }: WayProps & { method: Method }) => {
  const Way = ways[method]
  return Way ? <Way {...props} /> : null
}
