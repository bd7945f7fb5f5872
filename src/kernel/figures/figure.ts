import { type RawBuilder, sql } from 'kysely'
import { formatNumber, isoDate, type Period, rocDay, taipei } from '../../core/format.ts'
import type { Locale, Text } from '../../core/i18n.ts'

/**
 * What sort of number a figure is: `flow` counts what happened within a window, `stock` what there
 * was at its end, `cumulative` everything up to it; `rule` reads a rule in force, `event` a thing
 * that happened, `external` a signed source, `ref` a reference such as a starting day.
 */
export type FigureKind =
  | ('flow' | 'stock' | 'cumulative' | 'sum' | 'mean' | 'ratio')
  | ('estimate' | 'rule' | 'event' | 'external' | 'ref')

/**
 * What a figure's query may see: what happened within `[from, to)`, as recorded before `asOf`. The
 * cut-off excludes itself, as every period here does.
 */
export type Window = Period & { readonly asOf: Date }

/**
 * Which window a figure takes of its report: the report's period, the calendar year around its
 * start, all time to its end, the instant of its end, or days of its own (`to` is excluded).
 */
export type FigureWindow =
  | ('report' | 'year' | 'cumulative' | 'end')
  | { readonly from: string; readonly to: string }

/** A quantity, or text for a day (`2008-04-01`) or hours (`08:00-12:00`); null where none. */
export type FigureValue = number | string | null

/** A row that proves a figure. `key` names it and orders it; it is unique within the figure. */
export type EvidenceRow = { readonly key: string } & Readonly<Record<string, unknown>>

/** The definition of one number in the report. Its value is an aggregate over its own evidence. */
export type Figure = {
  readonly status?: 'computed'
  /** `F067`: the number that the requirement document's figures have. */
  readonly id: string
  readonly title: Text
  /** A unit of `units.ts`, such as `case`. */
  readonly unit: string
  readonly kind: FigureKind
  /** The system whose records it reads. */
  readonly system: string
  readonly window: FigureWindow
  /** The evidence: one row each, with a text column `key`. */
  readonly rows: (window: Window) => RawBuilder<EvidenceRow>
  /** SQL aggregate over the evidence, from the source code only: `count(*)`, `sum(minutes)`. */
  readonly measure: string
  /** The evidence columns that anybody may read; insiders with the permission read all. */
  readonly publicColumns: readonly string[]
  /** How the value is written; without it a number with its groups, a day in the city's years. */
  readonly format?: (value: FigureValue, locale: Locale) => string
  /** What is printed instead of a nought: 無. */
  readonly zeroText?: Text
  /** A word before the number, such as 約. */
  readonly qualifier?: Text
  /** How the figure was read where the document leaves room. */
  readonly note?: Text
}

/** A number that the report names and nothing computes yet. It is printed as missing. */
export type MissingFigure = Pick<Figure, 'id' | 'title' | 'unit' | 'system'> & {
  readonly status: 'not-yet'
}

/** Declares a number that no records compute yet. */
export const notYet = (id: string, title: Text, unit: string, system: string): MissingFigure => ({
  status: 'not-yet',
  id,
  title,
  unit,
  system,
})

/** The value, read from the same rows that are the evidence, so that the two cannot part. */
export const valueQuery = (figure: Figure, window: Window): RawBuilder<{ value: unknown }> =>
  sql`select ${sql.raw(figure.measure)} as value from (${figure.rows(window)}) as evidence`

/** The evidence in the order of its keys, bytewise, as `compareEvidence` and the tree expect it. */
export const evidenceQuery = (figure: Figure, window: Window): RawBuilder<EvidenceRow> =>
  sql`select * from (${figure.rows(window)}) as evidence order by key collate "C"`

/** The window a figure takes of a report. Throws for days of its own that are reversed. */
export const windowOf = (window: FigureWindow, report: Window): Window => {
  const { from, to, asOf } = report
  if (window === 'report') return report
  if (window === 'cumulative') return { from: taipei('1912-01-01'), to, asOf }
  if (window === 'end') return { from: to, to, asOf }
  if (window === 'year') {
    const year = Number(isoDate(from).slice(0, 4))
    return { from: taipei(`${year}-01-01`), to: taipei(`${year + 1}-01-01`), asOf }
  }
  const own = { from: taipei(window.from), to: taipei(window.to), asOf }
  if (own.to < own.from) throw new RangeError(`a window ends before it begins: ${window.from}`)
  return own
}

/**
 * A database value as a figure's value: counts arrive as text or bigint, days as dates. Throws
 * where a number is too large to be exact.
 */
export const readValue = (raw: unknown): FigureValue => {
  if (raw === null || raw === undefined) return null
  if (raw instanceof Date) return isoDate(raw)
  if (typeof raw === 'string' && !/^-?\d+(\.\d+)?$/.test(raw)) return raw
  if (typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'bigint') {
    const value = Number(raw)
    if (Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value
  }
  throw new TypeError(`not a figure's value: ${String(raw)}`)
}

/** The number as the report prints it, with its qualifier, or its words for nought or nothing. */
export const figureText = (figure: Figure, value: FigureValue, locale: Locale): string => {
  const none = value === 0 || value === null
  if (none && figure.zeroText) return figure.zeroText[locale]
  if (value === null) return locale === 'zh' ? '無' : 'none'
  const text = (figure.format ?? usual)(value, locale)
  if (!figure.qualifier) return text
  return figure.qualifier[locale] + (locale === 'zh' ? '' : ' ') + text
}

function usual(value: FigureValue, locale: Locale): string {
  if (typeof value === 'number') return formatNumber(value, locale)
  const text = String(value)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? rocDay(taipei(text), locale) : text
}

/** The evidence as the public may see it: the key and the columns declared public. */
export const publicRow = (figure: Figure, row: EvidenceRow): EvidenceRow => {
  const shown = figure.publicColumns.filter((column) => column in row)
  return { ...Object.fromEntries(shown.map((column) => [column, row[column]])), key: row.key }
}
