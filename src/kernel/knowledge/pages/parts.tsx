import { pick } from '../../../core/i18n.ts'
import { StateTag } from '../../../web/components/tags.tsx'
import { When } from '../../../web/components/when.tsx'
import type { View } from '../../../web/view.ts'
import type { Directory } from '../../identity/directory.ts'
import type { Article } from '../articles.ts'
import type { Intent } from '../pack.ts'

/** Which agency answers, and when an officer last stood for the words. */
export const Source = (props: {
  view: View
  agency: string
  reviewed: string
  agencies: Directory
  overdue?: boolean
}) => {
  const { view } = props
  return (
    <p class="soft">
      {view.t('由', 'Answered by ')}
      {pick(props.agencies.name(props.agency), view.locale)}
      {view.t('提供，複審日：', ', reviewed ')}
      <When view={view} at={props.reviewed} />
      {props.overdue ? <Overdue view={view} /> : null}
    </p>
  )
}

/** Marks an answer whose review is overdue. */
export const Overdue = ({ view }: { view: View }) => (
  <>
    {' '}
    <StateTag view={view} tone="late" label={{ zh: '逾期未複審', en: 'Review overdue' }} />
  </>
)

/** Paragraphs of an answer. */
export const Answer = ({ view, article }: { view: View; article: Pick<Article, 'answer'> }) => (
  <>
    {pick(article.answer, view.locale)
      .split(/\n+/)
      .map((line) => (
        <p key={line}>{line}</p>
      ))}
  </>
)

/** What the link of an intent says. */
export const doors = {
  dispatch: { zh: '通報這件事', en: 'Report this' },
  petition: { zh: '提出陳情', en: 'Write a petition' },
  'legal-aid': { zh: '預約法律諮詢', en: 'Book legal advice' },
  follow: { zh: '查案件進度', en: 'Follow my case' },
}

/** What an intent leads to, with what is known already. */
export type Door = {
  readonly intent?: Intent | null
  readonly item?: string | null
  /** The day wished for, `YYYY-MM-DD`. */
  readonly date?: string | null
}

/** The address of the form that an intent opens; `via` is the conversation it came from. */
export function doorOf({ intent, item, date }: Door, via: string | null = null): string | null {
  const query = (given: Record<string, string | null | undefined>) => {
    const known = Object.entries(given).filter((pair): pair is [string, string] => !!pair[1])
    return known.length > 0 ? `?${new URLSearchParams(known)}` : ''
  }
  if (intent === 'dispatch') return `/report${query({ item, via })}`
  if (intent === 'petition') return `/petition${query({ via })}`
  if (intent === 'legal-aid') return `/legal-aid${query({ date, via })}`
  return intent === 'follow' ? '/follow' : null
}
