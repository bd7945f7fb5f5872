import MarkdownIt from 'markdown-it'
import { outlineNumber, periodName, rocDateTime } from '../../../core/format.ts'
import type { Locale } from '../../../core/i18n.ts'
import { type Directive, formatValue, parseDirective } from './directive.ts'
import type { Block, Inline, ListItem, ReportDocument, ReportFigure } from './document.ts'
import { type FrontMatter, parseFrontMatter } from './front-matter.ts'

/** What a template is filled with. */
export type Filling = {
  readonly locale: Locale
  /** The half-year, such as `109H2`. */
  readonly period: string
  /** The cut-off: records made at or after this instant are not seen. */
  readonly asOf: Date
  readonly figures: ReadonlyMap<string, ReportFigure>
}

/**
 * A report from a Markdown template: headings of three levels, paragraphs, lists and strong words;
 * numbers come in by directives such as `{{F067}}`. Throws for a directive that cannot be read, a
 * figure or a name that does not exist, and headings or lists that are too deep: the lint and the
 * build find them before a reader does.
 */
export const fillTemplate = (source: string, filling: Filling): ReportDocument => {
  const front = parseFrontMatter(source)
  const used = new Map<string, ReportFigure>()
  const reader: Reader = {
    front,
    filling,
    used,
    counts: [front.chapter, front.section - 1, 0],
    tokens: markdown.parse(front.body, {}),
    at: 0,
  }
  const sections: Block[] = []
  while (reader.at < reader.tokens.length) sections.push(readBlock(reader))
  return { title: front.title, sections, figures: [...used.values()] }
}

/** What is printed where a number is not computed yet. */
export const notYetMark = (locale: Locale): string =>
  locale === 'zh' ? '〔尚未計算〕' : '[not yet computed]'

type Token = ReturnType<typeof markdown.parse>[number]

type Reader = {
  readonly front: FrontMatter
  readonly filling: Filling
  readonly used: Map<string, ReportFigure>
  /** The numbers of the current chapter, section and part. */
  readonly counts: [number, number, number]
  readonly tokens: readonly Token[]
  at: number
}

const readBlock = (reader: Reader): Block => {
  const token = take(reader)
  if (token.type === 'paragraph_open') return { kind: 'paragraph', inline: readLine(reader) }
  if (token.type === 'heading_open') {
    const level = Number(token.tag.slice(1))
    if (level !== 1 && level !== 2 && level !== 3) throw new RangeError('a heading is too deep')
    return { kind: 'heading', level, number: nextNumber(reader, level), inline: readLine(reader) }
  }
  return { kind: 'list', items: readItems(reader, [...reader.counts]) }
}

/** The inline token between an opening and a closing one. */
const readLine = (reader: Reader): Inline[] => {
  const inline = readInline(reader, take(reader).children ?? [])
  take(reader)
  return inline
}

const nextNumber = (reader: Reader, level: 1 | 2 | 3): string => {
  const { counts, filling } = reader
  if (level > 1) counts[level - 1] = (counts[level - 1] ?? 0) + 1
  if (level === 2) counts[2] = 0
  return outlineNumber(counts.slice(0, level), filling.locale)
}

/** The items up to the list's closing token. `path` leads to the list. */
const readItems = (reader: Reader, path: readonly number[]): ListItem[] => {
  const items: ListItem[] = []
  while (take(reader).type === 'list_item_open') {
    const own = [...path, items.length + 1]
    const inline: Inline[] = []
    const beneath: ListItem[] = []
    for (let next = take(reader); next.type !== 'list_item_close'; next = take(reader)) {
      if (next.type === 'paragraph_open') inline.push(...readLine(reader))
      else beneath.push(...readItems(reader, own))
    }
    items.push({ number: outlineNumber(own, reader.filling.locale), inline, items: beneath })
  }
  return items
}

const readInline = (reader: Reader, tokens: readonly Token[]): Inline[] => {
  const inline: Inline[] = []
  let strong = false
  for (const token of tokens) {
    if (token.type === 'strong') strong = !strong
    else if (token.type === 'directive') {
      const directive = parseDirective(token.content)
      if (!directive) throw new RangeError(`cannot read {{${token.content}}}`)
      inline.push(fill(reader, directive, strong))
    } else if (token.content !== '') {
      // A line may be broken anywhere in the source; Chinese has no space there.
      const text = token.content.replace(/\s*\n\s*/g, reader.filling.locale === 'zh' ? '' : ' ')
      inline.push({ kind: 'text', text, strong })
    }
  }
  if (strong) throw new RangeError('strong words do not end')
  return inline
}

const fill = (reader: Reader, directive: Directive, strong: boolean): Inline => {
  const { locale, period, asOf } = reader.filling
  const text = (words: string): Inline => ({ kind: 'text', text: words, strong })
  if (directive.kind === 'period') return text(periodName(period, locale))
  if (directive.kind === 'asof') return text(rocDateTime(asOf, locale))
  if (directive.kind === 'name') {
    const name = reader.front.names.find((declared) => declared.name === directive.name)
    if (!name) throw new RangeError(`no name ${directive.name} is declared`)
    return text(name.value)
  }
  const figure = reader.filling.figures.get(directive.id)
  if (!figure) throw new RangeError(`no figure ${directive.id}`)
  reader.used.set(figure.id, figure)
  const { id, value, status } = figure
  const printed = printFigure(figure, directive, locale)
  return { kind: 'figure', id, value, status, strong, text: printed }
}

const printFigure = (
  figure: ReportFigure,
  directive: Directive & { kind: 'figure' },
  locale: Locale,
): string => {
  if (figure.status === 'not-yet') return notYetMark(locale)
  if (!directive.format || figure.value === null) return figure.text[locale]
  return formatValue(figure.value, directive.format, locale)
}

const take = (reader: Reader): Token => {
  const token = reader.tokens[reader.at]
  if (!token) throw new RangeError('the template ends within a block')
  reader.at += 1
  return token
}

// Only what a report needs. Entities stay off: `&#49;` would smuggle a digit past the lint.
const markdown = new MarkdownIt('zero').enable(['heading', 'list'])

markdown.inline.ruler.push('directive', (state, silent) => {
  if (!state.src.startsWith('{{', state.pos)) return false
  const end = state.src.indexOf('}}', state.pos)
  if (end === -1) return false
  if (!silent) state.push('directive', '', 0).content = state.src.slice(state.pos + 2, end)
  state.pos = end + 2
  return true
})

// CommonMark wants a space or punctuation around `**`, which Chinese has no use for.
markdown.inline.ruler.push('strong', (state, silent) => {
  if (!state.src.startsWith('**', state.pos)) return false
  if (!silent) state.push('strong', '', 0)
  state.pos += 2
  return true
})
