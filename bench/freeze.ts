import { sql } from 'kysely'
import { canonical, sha256 } from '../src/core/canonical.ts'
import { rows, transact } from '../src/core/db.ts'
import { loadCalls } from '../src/demo/desk.ts'
import { setStage } from '../src/demo/script.ts'
import { median, rate, timed } from './measure.ts'
import type { Place } from './place.ts'

/** Rows of evidence read, made canonical and hashed, against reading them alone. */
export async function freeze(place: Place, n = 50_000): Promise<void> {
  const city = await place.city('city')
  await loadCalls(city, setStage(city.city, 1), n, { add: () => {} })
  const scope = { scope: 'city', person: '', agencies: [], secrets: [] } as const
  const read = () =>
    transact(city.database.app, scope, (db) =>
      rows(db, sql<Record<string, unknown>>`select * from call_centre.counted`),
    )
  const ratios: number[] = []
  for (let round = 0; round < 5; round++) {
    const plain = await timed(1, 1, read)
    const hashed = await timed(1, 1, async () => {
      for (const row of await read()) sha256(canonical(row))
    })
    ratios.push(hashed / plain)
    console.log(`read ${rate(n, plain)} rows/s, hashed ${rate(n, hashed)} rows/s`)
  }
  console.log(`hashing costs ${median(ratios).toFixed(2)} times the reading (median of 5)`)
}
