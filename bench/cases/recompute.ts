import { type Platform, systemActor } from '../../src/core/context.ts'
import { perform } from '../../src/core/operation.ts'
import { closeOffices } from '../../src/kernel/calendar/store.ts'
import { recomputeJobs } from '../../src/kernel/cases/sweep.ts'
import { median } from '../measure.ts'
import { holdCases } from './load.ts'

/**
 * An office closure over `n` open clocks (two of each petition): the job's whole run, an event for
 * each case and all, against one bare update of as many clock rows.
 */
export async function recompute(city: Platform, n = 100_000): Promise<void> {
  await holdCases(city, Math.round(n / 2), { kinds: ['petitions'], open: 1, steps: 0 })
  const ask = (text: string) => city.database.owner.query(text)
  await ask(`create table public.bare (like cases.clock including all)`)
  await ask(`insert into public.bare select * from cases.clock`)
  const ratios: number[] = []
  for (let round = 0; round < 5; round++) {
    const revision = await closeDay(city, round)
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

/** Closes the offices of one of the next weeks' Wednesdays. */
async function closeDay(city: Platform, week: number): Promise<number> {
  const now = city.now()
  const ahead = ((10 - now.getUTCDay()) % 7) + 1 + 7 * week
  const date = new Date(+now + ahead * 86_400_000).toISOString().slice(0, 10)
  const closure = { date, reasonZh: '颱風停班', reasonEn: 'typhoon' }
  return (await perform(city, closeOffices, systemActor('bench'), closure)).revision
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}
