import {
  AlignmentType,
  Document,
  ExternalHyperlink,
  Footer,
  HeadingLevel,
  Packer,
  PageNumber,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx'
import { languageTag } from '../../../core/i18n.ts'
import type { Inline, ListItem, ReportDocument } from './document.ts'
import { factsTable, footerLine, type ReportMeta } from './facts.ts'

const font = { ascii: 'Noto Serif', eastAsia: 'Noto Serif CJK TC', hAnsi: 'Noto Serif' }

const levels = {
  1: HeadingLevel.HEADING_1,
  2: HeadingLevel.HEADING_2,
  3: HeadingLevel.HEADING_3,
} as const

/**
 * The report as Office Open XML: generated numbers as text, each figure a link to its records, the
 * table of figures at the end, version, cut-off and hash at the foot of each page.
 */
export async function renderDocx(document: ReportDocument, meta: ReportMeta): Promise<Buffer> {
  const language = languageTag(meta.locale)
  const file = new Document({
    title: document.title,
    creator: meta.author,
    description: footerLine(meta),
    styles: {
      default: {
        document: {
          run: { font, size: 24, language: { value: 'en-US', eastAsia: language } },
          paragraph: { spacing: { line: 360, after: 120 } },
        },
      },
    },
    sections: [
      {
        properties: { page: { margin: { top: 1300, bottom: 1300, left: 1360, right: 1360 } } },
        footers: { default: footer(meta) },
        children: [
          new Paragraph({
            alignment: AlignmentType.CENTER,
            children: [new TextRun({ text: document.title, bold: true, size: 40 })],
          }),
          new Paragraph({ alignment: AlignmentType.CENTER, text: meta.author }),
          ...document.sections.flatMap((block) => blockOf(block, meta)),
          ...facts(document, meta),
        ],
      },
    ],
  })
  return Packer.toBuffer(file)
}

function blockOf(block: ReportDocument['sections'][number], meta: ReportMeta): Paragraph[] {
  if (block.kind === 'list') return block.items.flatMap((item) => itemOf(item, meta, 0))
  if (block.kind === 'paragraph')
    return [
      new Paragraph({
        alignment: AlignmentType.JUSTIFIED,
        indent: { firstLine: 480 },
        children: lineOf(block.inline, meta),
      }),
    ]
  const number = new TextRun({ text: `${block.number} ` })
  return [
    new Paragraph({
      heading: levels[block.level],
      children: [number, ...lineOf(block.inline, meta)],
    }),
  ]
}

const itemOf = (item: ListItem, meta: ReportMeta, depth: number): Paragraph[] => [
  new Paragraph({
    indent: { left: 480 * (depth + 1) },
    children: [new TextRun({ text: `${item.number} ` }), ...lineOf(item.inline, meta)],
  }),
  ...item.items.flatMap((inner) => itemOf(inner, meta, depth + 1)),
]

const lineOf = (inline: readonly Inline[], meta: ReportMeta) =>
  inline.map((part) => {
    const run = new TextRun({ text: part.text, bold: part.strong })
    if (part.kind === 'text') return run
    return new ExternalHyperlink({ link: meta.href(part.id), children: [run] })
  })

const footer = (meta: ReportMeta): Footer =>
  new Footer({
    children: [
      new Paragraph({
        children: [
          new TextRun({ text: `${footerLine(meta)}　`, size: 15 }),
          new TextRun({ children: [PageNumber.CURRENT, ' / ', PageNumber.TOTAL_PAGES], size: 15 }),
        ],
      }),
    ],
  })

function facts(document: ReportDocument, meta: ReportMeta): (Paragraph | Table)[] {
  const table = factsTable(document, meta.locale)
  const cell = (text: string, bold: boolean) =>
    new TableCell({
      children: [new Paragraph({ children: [new TextRun({ text, bold, size: 16 })] })],
    })
  const row = (cells: readonly string[], head: boolean) =>
    new TableRow({ tableHeader: head, children: cells.map((text) => cell(text, head)) })
  return [
    new Paragraph({ heading: HeadingLevel.HEADING_2, pageBreakBefore: true, text: table.title }),
    new Table({
      width: { size: 100, type: WidthType.PERCENTAGE },
      rows: [row(table.header, true), ...table.rows.map((cells) => row(cells, false))],
    }),
    new Paragraph({ children: [new TextRun({ text: `SHA-256 ${meta.root}`, size: 15 })] }),
  ]
}
