import { publicActor } from '../../src/core/context.ts'
import { perform } from '../../src/core/operation.ts'
import { report } from '../../src/systems/dispatch/operations.ts'
import { median, rate, timed } from '../measure.ts'
import type { Place } from '../place.ts'
import { fault } from './lifecycle.ts'

/** A citizen's report with checks, routing, clocks, register and event, against one bare insert. */
export async function openCases(place: Place, n = 400): Promise<void> {
  const city = await place.city('city')
  await city.database.owner.query(`create table public.bare as select * from cases.case limit 0`)
  const lanes = 4
  const ratios: number[] = []
  for (let round = 0; round < 5; round++) {
    const ours = await timed(n, lanes, (i) => perform(city, report, publicActor, fault(i)))
    const bare = await timed(n, lanes, (i) =>
      city.database.owner.query(
        `insert into public.bare (id, kind, no, subject, body, state, received_at)
         values (gen_random_uuid(), 'dispatch', $1, $2, $3, 'received', now())`,
        [String(Math.random()), fault(i).place, fault(i).body],
      ),
    )
    ratios.push(bare / ours)
    console.log(`${rate(n, ours)} reports/s, ${rate(n, bare)} bare inserts/s`)
  }
  console.log(`ratio, median of 5: ${median(ratios).toFixed(3)} of the bare insert rate`)
}
