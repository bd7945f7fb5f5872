import type { ComponentChildren } from 'preact'
import { pick } from '../../../core/i18n.ts'
import type { Directory } from '../../../kernel/identity/directory.ts'
import { Icon } from '../../../web/components/icons.tsx'
import { When } from '../../../web/components/when.tsx'
import type { View } from '../../../web/view.ts'
import type { Shown } from '../bot.ts'
import type { Turn } from '../store.ts'

type TurnsProps = {
  view: View
  turns: readonly Turn[]
  agencies: Directory
  /** The interaction that a form joins to its case. */
  via: string | null
  /** In another site's frame, where a form would have no room: it opens apart. */
  framed?: boolean
  /** For the operator, to whom the other side is a citizen and not "you". */
  staff?: boolean
  /** What stands beneath the bot's last words, such as the choices. */
  after?: ((turn: Turn, last: boolean) => ComponentChildren) | undefined
}

/** A conversation as a list, oldest first; each turn says who speaks. */
export const Turns = ({ view, turns, agencies, via, framed, staff, after }: TurnsProps) => (
  <ol class="turns" aria-live="polite" aria-label={view.t('對話', 'Conversation')}>
    {turns.map((turn, i) => (
      <li key={turn.no} class={`turn ${turn.who}`}>
        <p class="turn-who">
          {pick(staff && turn.who === 'citizen' ? citizen : names[turn.who], view.locale)}{' '}
          <span class="soft">
            <When view={view} at={turn.at} time />
          </span>
        </p>
        {turn.shown.question ? <h3>{turn.shown.question}</h3> : null}
        {turn.text.split(/\n+/).map((line) => (
          <p key={line}>{line}</p>
        ))}
        <Source view={view} shown={turn.shown} agencies={agencies} />
        <IntentLink view={view} shown={turn.shown} via={via} framed={framed} />
        {after?.(turn, i + 1 === turns.length)}
      </li>
    ))}
  </ol>
)

const names = {
  citizen: { zh: '您', en: 'You' },
  bot: { zh: '智能客服', en: 'Chatbot' },
  operator: { zh: '客服人員', en: 'Our staff' },
}

const citizen = { zh: '市民', en: 'Citizen' }

type SourceProps = { view: View; shown: Pick<Shown, 'agency' | 'reviewed'>; agencies: Directory }

/** Which agency answers, and when an officer last stood for the words. */
const Source = ({ view, shown, agencies }: SourceProps) =>
  shown.agency && shown.reviewed ? (
    <p class="soft">
      {view.t('由', 'Answered by ')}
      {pick(agencies.name(shown.agency), view.locale)}
      {view.t('提供，複審日：', ', reviewed ')}
      <When view={view} at={shown.reviewed} />
    </p>
  ) : null

type IntentProps = Pick<TurnsProps, 'view' | 'via' | 'framed'> & { shown: Shown }

const IntentLink = ({ view, shown, via, framed }: IntentProps) => {
  const href = intentHref(shown, via)
  if (!href || !shown.intent) return null
  return (
    <p>
      <a class="button" href={view.href(href)} target={framed ? '_blank' : undefined}>
        {pick(doors[shown.intent], view.locale)}
        <Icon name="arrow" />
      </a>
    </p>
  )
}

const doors = {
  dispatch: { zh: '通報這件事', en: 'Report this' },
  petition: { zh: '提出陳情', en: 'Write a petition' },
  'legal-aid': { zh: '預約法律諮詢', en: 'Book legal advice' },
  follow: { zh: '查案件進度', en: 'Follow my case' },
}

/** Where an intent leads, with what the conversation already said. */
export function intentHref({ intent, item, date }: Shown, via: string | null): string | null {
  const query = (given: Record<string, string | null | undefined>) => {
    const known = Object.entries(given).filter((pair): pair is [string, string] => !!pair[1])
    return known.length > 0 ? `?${new URLSearchParams(known)}` : ''
  }
  if (intent === 'dispatch') return `/report${query({ item, via })}`
  if (intent === 'petition') return `/petition${query({ via })}`
  if (intent === 'legal-aid') return `/legal-aid${query({ date, via })}`
  return intent === 'follow' ? '/follow' : null
}
