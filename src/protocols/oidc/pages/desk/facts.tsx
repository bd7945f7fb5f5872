import type { VNode } from 'preact'
import { pick, type Text } from '../../../../core/i18n.ts'
import { levelNames, methodNames } from '../../../../kernel/identity/levels.ts'
import type { Plan } from '../../../../systems/single-sign-on/overview.ts'
import { DataTable } from '../../../../web/components/data-table.tsx'
import { Notice } from '../../../../web/components/words.tsx'
import type { View } from '../../../../web/view.ts'
import { scopeWords } from '../consent.tsx'
import { audienceWords, authWords, grantWords, identityNames, ratingWords } from './words.ts'

/** What a system is, and what it asks for: a label and its lines; no line where nothing is set. */
export type Fact = { readonly label: Text; readonly lines: readonly string[] }

/** Everything that the city approves about a system, in words: the same list for now and then. */
export const factsOf = (view: View, plan: Plan): Fact[] => {
  const { name, purpose, requirement, metadata, rating } = plan
  const words = (known: Readonly<Record<string, Text>>, all: readonly string[]) =>
    all.map((one) => pick(known[one] ?? { zh: one, en: one }, view.locale))
  const { maxAge, methods } = requirement
  const fact = (zh: string, en: string, ...lines: readonly unknown[]): Fact => ({
    label: { zh, en },
    lines: lines.flat().filter(Boolean).map(String),
  })
  return [
    fact('名稱', 'Name', name.zh, name.en),
    fact('用途', 'Purpose', purpose.zh, purpose.en),
    fact('給誰用', 'Who uses it', words(audienceWords, [plan.audience])),
    fact('防護等級', 'Rating', words(ratingWords, [rating])),
    fact('登入等級', 'Level', pick(levelNames[requirement.level]!, view.locale)),
    fact('身分查驗', 'Identity', pick(identityNames[requirement.identity]!, view.locale)),
    fact(
      ...(['證明最久', 'A proof counts'] as const),
      maxAge === null
        ? view.t('整個登入期間', 'while the sign-in lasts')
        : view.t(`${maxAge} 秒`, `${maxAge} s`),
    ),
    fact(
      ...(['接受的方式', 'Ways that count'] as const),
      methods === null ? view.t('全部', 'all') : words(methodNames, methods),
    ),
    fact('怎麼使用', 'How it is used', words(grantWords, metadata.grant_types ?? [])),
    fact(
      ...(['如何證明自己', 'How it proves itself'] as const),
      words(authWords, [String(metadata.token_endpoint_auth_method)]),
      rating === 'high' && view.t('並用 PAR 與 DPoP', 'with PAR and DPoP'),
    ),
    fact('登入後回到', 'Returns to', metadata.redirect_uris ?? []),
    fact('登出後回到', 'After signing out', metadata.post_logout_redirect_uris ?? []),
    fact('收登出通知', 'Notices of a sign-out', metadata.backchannel_logout_uri),
    fact('公開金鑰', 'Its public keys', metadata.jwks_uri),
    fact('同仁帳號佈建', 'Takes staff at', metadata.scim_uri),
    fact(
      ...(['可以知道', 'May learn'] as const),
      words(scopeWords, (metadata.scope ?? '').split(' ').filter(Boolean)),
    ),
    fact('它的 API', 'Its APIs', metadata.resources ?? []),
  ]
}

/** The lines of a fact, each on its own; null when there are none. */
export const Lines = ({ lines }: { lines: readonly string[] }): VNode | null =>
  lines.length === 0 ? null : (
    <div>
      {lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
    </div>
  )

/** What would change, beside what is live. */
export const Changes = ({ view, now, next }: { view: View; now: Plan; next: Plan }): VNode => {
  const after = factsOf(view, next)
  const rows = factsOf(view, now)
    .map((fact, i) => ({ ...fact, after: after[i]!.lines }))
    .filter((one) => one.lines.join('\n') !== one.after.join('\n'))
  return (
    <Notice tone="soon" title={view.t('有一項變更待核定', 'A change waits for the city')}>
      <DataTable
        view={view}
        caption={view.t('變更', 'Changes')}
        hideCaption
        rows={rows}
        rowKey={({ label }) => label.zh}
        empty={<p>{view.t('和現在的設定相同。', 'It equals what is live.')}</p>}
        columns={[
          {
            key: 'what',
            label: { zh: '項目', en: 'Item' },
            cell: ({ label }) => pick(label, view.locale),
          },
          { key: 'now', label: { zh: '現在', en: 'Now' }, cell: (one) => <Lines {...one} /> },
          {
            key: 'after',
            label: { zh: '變更為', en: 'Then' },
            cell: (one) => <Lines lines={one.after} />,
          },
        ]}
      />
    </Notice>
  )
}
