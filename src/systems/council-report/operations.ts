import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { one } from '../../core/db.ts'
import { invalid, notFound, Refused } from '../../core/errors.ts'
import { halfYear } from '../../core/format.ts'
import type { Locale } from '../../core/i18n.ts'
import { operation } from '../../core/operation.ts'
import {
  type AnyFigure,
  computeFigure,
  evidence,
  evidenceRoot,
  isComputed,
} from '../../kernel/figures/compute.ts'
import { compareEvidence, type EvidenceChange } from '../../kernel/figures/evidence.ts'
import type { EvidenceRow, Window } from '../../kernel/figures/figure.ts'
import {
  freeze,
  frozenFigures,
  keptEvidence,
  shown,
  type Version,
  versionsOf,
} from '../../kernel/figures/freeze.ts'
import type { ReportDocument, ReportFigure } from '../../kernel/figures/report/document.ts'
import { fillTemplate } from '../../kernel/figures/report/template.ts'
import { allFigures } from './figures.ts'

/** A half-year such as 109H2. */
export const periodName = Type.String({
  pattern: '^1\\d\\dH[12]$',
  problem: { zh: '期別例如 109H2。', en: 'Write the half-year like 109H2.' },
})

const templates: Readonly<Record<Locale, string>> = {
  zh: 'report/report.zh.md',
  en: 'report/report.en.md',
}

/** The window of a report over a half-year, as recorded by the cut-off. */
export const reportWindow = (period: string, asOf: Date): Window => ({ ...halfYear(period), asOf })

/** The template of the city in a language. Refuses where the pack has none. */
export function templateOf(ctx: Ctx, locale: Locale): string {
  const source = ctx.city.text(templates[locale])
  if (source === undefined)
    throw notFound({ zh: '這個城市的報告範本', en: 'a report template of this city' })
  return source
}

/** The templates in both languages, as a frozen version keeps them. */
export const templatesOf = (ctx: Ctx) => ({ zh: templateOf(ctx, 'zh'), en: templateOf(ctx, 'en') })

/** The ids that the template names, in their order there. */
export const templateIds = (source: string): string[] => [
  ...new Set([...source.matchAll(/\{\{(F\d{3})/g)].map(([, id]) => id!)),
]

/** The figures of the report, as they are now, as recorded by `asOf`. */
export async function currentFigures(
  ctx: Ctx,
  period: string,
  asOf: Date,
): Promise<ReportFigure[]> {
  const window = reportWindow(period, asOf)
  const found: ReportFigure[] = []
  for (const figure of reportFigures(ctx)) found.push(await computeFigure(ctx, figure, window))
  return found
}

/** The definitions that the report needs: those its template names. */
export function reportFigures(ctx: Ctx): AnyFigure[] {
  const all = allFigures()
  return templateIds(templateOf(ctx, 'zh')).map((id) => {
    const figure = all.get(id)
    if (!figure) throw new Error(`the template names ${id}, which nothing defines`)
    return figure
  })
}

/** A report in one language, of a frozen version or of the records as they stand. */
export type Report = {
  readonly document: ReportDocument
  readonly version: Version | null
  readonly asOf: Date
  readonly figures: readonly ReportFigure[]
}

/**
 * The report of a half-year: the newest frozen version unless another or the draft is asked for.
 * A period before any freeze is a draft of the records as they stand.
 */
export async function readReport(
  ctx: Ctx,
  period: string,
  locale: Locale,
  wanted?: string,
): Promise<Report> {
  if (!/^1\d\dH[12]$/.test(period)) throw notFound({ zh: '這一期報告', en: 'this report' })
  const versions = await versionsOf(ctx, period)
  const version =
    wanted === undefined
      ? (versions[0] ?? null)
      : (versions.find((one) => String(one.version) === wanted) ?? null)
  if (wanted !== undefined && wanted !== 'draft' && !version)
    throw notFound({ zh: '這個版本', en: 'this version' })
  const asOf = version?.as_of ?? ctx.now
  const figures = version
    ? (await frozenFigures(ctx, version.id)).map((figure) => shown(figure, asOf))
    : await currentFigures(ctx, period, asOf)
  const filling = {
    locale,
    period,
    asOf,
    figures: new Map(figures.map((figure) => [figure.id, figure])),
  }
  const source = version ? await frozenTemplate(ctx, version, locale) : templateOf(ctx, locale)
  return { document: fillTemplate(source, filling), version, asOf, figures }
}

/** The words of a frozen version are those it was frozen with, also after the template changed. */
async function frozenTemplate(ctx: Ctx, version: Version, locale: Locale): Promise<string> {
  const kept = await one(
    ctx.db,
    sql<{ source: string }>`select document ->> ${locale} as source from figures.version
      where id = ${version.id}`,
  )
  return kept.source
}

/** Freezes the report: keeps every row and signs for it by its root. */
export const freezeReport = operation({
  name: 'council-report.freeze',
  title: { zh: '凍結報告版本', en: 'Freeze a version of the report' },
  permission: 'council-report.freeze',
  input: Type.Object({
    period: periodName,
    asOf: Type.Optional(
      Type.String({ description: 'cut-off, ISO 8601 with zone; now when absent' }),
    ),
  }),
  run: (ctx, input) => freezeAs(ctx, input, 'first'),
})

/** 勘誤: a new version with the reason for it. The earlier one stays as it was. */
export const correctReport = operation({
  name: 'council-report.correct',
  title: { zh: '勘誤，發布新版本', en: 'Correct: publish a new version' },
  permission: 'council-report.correct',
  input: Type.Object({
    period: periodName,
    asOf: Type.Optional(Type.String()),
    reason: Type.String({ minLength: 4, maxLength: 1000 }),
  }),
  run: (ctx, input) => freezeAs(ctx, input, 'correction'),
})

async function freezeAs(
  ctx: Ctx,
  input: { period: string; asOf?: string | undefined; reason?: string },
  kind: 'first' | 'correction',
) {
  const asOf = input.asOf ? new Date(input.asOf) : ctx.now
  const problem = {
    zh: '截止時間不對，也不能晚於現在。',
    en: 'Give a time that is not later than now.',
  }
  if (Number.isNaN(+asOf) || asOf > ctx.now) throw invalid({ asOf: problem })
  const versions = await versionsOf(ctx, input.period)
  if (kind === 'first' && versions.length > 0)
    throw new Refused('council-report.frozen', 409, {
      zh: '這一期已經凍結過。要更正請用「勘誤」並說明理由。',
      en: 'This period is frozen already. Publish a correction with its reason instead.',
    })
  const report = reportWindow(input.period, asOf)
  const version = await freeze(ctx, reportFigures(ctx), {
    period: input.period,
    report,
    reason: input.reason ?? '首次凍結',
    document: templatesOf(ctx),
  })
  return { version: version.version, root: version.root, asOf: version.as_of.toISOString() }
}

/** How one figure stands against a frozen version. */
export type Difference = {
  readonly id: string
  readonly frozen: ReportFigure['value']
  readonly now: ReportFigure['value']
  /** The same cut-off gives the same rows: the past was not rewritten. */
  readonly reproduced: boolean
  readonly changes: readonly EvidenceChange[]
  readonly more: number
}

/** The most changed rows that are listed for one figure; the rest are counted. */
const listed = 200

/**
 * Computes a frozen version again: at its own cut-off, which must match row by row, and now, which
 * shows what was recorded since.
 */
export async function compareVersion(ctx: Ctx, version: Version): Promise<Difference[]> {
  const kept = await frozenFigures(ctx, version.id)
  const all = allFigures()
  const found: Difference[] = []
  for (const frozen of kept) {
    const figure = all.get(frozen.figure)
    if (!figure || !isComputed(figure) || frozen.root === null) continue
    const then = reportWindow(version.period, version.as_of)
    const again = await evidenceRoot(ctx, figure, then)
    const now = reportWindow(version.period, ctx.now)
    const current = await computeFigure(ctx, figure, now)
    const changes: EvidenceChange[] = []
    let more = 0
    const rows = keptEvidence(ctx, frozen.root)
    for await (const change of compareEvidence(rows, flat(evidence(ctx, figure, now)))) {
      if (changes.length < listed) changes.push(change)
      else more++
    }
    found.push({
      id: frozen.figure,
      frozen: shown(frozen, version.as_of).value,
      now: current.value,
      reproduced: again.root === frozen.root,
      changes,
      more,
    })
  }
  return found
}

async function* flat(all: AsyncIterable<readonly EvidenceRow[]>): AsyncGenerator<EvidenceRow> {
  for await (const batch of all) yield* batch
}

export type FreezeInput = Static<typeof freezeReport.input>
