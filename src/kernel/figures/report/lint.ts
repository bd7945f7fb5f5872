import type { Text } from '../../../core/i18n.ts'
import { parseDirective } from './directive.ts'
import { type FrontMatter, parseFrontMatter } from './front-matter.ts'

/** Something in a template that must be mended before it builds. Lines and columns count from 1. */
export type LintFinding = {
  readonly line: number
  readonly column: number
  readonly found: string
  /** What to do about it. */
  readonly advice: Text
}

/**
 * The numbers in a template that come from no record: digits of any script, Chinese numerals that
 * count something (三百件, 兩次, 百分之五), spelled-out English numbers. Also directives that cannot
 * be read, figures outside `known` (left out: not checked), names without a reason.
 */
export const lintTemplate = (source: string, known?: ReadonlySet<string>): LintFinding[] => {
  const front = parseFrontMatter(source)
  const findings = lintFront(front)
  for (const [index, line] of front.body.split('\n').entries())
    findings.push(...lintLine(line, front.bodyLine + index, front, known))
  return findings
}

const lintFront = (front: FrontMatter): LintFinding[] => [
  ...front.unread.map(({ line, text }) => ({ line, column: 1, found: text, advice: advices.head })),
  ...front.names
    .filter((name) => name.reason === '')
    .map(({ line, value }) => ({ line, column: 1, found: value, advice: advices.reason })),
  ...findNumbers(front.title, 1),
]

const lintLine = (
  line: string,
  number: number,
  front: FrontMatter,
  known: ReadonlySet<string> | undefined,
): LintFinding[] => {
  const findings: LintFinding[] = []
  // Blanked out, so that columns stay right: directives, and the marker of a list, which is not
  // printed as typed but numbered anew.
  const prose = line
    .replace(/\{\{(.*?)\}\}/g, (all: string, inner: string, at: number) => {
      const advice = adviseDirective(inner, front, known)
      if (advice) findings.push({ line: number, column: at + 1, found: all, advice })
      return blank.repeat(all.length)
    })
    .replace(/^\s*\d+[.)](?=\s)/, (marker) => blank.repeat(marker.length))
  const open = prose.search(/\{\{|\}\}/)
  if (open !== -1) {
    const found = prose.slice(open, open + 2)
    findings.push({ line: number, column: open + 1, found, advice: advices.open })
  }
  return [...findings, ...findNumbers(prose, number)].sort((a, b) => a.column - b.column)
}

const adviseDirective = (
  inner: string,
  front: FrontMatter,
  known: ReadonlySet<string> | undefined,
): Text | undefined => {
  const directive = parseDirective(inner)
  if (!directive) return advices.directive
  if (directive.kind === 'figure' && known && !known.has(directive.id)) return advices.figure
  if (directive.kind !== 'name') return undefined
  const declared = front.names.some((name) => name.name === directive.name)
  return declared ? undefined : advices.name
}

const findNumbers = (prose: string, line: number): LintFinding[] =>
  [...prose.matchAll(numbers)].map((match) => {
    return { line, column: match.index + 1, found: match[0].trim(), advice: advices.number }
  })

const blank = '\u0000'

const numeral = '[〇零一二兩三四五六七八九十百千萬億]'
const measure = [
  '(?:人次|小時|分鐘|分之|公里|公尺|[件次通人位處項類題個案場月日年天週季戶名家所份筆座棟張種倍',
  '成元屆梯期組隊台臺輛則篇冊頁度趟口點級%％])',
].join('')

// In 每一件, 同一個, 統一名稱 or 萬一 the numeral counts nothing.
const counted = `(?<![每同任單統唯某另這那逐專劃萬])${numeral}+[多餘幾]?\\s*${measure}`
const fraction = `百分之${numeral}+`
// A single 陸 or 參 is part of ordinary words (大陸, 參加); in a row they are numbers.
const formal = '[壹貳參肆伍陸柒捌玖拾佰仟]{2,}'
const english =
  '\\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|' +
  'sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|' +
  'hundreds?|thousands?|millions?|billions?|dozens?|twice|thrice)\\b'

const numbers = new RegExp(
  `\\p{N}[\\p{N}.,:：]*${numeral}*|${fraction}|${counted}|${formal}|${english}`,
  'giu',
)

const advices = {
  number: {
    zh: '這個數字沒有紀錄可查。請用指標（例如 {{F067}}）、在檔頭宣告為名稱，或改寫句子。',
    en: 'No record backs this number. Use a figure ({{F067}}), declare it as a name, or rephrase.',
  },
  directive: {
    zh: '看不懂這個指令。可用：{{F067}}、{{F073|date}}、{{period}}、{{asof}}、{{name …}}。',
    en: 'Unreadable. Use {{F067}}, {{F073|date}}, {{period}}, {{asof}} or {{name …}}.',
  },
  open: {
    zh: '大括號沒有成對，或跨了行。請在同一行內寫完。',
    en: 'The braces do not pair, or run over a line. Write the directive on one line.',
  },
  figure: {
    zh: '沒有這個編號的指標。請檢查編號，或先在所屬系統宣告。',
    en: 'No figure has this number. Check it, or declare the figure in its system first.',
  },
  name: {
    zh: '檔頭的 names 沒有這個名稱。請先宣告，並說明理由。',
    en: 'This name is not declared under names. Declare it with its reason first.',
  },
  reason: {
    zh: '名稱含有數字時須說明理由，寫在 | 之後。',
    en: 'A name with a number needs a reason, written after |.',
  },
  head: {
    zh: '看不懂檔頭的這一行。可用：title、chapter、section、names。',
    en: 'This line of the head cannot be read. Use title, chapter, section or names.',
  },
} satisfies Record<string, Text>
