import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { canonical, sha256, sha256Hex } from '../../core/canonical.ts'
import type { Ctx } from '../../core/context.ts'
import { insertRows, one, row, rows } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import { merkleRoot } from '../../core/merkle.ts'
import { type AnyFigure, computeFigure, evidenceRoot, figureSql, isComputed } from './compute.ts'
import {
  type EvidenceRow,
  evidenceQuery,
  type Figure,
  type FigureValue,
  readValue,
  type Window,
  windowOf,
} from './figure.ts'
import type { ReportFigure } from './report/document.ts'

/**
 * A figure as it was frozen. `hash` is over everything in it, the root of its evidence included.
 */
export type FrozenFigure = {
  readonly figure: string
  readonly title_zh: string
  readonly title_en: string
  readonly unit: string
  readonly system: string
  readonly status: 'computed' | 'external' | 'not-yet'
  readonly value: string | null
  readonly text_zh: string
  readonly text_en: string
  readonly from_at: Date | null
  readonly to_at: Date | null
  readonly rows: number | null
  readonly root: string | null
  readonly sql: string | null
  readonly hash: string
}

/** A version of a report: frozen at a time, of the records as they were at the cut-off. */
export type Version = {
  readonly id: string
  readonly period: string
  readonly version: number
  readonly as_of: Date
  readonly frozen_at: Date
  readonly frozen_by: string
  readonly reason: string
  readonly root: string
}

/** SHA-256 over the canonical form of a frozen figure. */
export function frozenHash(f: Omit<FrozenFigure, 'hash'>): string {
  const { figure, unit, system, status, value, rows: n, root, sql: query } = f
  const window = [f.from_at?.toISOString() ?? null, f.to_at?.toISOString() ?? null]
  const words = [f.title_zh, f.title_en, f.text_zh, f.text_en]
  const content = { figure, unit, system, status, value, words, window, rows: n, root, sql: query }
  return sha256Hex(canonical(content))
}

/** The root of a version: a Merkle tree over its template and the hashes of its figures, by id. */
export function versionRoot(
  document: unknown,
  figures: readonly { figure: string; hash: string }[],
): string {
  const ordered = [...figures].sort((a, b) => (a.figure < b.figure ? -1 : 1))
  const leaves = [sha256(canonical(document)), ...ordered.map(({ hash }) => sha256(hash))]
  return merkleRoot(leaves).toString('hex')
}

/** What a freeze is told besides its figures. */
export type Freeze = {
  readonly period: string
  readonly report: Window
  readonly reason: string
  readonly document: unknown
}

/**
 * Freezes a version: keeps every row behind every figure, their roots, and one root over all. The
 * next version of the period follows; a correction (勘誤) is a version with its reason.
 */
export async function freeze(
  ctx: Ctx,
  figures: readonly AnyFigure[],
  given: Freeze,
): Promise<Version> {
  const frozen: FrozenFigure[] = []
  const kept: Kept = new Map()
  for (const figure of figures) frozen.push(await freezeFigure(ctx, figure, given.report, kept))
  const last = await one(
    ctx.db,
    sql<{ n: number }>`select coalesce(max(version), 0) as n from figures.version
      where period = ${given.period}`,
  )
  const version: Version = {
    id: randomUUID(),
    period: given.period,
    version: last.n + 1,
    as_of: given.report.asOf,
    frozen_at: ctx.now,
    frozen_by: ctx.actor.id,
    reason: given.reason,
    root: versionRoot(given.document, frozen),
  }
  await insertRows(ctx.db, 'figures.version', versionColumns, [
    { ...version, document: given.document },
  ])
  await insertRows(
    ctx.db,
    'figures.frozen',
    frozenColumns,
    frozen.map((f) => ({ ...f, version_id: version.id })),
  )
  await record(ctx, {
    record: version.id,
    type: 'council-report.frozen',
    data: { period: version.period, version: version.version, root: version.root },
  })
  return version
}

const versionColumns = [
  ...(['id', 'period', 'version', 'as_of', 'frozen_at', 'frozen_by', 'reason', 'root'] as const),
  'document' as const,
]

const frozenColumns = [
  ...(['version_id', 'figure', 'title_zh', 'title_en', 'unit', 'system', 'status'] as const),
  ...(['value', 'text_zh', 'text_en', 'from_at', 'to_at', 'rows', 'root', 'sql'] as const),
  'hash' as const,
]

type Evidence = { readonly root: string; readonly rows: number }

/** The evidence kept so far by the query that gives it: figures over the same rows share them. */
type Kept = Map<string, Evidence>

async function freezeFigure(
  ctx: Ctx,
  figure: AnyFigure,
  report: Window,
  before: Kept,
): Promise<FrozenFigure> {
  const computed = await computeFigure(ctx, figure, report)
  const kept = isComputed(figure) ? await keepEvidence(ctx, figure, report, before) : null
  const frozen = {
    figure: figure.id,
    title_zh: figure.title.zh,
    title_en: figure.title.en,
    unit: figure.unit,
    system: figure.system,
    status: computed.status,
    value: computed.value === null ? null : String(computed.value),
    text_zh: computed.text.zh,
    text_en: computed.text.en,
    from_at: computed.window?.from ?? null,
    to_at: computed.window?.to ?? null,
    rows: kept?.rows ?? null,
    root: kept?.root ?? null,
    sql: isComputed(figure) ? figureSql(ctx, figure, report) : null,
  }
  return { ...frozen, hash: frozenHash(frozen) }
}

/** Keeps the rows under their root; rows that are kept already are not kept twice. */
async function keepEvidence(
  ctx: Ctx,
  figure: Figure,
  report: Window,
  before: Kept,
): Promise<Evidence> {
  const { sql: text, parameters } = evidenceQuery(figure, windowOf(figure.window, report)).compile(
    ctx.db,
  )
  const query = JSON.stringify([text, parameters])
  const same = before.get(query)
  if (same) return same
  const found = await evidenceRoot(ctx, figure, report)
  before.set(query, found)
  const known = await row(ctx.db, sql`select from figures.evidence_set where root = ${found.root}`)
  if (known) return found
  // The root names the rows, so it must be known before they are kept: the second reading.
  await sql`insert into figures.evidence_set (root, rows, at)
    values (${found.root}, ${found.rows}, ${ctx.now})`.execute(ctx.db)
  await evidenceRoot(ctx, figure, report, async (texts, from) => {
    await sql`insert into figures.evidence_row (root, n, row)
      select ${found.root}, ${from} + e.n - 1, e.row
      from unnest(${texts}::text[]) with ordinality as e (row, n)`.execute(ctx.db)
  })
  return found
}

/** The versions of a period, newest first. */
export const versionsOf = (ctx: Ctx, period: string): Promise<Version[]> =>
  rows(
    ctx.db,
    sql<Version>`select id, period, version, as_of, frozen_at, frozen_by, reason, root
      from figures.version where period = ${period} order by version desc`,
  )

/** The figures of a version, in the order of their ids. */
export const frozenFigures = (ctx: Ctx, versionId: string): Promise<FrozenFigure[]> =>
  rows(
    ctx.db,
    sql<FrozenFigure>`select * from figures.frozen where version_id = ${versionId}
      order by figure`,
  )

/** The figure that a report shows, of a frozen one. */
export const shown = (f: FrozenFigure, asOf: Date): ReportFigure => ({
  id: f.figure,
  title: { zh: f.title_zh, en: f.title_en },
  unit: f.unit,
  status: f.status === 'not-yet' ? 'not-yet' : 'computed',
  value: frozenValue(f),
  text: { zh: f.text_zh, en: f.text_en },
  ...(f.from_at && f.to_at && { window: { from: f.from_at, to: f.to_at, asOf } }),
  ...(f.rows !== null && { rows: f.rows }),
  ...(f.root !== null && { root: f.root }),
})

/** The value of a frozen figure: a number where it is one, else its text. */
export const frozenValue = (f: FrozenFigure): FigureValue => readValue(f.value)

/** The kept rows behind a frozen figure, in order; 10,000 at a time. */
export async function* keptEvidence(ctx: Ctx, root: string): AsyncGenerator<EvidenceRow> {
  for (let from = 0; ; from += 10_000) {
    const batch = await rows(
      ctx.db,
      sql<{ row: string }>`select row from figures.evidence_row where root = ${root}
        and n >= ${from} and n < ${from + 10_000} order by n`,
    )
    for (const { row: text } of batch) yield JSON.parse(text) as EvidenceRow
    if (batch.length < 10_000) return
  }
}

/** A page of the kept rows behind a frozen figure. */
export const keptPage = async (ctx: Ctx, root: string, from: number, n: number) =>
  (
    await rows(
      ctx.db,
      sql<{ row: string }>`select row from figures.evidence_row where root = ${root}
        and n >= ${from} and n < ${from + n} order by n`,
    )
  ).map(({ row: text }) => JSON.parse(text) as EvidenceRow)
