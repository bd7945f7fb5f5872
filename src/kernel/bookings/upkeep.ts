import { sql } from 'kysely'
import { Type } from 'typebox'
import { type Ctx, systemActor } from '../../core/context.ts'
import { rows } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import { isoDate } from '../../core/format.ts'
import type { Text } from '../../core/i18n.ts'
import type { Job } from '../../core/jobs.ts'
import { operation, perform } from '../../core/operation.ts'
import { officeCalendar } from '../calendar/store.ts'
import { type Booking, selectBookings } from './booking.ts'
import { closeSlots } from './close.ts'
import { reminderLetter, send } from './letters.ts'
import { drawRota } from './rota.ts'
import type { Service } from './service.ts'
import { isOfficeTime, openSlots, seedService } from './slots.ts'
import { offerAll } from './waiting.ts'

const keeper = systemActor('bookings')

/** What a service does by itself: opens its weeks, draws the rota, offers, reminds. */
export const bookingJobs = (service: Service): readonly Job[] => {
  const job = (name: string, cron: string, op: ReturnType<typeof upkeepOf>[keyof Upkeep]): Job => ({
    queue: `${service.name}.${name}`,
    cron,
    run: async (platform) => {
      await perform(platform, op, keeper, {})
    },
  })
  const { open, offer, remind } = upkeepOf(service)
  return [
    job('open-weeks', '5 * * * *', open),
    job('offer', '*/5 * * * *', offer),
    job('remind', '10 9-20 * * *', remind),
  ]
}

type Upkeep = ReturnType<typeof upkeepOf>

/** The same as operations, each safe to repeat at any time. */
export const upkeepOf = (service: Service) => {
  const own = (verb: string, title: Text, run: (ctx: Ctx) => Promise<number>) =>
    operation({
      name: `${service.name}.${verb}`,
      title,
      permission: `${service.name}.upkeep`,
      input: Type.Object({}),
      run: async (ctx) => {
        const done = await run(ctx)
        if (done === 0) ctx.recorded.count++ // nothing to do is no change
        return { done }
      },
    })
  return {
    open: own('open-weeks', { zh: '開放預約時段', en: 'Open times' }, (ctx) =>
      openWeeks(ctx, service),
    ),
    offer: own('offer', { zh: '通知候補遞補', en: 'Offer free places' }, (ctx) =>
      offerAll(ctx, service),
    ),
    remind: own('remind', { zh: '提醒明天的預約', en: 'Remind of tomorrow' }, (ctx) =>
      remindTomorrow(ctx, service),
    ),
  }
}

/** Opens every slot of the coming weeks, and closes those that no office hours cover any more. */
export async function openWeeks(ctx: Ctx, service: Service): Promise<number> {
  await seedService(ctx, service)
  const weeks = service.rules(ctx.city).weeksAhead
  const to = isoDate(new Date(+ctx.now + (weeks * 7 + 1) * 86_400_000))
  const opened = await openSlots(ctx, service, { from: isoDate(ctx.now), to })
  const closed = await closeLostSlots(ctx, service)
  return opened + closed + (await drawRota(ctx, service))
}

const officesClosed: Text = { zh: '當天停止上班。', en: 'Offices are closed at that time.' }

/** Slots ahead that no office hours cover any more: closed, their bookings cancelled by letter. */
async function closeLostSlots(ctx: Ctx, service: Service): Promise<number> {
  const calendar = await officeCalendar(ctx)
  type Ahead = { id: number; starts_at: Date; ends_at: Date; record: string; agency: string }
  const ahead = await rows(
    ctx.db,
    sql<Ahead>`select s.id, s.starts_at, s.ends_at, v.record, v.agency
      from bookings.slot s join bookings.venue v on v.id = s.venue
      where v.service = ${service.name} and s.starts_at > ${ctx.now} and s.closed_zh is null`,
  )
  const lost = ahead.filter((slot) => !isOfficeTime(calendar, slot.starts_at, slot.ends_at))
  for (const { id, record: key, agency } of lost)
    await record(ctx, { record: key, type: 'bookings.slot-closed', agency, data: { slot: id } })
  const ids = lost.map(({ id }) => id)
  await closeSlots(ctx, service, ids, officesClosed)
  return lost.length
}

/** Reminds everyone who comes tomorrow and has an address, each once. */
export async function remindTomorrow(ctx: Ctx, service: Service): Promise<number> {
  const tomorrow = isoDate(new Date(+ctx.now + 86_400_000))
  const due = await rows(
    ctx.db,
    sql<Booking>`${selectBookings} where b.service = ${service.name} and s.date = ${tomorrow}
      and b.state = 'booked' and b.email is not null and b.reminded_at is null
      order by b.no for update of b skip locked`,
  )
  for (const booking of due) {
    await sql`update bookings.booking set reminded_at = ${ctx.now}
      where id = ${booking.id}`.execute(ctx.db)
    const { id, agency, no } = booking
    await record(ctx, { record: id, type: 'bookings.reminded', agency, data: { no } })
    const letter = await reminderLetter(ctx, service, booking)
    await send(ctx, booking, letter, `${service.path}/${no}`)
  }
  return due.length
}
