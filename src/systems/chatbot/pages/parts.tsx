import type { ComponentChildren } from 'preact'
import { pick } from '../../../core/i18n.ts'
import type { Directory } from '../../../kernel/identity/directory.ts'
import { doorOf, doors } from '../../../kernel/knowledge/doors.ts'
import { Source } from '../../../kernel/knowledge/pages/parts.tsx'
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
        {turn.shown.agency && turn.shown.reviewed ? (
          <Source
            view={view}
            agency={turn.shown.agency}
            reviewed={turn.shown.reviewed}
            agencies={agencies}
          />
        ) : null}
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

type IntentProps = Pick<TurnsProps, 'view' | 'via' | 'framed'> & { shown: Shown }

const IntentLink = ({ view, shown, via, framed }: IntentProps) => {
  const href = doorOf(shown, via)
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
