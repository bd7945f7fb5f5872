import { notFound } from '../../../core/errors.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import { type Account, accountById, credentialsOf } from '../../../kernel/identity/accounts.ts'
import { levelNames } from '../../../kernel/identity/levels.ts'
import { Door } from '../../../web/components/door.tsx'
import type { IconName } from '../../../web/components/icons.tsx'
import { StateTag } from '../../../web/components/tags.tsx'
import { SummaryList } from '../../../web/components/words.tsx'
import type { Answer, Page as PageDef, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import type { ProviderNow } from '../mount.ts'
import { approvePages } from './account-approve.tsx'
import { closePages } from './account-close.tsx'
import { accountPath } from './account-kit.tsx'
import { endOne, endOthers, sessions } from './account-sessions.tsx'
import { signInList, signInPageOf } from './account-sign-ins.tsx'
import { forgetOne, systems } from './account-systems.tsx'

const permission = 'account'

/** The pages of one's own account: where it is signed in, by what right, and who knows it. */
export function accountPages(now: ProviderNow): readonly PageDef[] {
  const page = (
    method: 'GET' | 'POST',
    path: string,
    run: (visit: Visit) => Promise<Answer>,
  ): PageDef => ({ method, path: `${accountPath}${path}`, permission, run })
  return [
    page('GET', '', front),
    page('GET', '/sessions', sessions),
    page('POST', '/sessions/:uid/end', (visit) => endOne(now, visit)),
    page('POST', '/sessions/end-others', (visit) => endOthers(now, visit)),
    page('GET', '/sign-ins', signInList),
    page('GET', '/sign-ins/:id', signInPageOf),
    page('GET', '/systems', systems),
    page('POST', '/systems/:system/forget', (visit) => forgetOne(now, visit)),
    ...closePages(now),
    ...approvePages,
  ]
}

type DoorWords = { href: string; icon: IconName; label: Text; hint: Text }

const workDoor: DoorWords = {
  href: '/desk/me',
  icon: 'inbox',
  label: { zh: '我的權限與訊息', en: 'My permissions and messages' },
  hint: {
    zh: '在市府可以辦什麼，和辦公桌給您的訊息',
    en: 'What you may do, and what the desk says',
  },
}

/** What stands on the front page, in the order of how often people come for it. */
const doors: readonly DoorWords[] = [
  {
    href: '/account/methods',
    icon: 'lock',
    label: { zh: '登入方式', en: 'Ways to sign in' },
    hint: { zh: '密碼、通行密鑰、動態密碼、手機', en: 'Password, passkeys, one-time codes, phone' },
  },
  {
    href: '/account/links',
    icon: 'person',
    label: { zh: '外部帳號與電子郵件', en: 'Linked accounts and e-mail' },
    hint: {
      zh: '連結 LINE、Google、Facebook；確認電子郵件',
      en: 'LINE, Google, Facebook; your address',
    },
  },
  {
    href: '/account/identity',
    icon: 'person',
    label: { zh: '我的身分查驗', en: 'How my identity was checked' },
    hint: {
      zh: '查驗到第幾級、怎麼查驗的，到服務台用的代碼',
      en: 'The level, its history, and the code for a counter',
    },
  },
  {
    href: '/account/card',
    icon: 'person',
    label: { zh: '我的市民卡', en: 'My city card' },
    hint: {
      zh: '手機上出示的 QR 碼、實體卡，遺失時停用',
      en: 'A code on your phone, physical cards, and stopping one you lost',
    },
  },
  {
    href: '/account/sessions',
    icon: 'phone',
    label: { zh: '我的裝置與登入', en: 'My devices and sessions' },
    hint: { zh: '看看在哪裡登入，把不認得的結束', en: 'See where you are signed in; end any' },
  },
  {
    href: '/account/sign-ins',
    icon: 'clock',
    label: { zh: '我的登入紀錄', en: 'My sign-ins' },
    hint: { zh: '每一次登入，以及等級的理由', en: 'Each sign-in, and why it had its level' },
  },
  {
    href: '/account/systems',
    icon: 'person',
    label: { zh: '知道我的系統', en: 'Systems that know me' },
    hint: { zh: '誰知道您的什麼，隨時可以收回', en: 'Who knows what of you; withdraw any time' },
  },
]

export const identityWords: readonly Text[] = [
  { zh: '', en: '' },
  { zh: '自己填的，還沒有查驗', en: 'As you gave it; not checked' },
  { zh: '已在服務台查驗', en: 'Checked at a counter' },
  { zh: '已用自然人憑證查驗', en: 'Checked by certificate' },
]

/** The account of who asks. */
export async function ownAccount({ read, actor }: Visit): Promise<Account> {
  const account = await read(permission, (ctx) => accountById(ctx.db, actor.id))
  if (!account) throw notFound({ zh: '這個帳號', en: 'this account' })
  return account
}

async function front(visit: Visit): Promise<Answer> {
  const { view, read, actor } = visit
  const account = await ownAccount(visit)
  const credentials = await read(permission, (ctx) => credentialsOf(ctx.db, account.id))
  const title = view.t('我的帳號', 'My account')
  const page = (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <SummaryList
        view={view}
        rows={[
          { label: { zh: '名字', en: 'Name' }, answer: account.name },
          ...(account.login
            ? [{ label: { zh: '帳號', en: 'User name' }, answer: account.login }]
            : []),
          { label: { zh: '電子郵件', en: 'E-mail' }, answer: <Mail view={view} of={account} /> },
          {
            label: { zh: '身分', en: 'Identity' },
            answer: pick(identityWords[account.identity_level]!, view.locale),
          },
          {
            label: { zh: '這次登入', en: 'This sign-in' },
            answer: pick(levelNames[actor.level ?? 0]!, view.locale),
          },
          {
            label: { zh: '登入方式', en: 'Ways to sign in' },
            answer: view.t(`${credentials.length} 種`, String(credentials.length)),
          },
        ]}
      />
      <ul class="doors">
        {[...(actor.kind === 'staff' ? [workDoor] : []), ...doors].map(
          ({ href, icon, label, hint }) => (
            <Door key={href} view={view} href={href} icon={icon} title={label}>
              {pick(hint, view.locale)}
            </Door>
          ),
        )}
      </ul>
      {actor.kind === 'citizen' ? (
        <p>
          <a href={view.href('/account/close')}>{view.t('刪除我的帳號', 'Delete my account')}</a>
        </p>
      ) : null}
    </Page>
  )
  return { page }
}

const Mail = ({ view, of }: { view: View; of: Account }) => {
  if (!of.email) return null
  const proven = of.email_verified_at !== null
  return (
    <>
      {of.email}{' '}
      <StateTag
        view={view}
        tone={proven ? 'ok' : 'soon'}
        label={proven ? { zh: '已確認', en: 'proven' } : { zh: '還沒確認', en: 'not proven' }}
      />
    </>
  )
}
