import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { rows } from '../../core/db.ts'
import { notFound } from '../../core/errors.ts'
import {
  type AnyFigure,
  computeFigure,
  evidenceRoot,
  figureSql,
  isComputed,
  plainRow,
} from '../../kernel/figures/compute.ts'
import {
  type EvidenceRow,
  type Figure,
  publicRow,
  type Window,
  windowOf,
} from '../../kernel/figures/figure.ts'
import {
  type FrozenFigure,
  frozenFigures,
  frozenHash,
  keptPage,
  type Version,
  versionsOf,
} from '../../kernel/figures/freeze.ts'
import { allFigures } from './figures.ts'
import { reportFigures, reportWindow } from './operations.ts'

/** Which report a reader looks at: a frozen version, or the draft of the records as they stand. */
export type Edition = {
  readonly period: string
  readonly version: Version | null
  readonly asOf: Date
}

/** The newest frozen version, else the draft; or the one asked for. Refuses unknown ones. */
export async function editionOf(ctx: Ctx, period: string, wanted?: string): Promise<Edition> {
  if (!/^1\d\dH[12]$/.test(period)) throw notFound({ zh: '這一期報告', en: 'this report' })
  const versions = wanted === 'draft' ? [] : await versionsOf(ctx, period)
  const version = versions.find((one) => wanted === undefined || String(one.version) === wanted)
  if (wanted !== undefined && wanted !== 'draft' && !version)
    throw notFound({ zh: '這個版本', en: 'this version' })
  return { period, version: version ?? null, asOf: version?.as_of ?? ctx.now }
}

/** The query that leads back to an edition: `?version=1`, `?version=draft`. */
export const editionQuery = ({ version }: Edition): string =>
  `?version=${version?.version ?? 'draft'}`

/** A figure of an edition with all that a reader may check; its definition where it is known. */
export type OpenedFigure = {
  readonly edition: Edition
  readonly frozen: FrozenFigure
  readonly definition: AnyFigure | undefined
}

/** All figures of an edition; those of a draft are hashed as a freeze would. */
export async function openFigures(ctx: Ctx, edition: Edition): Promise<FrozenFigure[]> {
  if (edition.version) return frozenFigures(ctx, edition.version.id)
  const found: FrozenFigure[] = []
  for (const figure of reportFigures(ctx)) found.push(await draftFigure(ctx, figure, edition))
  return found.sort((a, b) => (a.figure < b.figure ? -1 : 1))
}

/** One figure of an edition. Refuses an id that the edition does not have. */
export async function openFigure(ctx: Ctx, edition: Edition, id: string): Promise<OpenedFigure> {
  const definition = allFigures().get(id)
  const frozen = edition.version
    ? (await frozenFigures(ctx, edition.version.id)).find((one) => one.figure === id)
    : await draftOf(ctx, edition, id)
  if (!frozen) throw notFound({ zh: '這個數字', en: 'this figure' })
  return { edition, frozen, definition }
}

async function draftOf(ctx: Ctx, edition: Edition, id: string) {
  const figure = reportFigures(ctx).find((one) => one.id === id)
  return figure && draftFigure(ctx, figure, edition)
}

async function draftFigure(ctx: Ctx, figure: AnyFigure, edition: Edition): Promise<FrozenFigure> {
  const report = reportWindow(edition.period, edition.asOf)
  const { value, text, window, status } = await computeFigure(ctx, figure, report)
  const found = isComputed(figure) ? await evidenceRoot(ctx, figure, report) : null
  const draft = {
    figure: figure.id,
    title_zh: figure.title.zh,
    title_en: figure.title.en,
    unit: figure.unit,
    system: figure.system,
    status,
    value: value === null ? null : String(value),
    text_zh: text.zh,
    text_en: text.en,
    from_at: window?.from ?? null,
    to_at: window?.to ?? null,
    rows: found?.rows ?? null,
    root: found?.root ?? null,
    sql: isComputed(figure) ? figureSql(ctx, figure, report) : null,
  }
  return { ...draft, hash: frozenHash(draft) }
}

/** Some rows behind a figure in the order of their keys, with every column: not yet for anyone. */
async function wholeRows(ctx: Ctx, opened: OpenedFigure, from: number, n: number) {
  const { edition, frozen, definition } = opened
  if (edition.version) return frozen.root ? keptPage(ctx, frozen.root, from, n) : []
  if (!definition || !isComputed(definition)) return []
  const report = reportWindow(edition.period, edition.asOf)
  return (await rows(ctx.db, draftRows(definition, report, from, n))).map(plainRow)
}

const draftRows = (figure: Figure, report: Window, from: number, n: number) =>
  sql<EvidenceRow>`select * from (${figure.rows(windowOf(figure.window, report))}) as evidence
    order by key collate "C" limit ${n} offset ${from}`

/**
 * Some rows behind a figure as a reader may see them: the public columns for anyone, all of them
 * for who may read the full evidence. A figure that nothing defines any more shows its keys.
 */
export async function readableRows(
  ctx: Ctx,
  opened: OpenedFigure,
  span: { readonly from: number; readonly n: number; readonly full: boolean },
): Promise<EvidenceRow[]> {
  const all = await wholeRows(ctx, opened, span.from, span.n)
  return span.full ? all : all.map((row) => publicEvidence(opened.definition, row))
}

const publicEvidence = (definition: AnyFigure | undefined, row: EvidenceRow): EvidenceRow =>
  definition && isComputed(definition) ? publicRow(definition, row) : { key: row.key }
