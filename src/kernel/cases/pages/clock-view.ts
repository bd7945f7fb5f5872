import type { Clock as ClockLook } from '../../../web/components/tags.tsx'
import { type Clock, describeRemaining, remaining } from '../../calendar/clock.ts'
import type { OfficeCalendar } from '../../calendar/office-days.ts'

/** A clock as the badge shows it: words, the share that is spent, and how pressing it is. */
export function clockView(calendar: OfficeCalendar, clock: Clock, now: Date): ClockLook {
  const { share } = remaining(calendar, clock, now)
  const text = describeRemaining(calendar, clock, now)
  if (clock.stoppedAt) return { state: 'stopped', share: null, text }
  if (clock.pausedAt) return { state: 'paused', share, text }
  if (clock.due && now >= clock.due) return { state: 'overdue', share: 1, text }
  return { state: share >= 0.8 ? 'soon' : 'ok', share, text }
}
