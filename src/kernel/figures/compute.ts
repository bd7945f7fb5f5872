import { type RawBuilder, sql } from 'kysely'
import { canonical, sha256 } from '../../core/canonical.ts'
import type { Ctx } from '../../core/context.ts'
import { batches, one } from '../../core/db.ts'
import { merkleAccumulator } from '../../core/merkle.ts'
import {
  type EvidenceRow,
  evidenceQuery,
  type Figure,
  type FigureValue,
  figureText,
  type MissingFigure,
  readValue,
  valueQuery,
  type Window,
  windowOf,
} from './figure.ts'
import type { ReportFigure } from './report/document.ts'

export type AnyFigure = Figure | MissingFigure

/** Whether a figure is computed from records. */
export const isComputed = (figure: AnyFigure): figure is Figure => figure.status !== 'not-yet'

/** The value of a figure in a report's window, from the records as they were at the cut-off. */
export async function computeValue(ctx: Ctx, figure: Figure, report: Window): Promise<FigureValue> {
  const { value } = await one(ctx.db, valueQuery(figure, windowOf(figure.window, report)))
  return readValue(value)
}

/** A figure as a report carries it, without its evidence. */
export async function computeFigure(
  ctx: Ctx,
  figure: AnyFigure,
  report: Window,
): Promise<ReportFigure> {
  const { id, title, unit } = figure
  if (!isComputed(figure)) {
    const text = { zh: '〔尚未計算〕', en: '[not yet computed]' }
    return { id, title, unit, status: 'not-yet', value: null, text }
  }
  const window = windowOf(figure.window, report)
  const value = await computeValue(ctx, figure, report)
  const text = { zh: figureText(figure, value, 'zh'), en: figureText(figure, value, 'en') }
  const { n } = await one(
    ctx.db,
    sql<{ n: number }>`select count(*) as n from (${figure.rows(window)}) as evidence`,
  )
  return { id, title, unit, status: 'computed', value, text, window, rows: n }
}

/** The evidence of a figure in batches, in the order of its keys, as plain JSON values. */
export async function* evidence(ctx: Ctx, figure: Figure, report: Window) {
  const query = evidenceQuery(figure, windowOf(figure.window, report))
  for await (const batch of batches(ctx.db, query)) yield batch.map(plainRow)
}

/** A row as JSON has it: instants as ISO text. What is hashed is what is kept. */
export const plainRow = (row: EvidenceRow): EvidenceRow => JSON.parse(canonical(row))

/**
 * The Merkle root over the evidence and how many rows there are. Each batch of rows, as the
 * canonical
 * text that is hashed, is handed to `keep`.
 */
export async function evidenceRoot(
  ctx: Ctx,
  figure: Figure,
  report: Window,
  keep: (texts: readonly string[], first: number) => Promise<void> = async () => {},
): Promise<{ root: string; rows: number }> {
  const tree = merkleAccumulator()
  for await (const batch of batches(
    ctx.db,
    evidenceQuery(figure, windowOf(figure.window, report)),
  )) {
    const texts = batch.map((row) => canonical(row))
    await keep(texts, tree.size())
    for (const text of texts) tree.add(sha256(text))
  }
  return { root: tree.root().toString('hex'), rows: tree.size() }
}

/** The SQL of a figure as it is run, its parameters named: for a reader who doubts the number. */
export function figureSql(ctx: Ctx, figure: Figure, report: Window): string {
  const compiled = (
    valueQuery(figure, windowOf(figure.window, report)) as RawBuilder<unknown>
  ).compile(ctx.db)
  const shown = compiled.parameters.reduce<string>(
    (text, parameter, i) =>
      text.replaceAll(new RegExp(`\\$${i + 1}(?!\\d)`, 'g'), () => quoted(parameter)),
    compiled.sql,
  )
  return shown.replace(/[ \t]*\n[ \t]*/g, '\n').trim()
}

const quoted = (value: unknown): string =>
  `'${value instanceof Date ? value.toISOString() : String(value).replaceAll("'", "''")}'`
