import { isoDate, rocDateTime, rocDay } from '../../../core/format.ts'
import type { Locale, Text } from '../../../core/i18n.ts'
import type { Window } from '../figure.ts'
import { unitName } from '../units.ts'
import type { ReportDocument, ReportFigure } from './document.ts'
import { notYetMark } from './template.ts'

/** What a printed report says about itself, besides its text. */
export type ReportMeta = {
  readonly locale: Locale
  /** The agency that answers for the report. */
  readonly author: string
  /** `1`, `2` after a correction, … */
  readonly version: string
  /** The cut-off of its records. */
  readonly asOf: Date
  /** The root over the roots of its figures, hexadecimal. */
  readonly root: string
  /** Where a reader opens the records behind a figure: an absolute address. */
  readonly href: (figureId: string) => string
}

/** A table of cells in the reader's language: the header and one row per figure. */
export type FactsTable = {
  readonly title: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** The figures of a report as a table: id, name, value, unit, window, rows, hash. */
export const factsTable = (document: ReportDocument, locale: Locale): FactsTable => ({
  title: title[locale],
  header: columns.map((column) => column[locale]),
  rows: document.figures.map((figure) => [
    figure.id,
    figure.title[locale],
    figure.status === 'not-yet' ? notYetMark(locale) : figure.text[locale],
    unitName(figure.unit)[locale],
    figure.window ? windowName(figure.window, locale) : '',
    figure.rows === undefined ? '' : String(figure.rows),
    figure.root ?? '',
  ]),
})

/** A figure for machines: one fact of `facts.json`, after the model of xBRL-JSON. */
export type Fact = {
  readonly concept: string
  readonly entity: string
  /** ISO 8601 interval of days, end excluded, or one day; null while not computed. */
  readonly period: string | null
  readonly unit: string
  readonly value: ReportFigure['value']
  /** Decimals that the value has; null for text. */
  readonly decimals: number | null
  readonly rows: number | null
  readonly root: string | null
}

/** The report's figures for machines. `entity` names the city, such as `TW-KHH`. */
export const facts = (document: ReportDocument, entity: string): Fact[] =>
  document.figures.map((figure) => ({
    concept: figure.id,
    entity,
    period: figure.window ? interval(figure.window) : null,
    unit: figure.unit,
    value: figure.value,
    decimals: typeof figure.value === 'number' ? decimalsOf(figure.value) : null,
    rows: figure.rows ?? null,
    root: figure.root ?? null,
  }))

/** What stands at the foot of each page: version, cut-off, hash. */
export const footerLine = (meta: ReportMeta): string => {
  const { locale, version, asOf, root } = meta
  const cutOff = rocDateTime(asOf, locale)
  return locale === 'zh'
    ? `第${version}版　資料截至${cutOff}　雜湊 ${root.slice(0, 16)}`
    : `Version ${version}   As recorded by ${cutOff}   Hash ${root.slice(0, 16)}`
}

/** The days a window covers, as people write them: both ends included. */
export const windowName = (window: Window, locale: Locale): string => {
  const [first, last] = [window.from, lastDay(window)]
  if (first >= last) return rocDay(last, locale)
  return `${rocDay(first, locale)}${locale === 'zh' ? '至' : ' to '}${rocDay(last, locale)}`
}

const lastDay = (window: Window): Date => new Date(window.to.getTime() - 1)

const interval = (window: Window): string =>
  window.from < window.to
    ? `${isoDate(window.from)}/${isoDate(window.to)}`
    : isoDate(lastDay(window))

const decimalsOf = (value: number): number => String(value).split('.')[1]?.length ?? 0

const title: Text = { zh: '數據一覽', en: 'Table of figures' }

const columns: readonly Text[] = [
  { zh: '編號', en: 'No.' },
  { zh: '名稱', en: 'Name' },
  { zh: '數值', en: 'Value' },
  { zh: '單位', en: 'Unit' },
  { zh: '統計期間', en: 'Window' },
  { zh: '紀錄筆數', en: 'Rows' },
  { zh: '雜湊', en: 'Hash' },
]
