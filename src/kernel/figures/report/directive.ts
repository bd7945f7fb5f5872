import { rocDay, rocMonth, rocYear, taipei, wan, yi } from '../../../core/format.ts'
import type { Locale } from '../../../core/i18n.ts'
import type { FigureValue } from '../figure.ts'

/** What stands between `{{` and `}}` in a template. */
export type Directive =
  | { readonly kind: 'figure'; readonly id: string; readonly format?: DirectiveFormat }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'period' }
  | { readonly kind: 'asof' }

/** The ways in which a directive may print a figure other than the figure's own. */
export type DirectiveFormat = 'date' | 'month' | 'year' | 'hours' | 'wan' | 'yi'

/** Reads `F067`, `F073|date`, `name hotline`, `period` or `asof`; undefined where it is neither. */
export const parseDirective = (text: string): Directive | undefined => {
  const source = text.trim()
  if (source === 'period' || source === 'asof') return { kind: source }
  const named = /^name\s+([a-z][a-z0-9-]*)$/.exec(source)
  if (named?.[1]) return { kind: 'name', name: named[1] }
  const figure = /^(F\d{3})(?:\s*\|\s*([a-z]+))?$/.exec(source)
  if (!figure?.[1]) return undefined
  const [, id, format] = figure
  if (format === undefined) return { kind: 'figure', id }
  return isFormat(format) ? { kind: 'figure', id, format } : undefined
}

/** Prints a value in a directive's format. Throws a RangeError where the two do not fit. */
export const formatValue = (
  value: FigureValue,
  format: DirectiveFormat,
  locale: Locale,
): string => {
  const print = formats[format]
  if (value === null) throw new RangeError(`nothing to print as ${format}`)
  return print(value, locale)
}

type Print = (value: number | string, locale: Locale) => string

const formats: Record<DirectiveFormat, Print> = {
  date: (value, locale) => rocDay(taipei(String(value)), locale),
  month: (value, locale) => rocMonth(taipei(String(value)), locale),
  year: (value, locale) => {
    const day = taipei(String(value))
    return locale === 'zh' ? `${rocYear(day)}年` : String(rocYear(day) + 1911)
  },
  hours: (value, locale) => openingHours(String(value), locale),
  wan: (value) => wan(Number(value)),
  yi: (value) => yi(Number(value)),
}

/** `08:00-12:00;13:30-17:30` as a sentence has it, on the 24-hour clock. */
const openingHours = (value: string, locale: Locale): string => {
  const spans = value.split(';').map((span) => {
    if (!/^\d{2}:\d{2}-\d{2}:\d{2}$/.test(span)) throw new RangeError(`not hours: ${value}`)
    const times = span.split('-').map((time) => time.replace(/^0/, ''))
    return times.join(locale === 'zh' ? '至' : ' to ')
  })
  return spans.join(locale === 'zh' ? '、' : ' and ')
}

const isFormat = (format: string): format is DirectiveFormat => Object.hasOwn(formats, format)
