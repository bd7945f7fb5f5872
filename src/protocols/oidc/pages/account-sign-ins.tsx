import type { VNode } from 'preact'
import { notFound } from '../../../core/errors.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import {
  levelNames,
  levelOfProof,
  type Method,
  methodNames,
} from '../../../kernel/identity/levels.ts'
import { ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { DataTable } from '../../../web/components/data-table.tsx'
import { StateTag } from '../../../web/components/tags.tsx'
import { When } from '../../../web/components/when.tsx'
import { EmptyState, Notice, SummaryList } from '../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import type { View } from '../../../web/view.ts'
import { holds, type Look, looksAt, type SignIn, signInById, signInsOf } from '../known.ts'
import type { Why } from '../record.ts'
import { AccountPage, browserWords, systemNames } from './account-kit.tsx'

const pageSize = 30

/** `GET /account/sign-ins`: every sign-in and every failed attempt, the newest first. */
export async function signInList(visit: Visit): Promise<Answer> {
  const { view, query, read, actor, platform } = visit
  const before = new Date(query.before ?? '')
  const from = Number.isNaN(+before) ? null : before
  const found = await read('account', (ctx) => signInsOf(ctx, actor.id, from))
  const shown = found.slice(0, pageSize)
  const name = await systemNames(
    platform,
    shown.map(({ system }) => system),
  )
  const last = shown.at(-1)
  const looks = await looksAt(platform, actor.id)
  const page = (
    <AccountPage
      view={view}
      title={view.t('我的登入紀錄', 'My sign-ins')}
      lead={view.t(
        '打開一筆，可以看到它為什麼是那個等級。不認得的，請結束登入並換掉密碼。',
        'Open one to see why it had its level. End what you do not know and change your password.',
      )}
    >
      <SignInTable view={view} rows={shown} name={name} href={(id) => `/account/sign-ins/${id}`} />
      {found.length > pageSize && last ? (
        <Buttons>
          <ButtonLink
            href={view.href(
              `/account/sign-ins?before=${encodeURIComponent(last.at.toISOString())}`,
            )}
          >
            {view.t('更早的', 'Earlier ones')}
          </ButtonLink>
        </Buttons>
      ) : null}
      <Looks view={view} looks={looks} name={name} />
    </AccountPage>
  )
  return { page }
}

const Looks = (props: { view: View; looks: readonly Look[]; name: (id: string) => Text }) => {
  const { view, looks, name } = props
  if (looks.length === 0) return null
  return (
    <>
      <h2>{view.t('稽核查閱', 'Looked at by auditors')}</h2>
      <ul>
        {looks.map(({ at, system }) => (
          <li key={at.toISOString()}>
            <When view={view} at={at} time /> {pick(name(system), view.locale)}
          </li>
        ))}
      </ul>
    </>
  )
}

type TableProps = {
  view: View
  rows: readonly SignIn[]
  name: (system: string) => Text
  href: (id: string) => string
}

/** Sign-ins as a table; each opens its reason. */
export const SignInTable = ({ view, rows, name, href }: TableProps): VNode => (
  <DataTable
    view={view}
    caption={view.t('登入紀錄', 'Sign-ins')}
    hideCaption
    rows={rows}
    rowKey={({ id }) => id}
    empty={
      <EmptyState title={view.t('還沒有登入紀錄', 'No sign-ins yet')}>
        <p>{view.t('每次登入都會留在這裡。', 'Each sign-in will be listed here.')}</p>
      </EmptyState>
    }
    columns={[
      {
        key: 'at',
        label: { zh: '時間', en: 'When' },
        cell: ({ at, id }) => (
          <a href={view.href(href(id))}>
            <When view={view} at={at} time />
          </a>
        ),
      },
      {
        key: 'system',
        label: { zh: '系統', en: 'System' },
        cell: ({ system }) => pick(name(system), view.locale),
      },
      {
        key: 'outcome',
        label: { zh: '結果', en: 'Outcome' },
        cell: (one) => <OutcomeTag view={view} of={one} />,
      },
      {
        key: 'agent',
        label: { zh: '瀏覽器', en: 'Browser' },
        cell: ({ agent }) => browserWords(agent, view.locale),
      },
    ]}
  />
)

const OutcomeTag = ({ view, of }: { view: View; of: SignIn }) =>
  of.outcome === 'granted' ? (
    <StateTag view={view} tone="ok" label={levelNames[of.level]!} />
  ) : (
    <StateTag view={view} tone="late" label={{ zh: '沒有通過', en: 'refused' }} />
  )

/** `GET /account/sign-ins/:id`: why it has its level. */
export async function signInPageOf(visit: Visit): Promise<Answer> {
  const { view, params, read, platform } = visit
  const found = await read('account', (ctx) => signInById(ctx.db, params.id ?? ''))
  if (!found) throw notFound({ zh: '這筆登入紀錄', en: 'this sign-in' })
  const name = await systemNames(platform, [found.system])
  const title = view.t('這次登入的理由', 'Why this sign-in had its level')
  const page = (
    <AccountPage view={view} title={title}>
      <Reason view={view} of={found} name={name} right={holds(platform, found)} />
    </AccountPage>
  )
  return { page }
}

type ReasonProps = {
  view: View
  of: SignIn
  name: (system: string) => Text
  /** Whether it is as the installation signed it. */
  right: boolean
}

/** A sign-in's reason: what was required, what was proven and when, and whether it still holds. */
export const Reason = ({ view, of, name, right }: ReasonProps): VNode => {
  const { why } = of
  return (
    <>
      <SummaryList
        view={view}
        rows={[
          { label: { zh: '系統', en: 'System' }, answer: pick(name(of.system), view.locale) },
          { label: { zh: '時間', en: 'When' }, answer: <When view={view} at={of.at} time /> },
          { label: { zh: '瀏覽器', en: 'Browser' }, answer: browserWords(of.agent, view.locale) },
          { label: { zh: '結果', en: 'Outcome' }, answer: <OutcomeTag view={view} of={of} /> },
          ...('method' in why
            ? [
                {
                  label: { zh: '沒通過的方式', en: 'What failed' },
                  answer: wordsOf(view, why.method),
                },
              ]
            : []),
        ]}
      />
      {'required' in why ? <Required view={view} why={why} /> : null}
      {'required' in why ? <Proven view={view} why={why} /> : null}
      {right ? (
        <Notice tone="ok" title={view.t('與簽章相符', 'As it was signed')}>
          <p>
            {view.t(
              '這筆紀錄由市府系統在登入當下簽章，之後沒有被改過。',
              'The city signed this record when you signed in; it has not been changed since.',
            )}
          </p>
        </Notice>
      ) : (
        <Notice tone="late" title={view.t('與簽章不符', 'Not as it was signed')}>
          <p>
            {view.t(
              '這筆紀錄和簽章對不起來，可能被改過或簽章金鑰已更換。請洽市府資訊單位。',
              'The record does not match its signature: changed, or signed by another key. Ask us.',
            )}
          </p>
        </Notice>
      )}
    </>
  )
}

const wordsOf = (view: View, method: string): string =>
  pick(methodNames[method as Method] ?? { zh: method, en: method }, view.locale)

const Required = ({ view, why }: { view: View; why: Why }) => {
  const { level, maxAge, methods } = why.required
  return (
    <>
      <h2>{view.t('系統要求', 'What the system requires')}</h2>
      <SummaryList
        view={view}
        rows={[
          { label: { zh: '登入等級', en: 'Level' }, answer: pick(levelNames[level]!, view.locale) },
          {
            label: { zh: '最久多久以前', en: 'At most so old' },
            answer:
              maxAge === null
                ? view.t('登入期間都算', 'While the sign-in lasts')
                : view.t(`${Math.round(maxAge / 60)} 分鐘`, `${Math.round(maxAge / 60)} minutes`),
          },
          {
            label: { zh: '可用的方式', en: 'Ways that count' },
            answer:
              methods === null
                ? view.t('全部', 'All')
                : methods.map((method) => wordsOf(view, method)).join(view.t('、', ', ')),
          },
        ]}
      />
    </>
  )
}

type Told = Why['proofs'][number]

const Proven = ({ view, why }: { view: View; why: Why }) => (
  <>
    <h2>{view.t('您證明了', 'What you proved')}</h2>
    <DataTable
      view={view}
      caption={view.t('證明過的方式', 'What was proven')}
      hideCaption
      rows={why.proofs}
      rowKey={({ credential, at }) => `${credential} ${at}`}
      empty={null}
      columns={[
        {
          key: 'method',
          label: { zh: '方式', en: 'How' },
          cell: ({ method }) => wordsOf(view, method),
        },
        {
          key: 'at',
          label: { zh: '時間', en: 'When' },
          cell: ({ at }) => <When view={view} at={new Date(at)} time />,
        },
        {
          key: 'facts',
          label: { zh: '特性', en: 'What it showed' },
          cell: (proof) => factsOf(view, proof),
        },
        {
          key: 'level',
          label: { zh: '單獨的等級', en: 'Level by itself' },
          cell: (proof) =>
            levelOfProof(proof) === 0
              ? view.t('只能當第二種', 'Only as a second')
              : pick(levelNames[levelOfProof(proof)]!, view.locale),
        },
      ]}
    />
    <p>
      {view.t(
        `合起來是${pick(levelNames[why.level]!, 'zh')}。等級只看證明過的方式，不會因為後來用了較弱的方式而降低。`,
        `Together: ${pick(levelNames[why.level]!, 'en')}. A weaker way used later never lowers it.`,
      )}
    </p>
  </>
)

const factWords: Readonly<Record<keyof Told['facts'], Text>> = {
  bound: { zh: '離不開裝置的金鑰', en: 'a key that cannot leave its device' },
  verified: { zh: '裝置確認過使用者', en: 'the device checked its user' },
  fresh: { zh: '憑證狀態是最新的', en: 'the certificate’s standing was fresh' },
  evidence: { zh: '查驗依據已留存', en: 'what was checked is kept' },
}

const factsOf = (view: View, { facts }: Told): string =>
  (Object.keys(factWords) as (keyof Told['facts'])[])
    .filter((fact) => facts[fact])
    .map((fact) => pick(factWords[fact], view.locale))
    .join(view.t('、', ', '))
