/** When an answer or a list was made, and when the next one comes; null where none is promised. */
export type Times = { readonly thisUpdate: Date; readonly nextUpdate: Date | null }

const skewMs = 5 * 60_000
const promptMs = 10 * 60_000

/**
 * The rule of staleness: an answer counts from when it was made (clocks may differ by 5 minutes)
 * until the next one is due. One that promises no next counts for 10 minutes and is not kept.
 */
export function fresh({ thisUpdate, nextUpdate }: Times, now: Date): boolean {
  if (+thisUpdate > +now + skewMs) return false
  return nextUpdate ? now < nextUpdate : +now - +thisUpdate <= promptMs
}
