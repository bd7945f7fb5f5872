import { type Platform, systemActor } from '../../src/core/context.ts'
import { isoDate } from '../../src/core/format.ts'
import { perform, read } from '../../src/core/operation.ts'
import { addWorkingDays, dayAt, startOf } from '../../src/kernel/calendar/office-days.ts'
import { closeOffices, officeCalendar } from '../../src/kernel/calendar/store.ts'
import { recomputeJobs } from '../../src/kernel/cases/sweep.ts'
import { median } from '../measure.ts'
import type { Place } from '../place.ts'
import { holdCases } from './load.ts'

const closer = systemActor('bench')

/**
 * An office closure over `n` open clocks (two of each petition): the job's whole run, an event for
 * each case and all, against one bare update of as many clock rows.
 */
export async function recompute(place: Place, n = 100_000): Promise<void> {
  const city = await place.city('city')
  await holdCases(city, Math.round(n / 2), { kinds: ['petitions'], open: 1, fresh: true })
  const ask = (text: string) => city.database.owner.query(text)
  await ask(`create table public.bare (like cases.clock including all)`)
  await ask(`insert into public.bare select * from cases.clock`)
  const ratios: number[] = []
  for (let round = 0; round < 5; round++) {
    const revision = await closeDay(city)
    const ours = await took(() => recomputeJobs[0]!.run(city, { revision }))
    const bare = await took(() =>
      ask(`update public.bare set due = due + interval '1 day',
        next_alert = due, calendar_revision = ${revision}`),
    )
    ratios.push(ours / bare)
    const moved = await ask(`select count(*) as n from core.event where type like '%recomputed'`)
    console.log(
      `${(ours / 1000).toFixed(1)} s for ${n} clocks (${moved.rows[0].n} events so far), ` +
        `bare update ${(bare / 1000).toFixed(1)} s`,
    )
  }
  console.log(`${median(ratios).toFixed(1)} times the bare update, median of 5`)
}

/** Closes the offices on the day on which what came in today is due. */
async function closeDay(city: Platform): Promise<number> {
  const calendar = await read(city, closer, 'calendar.revise', officeCalendar)
  const due = startOf(addWorkingDays(calendar, dayAt(city.now()), 1))
  const closure = { date: isoDate(due), reasonZh: '颱風停班', reasonEn: 'typhoon' }
  return (await perform(city, closeOffices, closer, closure)).revision
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}
