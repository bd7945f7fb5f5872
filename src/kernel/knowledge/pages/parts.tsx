import { pick } from '../../../core/i18n.ts'
import { StateTag } from '../../../web/components/tags.tsx'
import { When } from '../../../web/components/when.tsx'
import type { View } from '../../../web/view.ts'
import type { Directory } from '../../identity/directory.ts'
import type { Article } from '../articles.ts'

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
