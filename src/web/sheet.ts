import { OdsDocument } from 'odf-kit/ods'
import writeXlsxFile from 'write-excel-file/node'
import { csvLine } from '../core/csv.ts'
import type { Answer } from './pages.ts'

/** A table to download. Numbers stay numbers, dates are written as days, nothing is a formula. */
export type Sheet = {
  /** The file's name without its ending. */
  readonly name: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly (string | number | null)[])[]
}

/** What a table can be downloaded as. */
export const sheetFormats = ['csv', 'ods', 'xlsx'] as const
export type SheetFormat = (typeof sheetFormats)[number]

/** The table as a file. CSV begins with a byte order mark: spreadsheets then read it as UTF-8. */
export async function sheetAnswer(sheet: Sheet, format: SheetFormat): Promise<Answer> {
  return {
    body: await bodies[format](sheet),
    type: types[format],
    name: `${sheet.name}.${format}`,
  }
}

const types: Readonly<Record<SheetFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

const bodies: Readonly<Record<SheetFormat, (sheet: Sheet) => Promise<string | Buffer>>> = {
  csv: async ({ head, rows }) => `\ufeff${[head, ...rows].map(csvLine).join('')}`,
  ods: async ({ name, head, rows }) => {
    const document = new OdsDocument()
    const page = document.addSheet(name.slice(0, 31))
    page.addRow(head.map(odsCell), { bold: true }).freezeRows(1)
    for (const row of rows) page.addRow(row.map(odsCell))
    return Buffer.from(await document.save())
  },
  xlsx: async ({ name, head, rows }) => {
    const bold = head.map((value) => ({ value, type: String, fontWeight: 'bold' as const }))
    const lines = rows.map((row) => row.map(xlsxCell))
    const options = { sheet: name.slice(0, 31), stickyRowsCount: 1 }
    return writeXlsxFile([bold, ...lines], options).toBuffer()
  },
}

/** The type is said for each cell: a text that looks like a formula stays a text. */
const odsCell = (value: string | number | null) =>
  value === null
    ? null
    : typeof value === 'number'
      ? ({ value, type: 'float' } as const)
      : ({ value, type: 'string' } as const)

const xlsxCell = (value: string | number | null) => {
  if (value === null || value === '') return null
  return typeof value === 'number' ? { value, type: Number } : { value, type: String }
}
