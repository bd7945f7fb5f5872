import type { VNode } from 'preact'
import type { Text } from '../../core/i18n.ts'
import { pick } from '../../core/i18n.ts'
import type { View } from '../view.ts'
import type { IconName } from './icons.tsx'
import { Icon } from './icons.tsx'

/** The four state colours and the accent; colour never speaks alone. */
export type Tone = 'ok' | 'soon' | 'late' | 'rest' | 'info'

/** The drawing of each tone, where nothing better is said. */
export const toneIcon: Readonly<Record<Tone, IconName>> = {
  ok: 'done',
  soon: 'clock',
  late: 'alert',
  rest: 'pause',
  info: 'info',
}

/** The state of a case: drawing and word on a tint. */
export const StateTag = (props: {
  view: View
  tone: Tone
  label: Text
  icon?: IconName
}): VNode => (
  <span class={`tag tone-${props.tone}`}>
    <Icon name={props.icon ?? toneIcon[props.tone]} />
    {pick(props.label, props.view.locale)}
  </span>
)

/** A statutory clock as people read it; `share` is what is spent of the budget, 0-1 or more. */
export type Clock = {
  readonly state: 'ok' | 'soon' | 'overdue' | 'paused' | 'stopped'
  readonly share: number | null
  readonly text: Text
}

const clockLooks: Readonly<Record<Clock['state'], { tone: Tone; icon: IconName }>> = {
  ok: { tone: 'ok', icon: 'clock' },
  soon: { tone: 'soon', icon: 'clock' },
  overdue: { tone: 'late', icon: 'alert' },
  paused: { tone: 'rest', icon: 'pause' },
  stopped: { tone: 'rest', icon: 'done' },
}

/** A clock as drawing, words ("剩 2 個工作天") and a bar of what is spent; no bar when unknown. */
export const ClockBadge = ({ view, clock }: { view: View; clock: Clock }): VNode => {
  const { tone, icon } = clockLooks[clock.state]
  return (
    <span class={`clock tone-${tone}`}>
      <span class="clock-words">
        <Icon name={icon} />
        {pick(clock.text, view.locale)}
      </span>
      {clock.share === null ? null : (
        <svg class="clock-bar" aria-hidden="true" focusable="false">
          <rect width={`${Math.round(Math.min(1, Math.max(0, clock.share)) * 100)}%`} height="4" />
        </svg>
      )}
    </span>
  )
}
