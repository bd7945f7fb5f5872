import { clockTime, isoDate } from '../../core/format.ts'
import { type FrozenFigure, frozenValue } from '../../kernel/figures/freeze.ts'
import type { Answer, Visit } from '../../web/pages.ts'
import { editionOf, openFigures } from './opened.ts'

/** A figure for machines. The window is half-open; `value` is a number where it is one. */
export type ReportFact = {
  readonly id: string
  readonly value: number | string | null
  readonly unit: string
  readonly from: string | null
  readonly to: string | null
  readonly status: FrozenFigure['status']
  readonly rows: number | null
  readonly hash: string
}

/** `GET /reports/:period/facts.json`: every figure of the edition. */
export async function factsJson({ params, query, read }: Visit): Promise<Answer> {
  const facts = await read('public', async (ctx) => {
    const edition = await editionOf(ctx, params.period ?? '', query.version)
    return (await openFigures(ctx, edition)).map(factOf)
  })
  return { body: `${JSON.stringify(facts, null, 2)}\n`, type: 'application/json; charset=utf-8' }
}

const factOf = (figure: FrozenFigure): ReportFact => ({
  id: figure.figure,
  value: frozenValue(figure),
  unit: figure.unit,
  from: figure.from_at && isoTime(figure.from_at),
  to: figure.to_at && isoTime(figure.to_at),
  status: figure.status,
  rows: figure.rows,
  hash: figure.hash,
})

/** The instant as ISO 8601 in the city's zone: `2020-07-01T00:00:00+08:00`. */
export const isoTime = (at: Date): string =>
  `${isoDate(at)}T${clockTime(at)}:${String(at.getUTCSeconds()).padStart(2, '0')}+08:00`
