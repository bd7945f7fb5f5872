import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { notFound } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import type { Text } from '../../core/i18n.ts'
import { operation } from '../../core/operation.ts'
import { type Booking, selectBookings } from './booking.ts'
import { cancelByCity } from './rota.ts'
import type { Service } from './service.ts'

/** Closes the slots that are named, and cancels their bookings with a letter that says why. */
export async function closeSlots(
  ctx: Ctx,
  service: Service,
  slots: readonly number[],
  reason: Text,
): Promise<void> {
  await sql`update bookings.slot set closed_zh = ${reason.zh}, closed_en = ${reason.en}
    where id = any (${slots}::bigint[])`.execute(ctx.db)
  const bookings = await rows(
    ctx.db,
    sql<Booking>`${selectBookings}
      where b.slot = any (${slots}::bigint[]) and b.state in ('held', 'booked')`,
  )
  for (const booking of bookings) await cancelByCity(ctx, service, booking, reason)
}

/** Ends a venue from a day on: later slots close, and who booked them is told. */
export const closeVenue = (service: Service) =>
  operation({
    name: `${service.name}.close-venue`,
    title: { zh: '停止服務地點', en: 'Close a venue' },
    permission: `${service.name}.upkeep`,
    input: Type.Object({
      venue: Type.String({ maxLength: 60 }),
      date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
      reasonZh: Type.String({ minLength: 2, maxLength: 200 }),
      reasonEn: Type.String({ minLength: 2, maxLength: 200 }),
    }),
    run: async (ctx, { venue, date, reasonZh, reasonEn }) => {
      const closed = await row(
        ctx.db,
        sql<{ record: string; agency: string }>`update bookings.venue
          set closed_on = ${date}, closed_recorded_at = ${ctx.now}
          where id = ${venue} and service = ${service.name} and closed_on is null
            and opened_on < ${date}
          returning record, agency`,
      )
      if (!closed) throw notFound({ zh: '這個服務地點', en: 'this venue' })
      await record(ctx, {
        record: closed.record,
        type: 'bookings.venue-closed',
        agency: closed.agency,
        data: { venue, date },
      })
      const after = await rows(
        ctx.db,
        sql<{ id: number }>`select id from bookings.slot
          where venue = ${venue} and date >= ${date} and starts_at > ${ctx.now}
            and closed_zh is null`,
      )
      const reason = { zh: reasonZh, en: reasonEn }
      const ids = after.map(({ id }) => id)
      await closeSlots(ctx, service, ids, reason)
    },
  })
