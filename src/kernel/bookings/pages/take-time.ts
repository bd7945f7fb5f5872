import { sql } from 'kysely'
import { rows } from '../../../core/db.ts'
import { Refused } from '../../../core/errors.ts'
import { perform } from '../../../core/operation.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { choosePage } from './choose.tsx'
import { type BookingKit, remember } from './kit.ts'

/** Holds the chosen time and asks for the details; a time held before is given back. */
export async function takeTime(kit: BookingKit, visit: Visit): Promise<Answer> {
  const { form, platform, actor, view } = visit
  const slot = Number(form.get('slot'))
  try {
    const held = await visit.perform(kit.common.hold, { slot })
    for (const no of await heldNow(kit, visit))
      await perform(platform, kit.common.cancel, actor, { no }, { locale: view.locale })
    remember(visit, held)
    const via = form.get('via')
    const from = via ? `?via=${encodeURIComponent(via)}` : ''
    return { to: `${kit.service.path}/${held.no}${from}` }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    const [venue, date, via] = ['venue', 'date', 'via'].map((name) => form.get(name))
    const query = { venue: venue ?? '', date: date ?? '', via: via ?? '' }
    return choosePage(kit, { ...visit, query }, error)
  }
}

/** The times that this browser holds and has not confirmed. */
const heldNow = async (kit: BookingKit, visit: Visit): Promise<string[]> => {
  if (visit.actor.kind === 'staff') return []
  const found = await visit.read('public', (ctx) =>
    rows(
      ctx.db,
      sql<{ no: string }>`select b.no from bookings.booking b join bookings.slot s on s.id = b.slot
        where b.service = ${kit.service.name} and b.state = 'held' and b.channel = 'web'
          and b.taken @> ${ctx.now}::timestamptz and s.starts_at > ${ctx.now}`,
    ),
  )
  return found.map(({ no }) => no)
}
