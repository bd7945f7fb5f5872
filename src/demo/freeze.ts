import { type Platform, systemActor } from '../core/context.ts'
import { taipei } from '../core/format.ts'
import { perform } from '../core/operation.ts'
import { freezeReport } from '../systems/council-report/operations.ts'

/**
 * The first version of the demo's report: of the records as known on 10 January of the next year.
 */
export async function freezeDemoReport(platform: Platform): Promise<void> {
  const cutOff = taipei('2021-01-10')
  const input = { period: '109H2', asOf: cutOff.toISOString() }
  const at = { now: new Date(+cutOff + 9 * 3_600_000) }
  await perform(platform, freezeReport, systemActor('demo'), input, at)
}
